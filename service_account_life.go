package joinery

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// AccountData is the payload of the events about an account.
type AccountData struct {
	Email          string `json:"email,omitempty"`
	Username       string `json:"username,omitempty"`
	DisplayName    string `json:"display_name,omitempty"`
	Protected      bool   `json:"protected,omitempty"`
	Origin         Origin `json:"origin"`
	UserID         string `json:"user_id,omitempty"` // of account.adopted
	Rule           string `json:"rule,omitempty"`    // of account.adopted
	FormerEmail    string `json:"former_email,omitempty"`
	FormerUsername string `json:"former_username,omitempty"`
}

// HandleData is the payload of handle.released.
type HandleData struct {
	Kind  HandleKind `json:"kind"`
	Value string     `json:"value"`
	Email string     `json:"email,omitempty"` // what the account has instead
}

func accountData(a *Account) AccountData {
	return AccountData{Email: a.Email, Username: a.Username, DisplayName: a.DisplayName, Protected: a.Protected, Origin: a.Origin}
}

// emailKey and usernameKey are the handles that stand for a value.
func emailKey(email string) HandleKey { return HandleKey{EmailHandle, scim.Fold(email)} }
func usernameKey(username string) HandleKey {
	return HandleKey{UsernameHandle, scim.Fold(username)}
}

// maxEmail is the longest email, in bytes (RFC 5321 4.5.3.1).
const maxEmail = 254

func validateEmail(email string) error {
	local, domain, found := cutEmail(email)
	if !found || local == "" || domain == "" || strings.HasSuffix(domain, ".") || len(email) > maxEmail || !utf8.ValidString(email) || strings.ContainsFunc(email, unwritable) {
		return invalidField("email", "The email must have the form name@domain, without spaces, and at most %d bytes.", maxEmail)
	}
	return nil
}

// unwritable finds what makes of an email another one, or several, in the eyes of
// whoever writes to it.
func unwritable(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(",;<>", r)
}

func validateUsername(username string) error {
	if !match.ValidUsername(username) {
		return invalidField("username", "The username must be 1 to %d characters, without spaces at its ends or control characters.", match.MaxUsername)
	}
	return nil
}

// cutEmail splits at the last "@": a quoted local part may have others.
func cutEmail(email string) (local, domain string, found bool) {
	i := strings.LastIndexByte(email, '@')
	if i < 0 {
		return "", "", false
	}
	return email[:i], email[i+1:], true
}

// emailDomain is the folded domain of an email; "" for none.
func emailDomain(email string) string {
	_, domain, _ := cutEmail(email)
	return strings.TrimSuffix(scim.Fold(domain), ".")
}

// addAccount adds an account and takes its handles for it.
func (w *work) addAccount(a *Account) error {
	a.ID, a.Created, a.Updated = w.s.newID(), w.at, w.at
	if err := w.tx.InsertAccount(a); err != nil {
		return err
	}
	if a.Email != "" {
		if err := w.hold(a.ID, emailKey(a.Email), a.Email); err != nil {
			return err
		}
	}
	if err := w.hold(a.ID, usernameKey(a.Username), a.Username); err != nil {
		return err
	}
	return w.emit(AccountCreated, a.ID, accountData(a))
}

func (w *work) hold(accountID string, key HandleKey, value string) error {
	return w.tx.HoldHandle(&Handle{HandleKey: key, Value: value, AccountID: accountID, Since: w.at}, w.at)
}

// giveUp leaves a handle reserved for its account for some days.
func (w *work) giveUp(accountID string, key HandleKey, value string, days int) error {
	if days == 0 {
		return w.tx.DropHandle(key, accountID)
	}
	until := w.at.Add(time.Duration(days) * 24 * time.Hour)
	return w.tx.HoldHandle(&Handle{HandleKey: key, Value: value, AccountID: accountID, Since: w.at, Until: &until}, w.at)
}

// setEmail gives an account another email, "" for none. The former one stays
// reserved for it for some days.
func (w *work) setEmail(a *Account, email string, reserveDays int) error {
	former := a.Email
	if former == email {
		return nil
	}
	if email != "" {
		if err := w.hold(a.ID, emailKey(email), email); err != nil {
			return err
		}
	}
	if former != "" && emailKey(former) != emailKey(email) {
		if err := w.giveUp(a.ID, emailKey(former), former, reserveDays); err != nil {
			return err
		}
	}
	a.Email, a.Updated = email, w.at
	if err := w.tx.UpdateAccount(a); err != nil {
		return err
	}
	data := accountData(a)
	data.FormerEmail = former
	return w.emitChange(AccountEmailChanged, a.ID, data, map[string]string{"email": former}, map[string]string{"email": email})
}

// setUsername is setEmail for the username, which an account always has.
func (w *work) setUsername(a *Account, username string, reserveDays int) error {
	former := a.Username
	if former == username {
		return nil
	}
	if err := w.hold(a.ID, usernameKey(username), username); err != nil {
		return err
	}
	if usernameKey(former) != usernameKey(username) {
		if err := w.giveUp(a.ID, usernameKey(former), former, reserveDays); err != nil {
			return err
		}
	}
	a.Username, a.Updated = username, w.at
	if err := w.tx.UpdateAccount(a); err != nil {
		return err
	}
	data := accountData(a)
	data.FormerUsername = former
	return w.emitChange(AccountUsernameChanged, a.ID, data, map[string]string{"username": former}, map[string]string{"username": username})
}
