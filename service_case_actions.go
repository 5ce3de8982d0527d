package joinery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// CaseAction is a person's decision on a case.
type CaseAction struct {
	Action    string
	Consent   string // of connect: "owner" asks the account's owner by a one-time link
	Email     string // of release: what the holder gets instead; "" for none
	Username  string // of rename
	Survivor  string // of merge: the id of the account that stays
	AccountID string // of relink
	Reason    string // of dismiss
}

// caseActions says how each action is carried out. Those that let the subject in
// return what they settled; then the stored request is run again.
var caseActions = map[string]func(*work, *CaseView, CaseAction) (*settlement, error){
	ActionConnect: (*work).connectCase,
	ActionRelease: (*work).releaseCase,
	ActionRename:  (*work).renameCase,
	ActionMerge:   (*work).mergeCase,
	ActionRelink:  (*work).relinkCase,
	ActionDismiss: (*work).dismissCase,
}

// ActOnCase carries out an action on an open case, and runs the stored request
// again: the User is there before the identity provider looks it up. Where that
// would be refused once more, nothing is changed and it fails with Conflict.
// Where the owner's consent is asked for, nothing but that happens, and it
// returns the secret of the one-time link.
func (s *Service) ActOnCase(ctx context.Context, idOrCode string, action CaseAction) (view *CaseView, consent string, err error) {
	connection, view, err := s.caseToSettle(ctx, idOrCode)
	if err != nil {
		return nil, "", err
	}
	err = s.transact(ctx, Caller{Connection: connection}, func(w *work) error {
		if view, err = viewCase(w.tx, view.ID); err != nil {
			return err
		}
		if action.Action == ActionConnect && action.Consent != "" {
			consent, err = w.askConsent(view, action.Consent)
			return err
		}
		return w.actOnCase(view, action)
	})
	s.leases.drop(connection.ID)
	if err != nil {
		return nil, "", caseError(err)
	}
	view, err = s.Case(ctx, view.ID)
	return view, consent, err
}

func (s *Service) caseToSettle(ctx context.Context, idOrCode string) (*Connection, *CaseView, error) {
	view, err := s.Case(ctx, idOrCode)
	if err != nil {
		return nil, nil, err
	}
	connection, err := s.Connection(ctx, view.ConnectionID)
	return connection, view, err
}

// caseError says in the words of an operator why an action led nowhere.
func caseError(err error) error {
	if r, ok := errors.AsType[*refused](err); ok {
		return &Error{
			Kind: Conflict, Reason: "still_refused", Err: err,
			Message: fmt.Sprintf("After this the request would still be refused, by the rule %s: %s Nothing was changed.", r.verdict.Rule, lastFinding(r.verdict)),
		}
	}
	if errors.Is(err, ErrCollision) {
		return Errorf(Conflict, "collision", "Something else has just taken an email, a username or a link that this needs. Look at the case again.")
	}
	if e, ok := errors.AsType[*scim.Error](err); ok {
		return &Error{Kind: Conflict, Reason: "still_refused", Err: err, Message: "After this the request would still be refused: " + e.Detail + " Nothing was changed."}
	}
	return err
}

func lastFinding(v match.Verdict) string {
	if len(v.Trace) == 0 {
		return ""
	}
	return v.Trace[len(v.Trace)-1].Finding
}

// actOnCase carries out an action in a transaction.
func (w *work) actOnCase(view *CaseView, action CaseAction) error {
	c := view.Case
	run := caseActions[action.Action]
	switch {
	case run == nil:
		return invalidField("action", "There is no action %q. There are: connect, release, rename, merge, relink, dismiss.", action.Action)
	case c.Status != CaseOpen:
		return Errorf(Conflict, "case_closed", "The case %s is %s; nothing is left to do.", c.Code, c.Status)
	case !slices.Contains(view.Actions, action.Action):
		return Errorf(Conflict, "action_not_allowed", "The action %s does not settle a case of the reason %s. What does: %s.", action.Action, c.Reason, strings.Join(view.Actions, ", "))
	}
	settled, err := run(w, view, action)
	if err != nil {
		return err
	}
	status, eventType := CaseResolved, CaseWasResolved
	if settled == nil {
		status, eventType = CaseDismissed, CaseWasDismissed
	} else if err := w.rerun(c, settled); err != nil {
		return err
	}
	c.Status, c.Resolution, c.Closed = status, action.Action, &w.at
	w.note(c, action.Action, action.detail())
	if err := w.tx.DeleteConsents(c.ID); err != nil {
		return err
	}
	if err := w.tx.UpdateCase(c); err != nil {
		return err
	}
	return w.emitCase(eventType, c)
}

// detail tells in the history what was decided.
func (a CaseAction) detail() string {
	for _, detail := range []struct{ format, value string }{
		{"The holder gets the email %s.", a.Email}, {"The username is %s.", a.Username}, {"The account %s stays.", a.Survivor},
		{"The account is %s.", a.AccountID}, {"%s", a.Reason},
	} {
		if detail.value != "" {
			return fmt.Sprintf(detail.format, detail.value)
		}
	}
	return ""
}

// rerun runs the stored request of a case again, under what was settled.
func (w *work) rerun(c *Case, settled *settlement) error {
	settled.caseID = c.ID
	w.settled = settled
	defer func() { w.settled = nil }()
	if c.Request.Source == match.SignIn {
		var in SignIn
		if err := json.Unmarshal(c.Request.SignIn, &in); err != nil {
			return err
		}
		result, err := w.signIn(in)
		if err == nil {
			c.Subject.UserID = result.UserID
		}
		return err
	}
	doc, err := scim.Parse(c.Request.Document)
	if err != nil {
		return err
	}
	t := w.s.registry.Type(userType)
	out, err := w.rerunPush(t, c, doc)
	if err == nil {
		c.Subject.UserID = out.Resource.ID
	}
	return err
}

func (w *work) rerunPush(t *schema.Type, c *Case, doc scim.Document) (*Outcome, error) {
	in, err := read(w.c, t, doc)
	if err != nil {
		return nil, err
	}
	if err := in.encode(t); err != nil {
		return nil, err
	}
	if c.Request.Source == match.Change {
		return w.replace(t, c.Subject.UserID, in, Expect{}, ReplaceOptions{})
	}
	return w.create(t, in)
}

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

// relinkUser gives a User of the connection another account, in place: no
// session ends but those of the membership that the former account loses.
func (w *work) relinkUser(userID, accountID string) error {
	connection := w.c.Connection
	standing, err := w.tx.Standing(connection.ID, connection.OrganizationID, userID)
	if err != nil {
		return err
	}
	r, err := w.tx.Resource(connection.ID, userType, userID, false, "")
	if err != nil {
		return err
	}
	a, err := w.tx.Account(accountID)
	if err != nil {
		return err
	}
	if a.MergedInto != "" {
		return invalidField("account_id", "The account %s was merged into %s. Give that one.", a.ID, a.MergedInto)
	}
	link := &Link{ConnectionID: connection.ID, UserID: userID, AccountID: a.ID, Rule: ActionRelink, Origin: FromSCIM, Created: w.at}
	if standing.Link == nil {
		err = w.tx.InsertLink(link)
	} else {
		link = standing.Link
		former := link.AccountID
		if former == a.ID {
			return nil
		}
		link.AccountID, link.Rule = a.ID, ActionRelink
		if err = w.tx.UpdateLink(link); err == nil {
			err = w.audit(UserRelinked, connection.OrganizationID, userID, nil, map[string]string{"account_id": former}, map[string]string{"account_id": a.ID})
		}
	}
	if err != nil {
		return err
	}
	if standing.Account != nil && standing.Membership != nil && !standing.Kept {
		if err := w.loseMembership(standing); err != nil {
			return err
		}
	}
	return w.enroll(a, r, link.Origin, &decision{person: &person{}})
}

// loseMembership ends the membership of an account whose User went to another:
// it goes where a connection made it, else it is suspended.
func (w *work) loseMembership(standing *Standing) error {
	if standing.Membership.Role != "" || standing.Membership.Origin == FromAPI || standing.Membership.Origin == FromImport {
		return nil // it was given by hand, and stays
	}
	return w.removeMembership(standing.Account, standing.Membership)
}

func (w *work) dismissCase(_ *CaseView, action CaseAction) (*settlement, error) {
	if reason := strings.TrimSpace(action.Reason); reason == "" || len(reason) > 1000 {
		return nil, invalidField("reason", "Say in at most 1000 bytes why the case is dismissed.")
	}
	return nil, nil
}
