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
	// HolderID is the account that the person saw in the way; "" where he was not
	// shown any. Where another one is by now, nothing is done.
	HolderID string
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
	case action.HolderID != "" && action.HolderID != c.HolderID:
		return Errorf(Conflict, "holder_changed", "Another account is in the way by now. Look at the case %s again.", c.Code)
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
