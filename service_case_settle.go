package joinery

import (
	"strings"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// connectCase joins the account in the way to the User.
func (w *work) connectCase(view *CaseView, _ CaseAction) (*settlement, error) {
	c := view.Case
	holder, err := w.holderNow(c)
	if err != nil {
		return nil, err
	}
	if holder.UserID != "" && holder.UserID != c.Subject.UserID {
		if err := w.unlink(holder.UserID); err != nil {
			return nil, err
		}
	}
	if c.Request.Source == match.Change {
		if err := w.relinkUser(c.Subject.UserID, holder.AccountID); err != nil {
			return nil, err
		}
	}
	return &settlement{accountID: holder.AccountID}, nil
}

// holderNow is who holds the email of a case's subject by now.
func (w *work) holderNow(c *Case) (*Holder, error) {
	identity, err := w.tx.Identity(IdentityQuery{
		OrganizationID: c.OrganizationID, ConnectionID: c.ConnectionID, Email: scim.Fold(c.Subject.Email), At: w.at,
	})
	if err != nil {
		return nil, err
	}
	if identity.Email == nil {
		return nil, Errorf(Conflict, "holder_gone", "No account holds the email any more. The next attempt of the identity provider will be let in, and closes the case by itself.")
	}
	if identity.Email.AccountID != c.HolderID {
		return nil, Errorf(Conflict, "holder_changed", "Another account holds the email by now. Let the identity provider try once more, then look at the case again.")
	}
	return identity.Email, nil
}

// unlink takes its account from a User of the connection, which stays.
func (w *work) unlink(userID string) error {
	link, err := w.tx.Link(w.c.Connection.ID, userID)
	if err != nil {
		return err
	}
	if err := w.tx.DeleteLink(link.ConnectionID, link.UserID); err != nil {
		return err
	}
	return w.audit(UserUnlinked, w.c.Connection.OrganizationID, userID, nil, map[string]string{"account_id": link.AccountID}, nil)
}

// releaseCase takes the email from who holds it.
func (w *work) releaseCase(view *CaseView, action CaseAction) (*settlement, error) {
	c := view.Case
	if action.Email != "" {
		if err := validateEmail(action.Email); err != nil {
			return nil, err
		}
	}
	holder, err := w.holderNow(c)
	if err != nil {
		return nil, err
	}
	a, err := w.tx.Account(holder.AccountID)
	if err != nil {
		return nil, err
	}
	return &settlement{}, w.releaseEmail(a, c.Subject.Email, action.Email)
}

// releaseEmail frees an email at once.
func (w *work) releaseEmail(a *Account, email, instead string) error {
	key := emailKey(email)
	if emailKey(instead) == key {
		return invalidField("email", "The holder cannot get the same email again. Give another one, or none.")
	}
	if emailKey(a.Email) == key || instead != "" {
		if err := w.refuseTakenEmail(a.ID, instead); err != nil {
			return err
		}
		if err := w.setEmail(a, instead, 0); err != nil {
			return err
		}
	}
	if err := w.tx.DropHandle(key, a.ID); err != nil {
		return err
	}
	return w.emit(HandleReleased, a.ID, HandleData{Kind: EmailHandle, Value: email, Email: a.Email})
}

// refuseTakenEmail says that another account holds an email.
func (w *work) refuseTakenEmail(accountID, email string) error {
	if email == "" {
		return nil
	}
	key := emailKey(email)
	holders, err := w.tx.HandleHolders([]HandleKey{key}, w.at)
	if err != nil || holders[key] == nil || holders[key].AccountID == accountID {
		return err
	}
	return &Error{Kind: Conflict, Reason: "email_taken", Field: "email", Message: "Another account holds the email " + email + "."}
}

// renameCase gives the incoming account another username than the one it wants.
func (w *work) renameCase(_ *CaseView, action CaseAction) (*settlement, error) {
	if err := validateUsername(action.Username); err != nil {
		return nil, err
	}
	if match.ReservedUsername(scim.Fold(action.Username)) {
		return nil, invalidField("username", "The username %q is reserved. Choose another one.", action.Username)
	}
	key := usernameKey(action.Username)
	holders, err := w.tx.HandleHolders([]HandleKey{key}, w.at)
	if err != nil {
		return nil, err
	}
	if holders[key] != nil {
		return nil, &Error{Kind: Conflict, Reason: "username_taken", Field: "username", Message: "Another account holds the username " + action.Username + ". Choose another one."}
	}
	return &settlement{username: action.Username}, nil
}

// mergeCase makes one of the two accounts that hold the email and the username.
func (w *work) mergeCase(view *CaseView, action CaseAction) (*settlement, error) {
	c := view.Case
	identity, err := w.tx.Identity(IdentityQuery{
		OrganizationID: c.OrganizationID, ConnectionID: c.ConnectionID, At: w.at,
		Email: scim.Fold(c.Subject.Email), Username: scim.Fold(c.Subject.Username),
	})
	if err != nil {
		return nil, err
	}
	if identity.Email == nil || identity.Username == nil || identity.Email.AccountID == identity.Username.AccountID {
		return nil, Errorf(Conflict, "nothing_to_merge", "The email and the username are no longer held by two accounts. The next attempt of the identity provider will be decided anew.")
	}
	survivor, absorbed := identity.Email.AccountID, identity.Username.AccountID
	switch action.Survivor {
	case survivor:
	case absorbed:
		survivor, absorbed = absorbed, survivor
	default:
		return nil, invalidField("survivor", "The survivor must be one of the two accounts: %s, which holds the email, or %s, which holds the username.", survivor, absorbed)
	}
	plan, err := w.planMerge(survivor, absorbed)
	if err != nil {
		return nil, err
	}
	if _, err := w.merge(plan, c.OrganizationID); err != nil {
		return nil, err
	}
	return &settlement{accountID: survivor}, nil
}

// relinkCase gives the earlier User another account, so that the one in the way
// is free for the incoming User.
func (w *work) relinkCase(view *CaseView, action CaseAction) (*settlement, error) {
	c := view.Case
	if action.AccountID == "" {
		return nil, invalidField("account_id", "Give the id of the account that the user %s is to have.", c.HolderUserID)
	}
	link, err := w.tx.Link(c.ConnectionID, c.HolderUserID)
	if err != nil {
		return nil, err
	}
	if err := w.relinkUser(c.HolderUserID, action.AccountID); err != nil {
		return nil, err
	}
	return &settlement{accountID: link.AccountID}, nil
}

func (w *work) dismissCase(_ *CaseView, action CaseAction) (*settlement, error) {
	if reason := strings.TrimSpace(action.Reason); reason == "" || len(reason) > 1000 {
		return nil, invalidField("reason", "Say in at most 1000 bytes why the case is dismissed.")
	}
	return nil, nil
}
