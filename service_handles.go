package joinery

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// handlesOf are the handles that an email and a username stand for, "" for none.
func handlesOf(email, username string) (handles []Handle) {
	if email != "" {
		handles = append(handles, Handle{HandleKey: emailKey(email), Value: email})
	}
	if username != "" {
		handles = append(handles, Handle{HandleKey: usernameKey(username), Value: username})
	}
	return handles
}

func (w *work) holdersOf(handles []Handle) (map[HandleKey]*Handle, error) {
	if len(handles) == 0 {
		return nil, nil
	}
	keys := make([]HandleKey, len(handles))
	for i, h := range handles {
		keys[i] = h.HandleKey
	}
	return w.tx.HandleHolders(keys, w.at)
}

// errTaken says in the words of an operator who has a handle.
func errTaken(value string, holder *Handle) error {
	e := &Error{Kind: Conflict, Reason: string(holder.Kind) + "_taken", Field: string(holder.Kind)}
	if holder.Until == nil {
		e.Message = fmt.Sprintf("The account %s has the %s %q. Choose another one, or change that account first.", holder.AccountID, holder.Kind, value)
	} else {
		e.Message = fmt.Sprintf("The account %s had the %s %q, which is reserved for it until %s. Choose another one.", holder.AccountID, holder.Kind, value, holder.Until.Format(time.RFC3339))
	}
	return e
}

// validateOwnUsername checks a username that is given by hand.
func validateOwnUsername(username string) error {
	if err := validateUsername(username); err != nil {
		return err
	}
	if match.ReservedUsername(scim.Fold(username)) {
		return &Error{Kind: Invalid, Reason: "username_reserved", Field: "username", Message: fmt.Sprintf("No account may have the username %q. Choose another one.", username)}
	}
	return nil
}

func validateDisplayName(name string) error {
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) || utf8.RuneCountInString(name) > maxName {
		return invalidField("display_name", "The display name must be at most %d characters of valid UTF-8.", maxName)
	}
	return nil
}
