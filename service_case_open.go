package joinery

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// Refusal is the error of a request that was refused for a reason that a person
// can settle. It unwraps to what the client is told.
type Refusal struct {
	Case *Case
	Err  error
}

func (r *Refusal) Error() string { return "refused: " + string(r.Case.Reason) + ": " + r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// refused is a verdict that refuses, before it has a case.
type refused struct {
	verdict  match.Verdict
	person   *person
	stranger bool // the account in the way is no member of the organization
}

func (r *refused) Error() string { return "refused by the rule " + r.verdict.Rule }

// openCase opens a case for a refusal, or counts it to the one that is open.
func (s *Service) openCase(ctx context.Context, c Caller, r *refused) error {
	var kept *Case
	err := s.transact(ctx, c, func(w *work) (err error) {
		kept, err = w.keepCase(r)
		return err
	})
	if err != nil {
		return err
	}
	s.leases.drop(c.Connection.ID) // it has an unsettled case now
	return &Refusal{Case: kept, Err: &scim.Error{Status: http.StatusConflict, Type: scim.Uniqueness, Detail: kept.detail(!r.stranger), Err: r}}
}

// keepCase is openCase in a transaction.
func (w *work) keepCase(r *refused) (*Case, error) {
	unsettled, err := w.tx.UnsettledCases(w.c.Connection.ID, r.person.keys)
	if err != nil {
		return nil, err
	}
	if c := openCaseOf(unsettled, r); c != nil {
		if c.HolderID != r.verdict.AccountID { // who was asked is not in the way any more
			if err := w.tx.DeleteConsents(c.ID); err != nil {
				return nil, err
			}
		}
		c.Attempts++
		w.describeCase(c, r)
		return c, w.tx.UpdateCase(c)
	}
	c := &Case{
		ID: w.s.newID(), OrganizationID: w.c.Connection.OrganizationID, ConnectionID: w.c.Connection.ID,
		Reason: r.verdict.Reason, Status: CaseOpen, Attempts: 1, Opened: w.at,
	}
	w.describeCase(c, r)
	w.note(c, "opened", reasonOf(c.Reason).Title+".")
	if c.Code, err = w.freeCode(); err != nil {
		return nil, err
	}
	if err := w.tx.InsertCase(c); err != nil {
		return nil, err
	}
	return c, w.emitCase(CaseWasOpened, c)
}

// openCaseOf picks the open case that a refusal counts to: that of the surest key
// before any other; nil for none.
func openCaseOf(unsettled []*Case, r *refused) *Case {
	var found *Case
	for _, c := range unsettled {
		if c.Reason != r.verdict.Reason || c.Status != CaseOpen {
			continue
		}
		if c.SubjectKey == r.person.keys.surest() {
			return c
		}
		if found == nil {
			found = c
		}
	}
	return found
}

// describeCase writes what the last attempt was. An externalId that is known
// stays: it is what the case is found by most surely.
func (w *work) describeCase(c *Case, r *refused) {
	keys := r.person.keys
	keys.ExternalID = cmp.Or(keys.ExternalID, c.Subject.ExternalID)
	keys.UserID = cmp.Or(keys.UserID, c.Subject.UserID)
	former := c.Subject
	c.Rule, c.Trace, c.LastSeen = r.verdict.Rule, r.verdict.Trace, w.at
	c.Attribute, c.Value = r.verdict.Attribute, r.person.values[r.verdict.Attribute]
	c.Subject, c.Request = r.person.shown, r.person.request
	c.Subject.ExternalID, c.Subject.UserID = keys.ExternalID, keys.UserID
	c.Subject.Subject = cmp.Or(c.Subject.Subject, former.Subject)
	c.SubjectKey = keys.surest()
	c.HolderID, c.HolderUserID = r.verdict.AccountID, r.verdict.UserID
}

// surest is the key by which a subject is known best.
func (k CaseKeys) surest() string {
	for _, key := range []struct{ prefix, value string }{
		{"user ", k.UserID}, {"externalId ", k.ExternalID}, {"userName ", k.UserName}, {"subject ", k.Subject}, {"email ", k.Email},
	} {
		if key.value != "" {
			return key.prefix + key.value
		}
	}
	return ""
}

// note adds to the history of a case.
func (w *work) note(c *Case, what, detail string) {
	c.History = append(c.History, CaseHistory{Time: w.at, Actor: w.acting.actor, What: what, Detail: detail})
	if len(c.History) > MaxCaseHistory {
		c.History = slices.Delete(c.History, 1, 2)
	}
}

// codeLetters are those that are not taken for one another (Crockford's base 32).
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeTries is how many codes are tried; there are 33 million.
const codeTries = 20

func (w *work) freeCode() (string, error) {
	for range codeTries {
		code := newCode()
		if _, err := w.tx.Case(code); KindOf(err) == NotFound {
			return code, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", errors.New("no code is free for a case")
}

func newCode() string {
	var random [5]byte
	_, _ = rand.Read(random[:]) // never fails
	for i, b := range random {
		random[i] = codeLetters[b%32]
	}
	return "C-" + string(random[:])
}

// CaseData is the payload of the events about a case, whose subject is the case.
type CaseData struct {
	Code       string       `json:"code"`
	Reason     match.Reason `json:"reason"`
	Rule       string       `json:"rule"`
	Attribute  string       `json:"attribute,omitempty"`
	Value      string       `json:"value,omitempty"`
	UserName   string       `json:"user_name,omitempty"`
	ExternalID string       `json:"external_id,omitempty"`
	UserID     string       `json:"user_id,omitempty"`    // once there is one
	AccountID  string       `json:"account_id,omitempty"` // that is in the way
	Resolution string       `json:"resolution,omitempty"`
}

func (w *work) emitCase(eventType EventType, c *Case) error {
	return w.emit(eventType, c.ID, CaseData{
		Code: c.Code, Reason: c.Reason, Rule: c.Rule, Attribute: c.Attribute, Value: c.Value,
		UserName: cmp.Or(c.Subject.UserName, c.Subject.Subject), ExternalID: c.Subject.ExternalID, UserID: c.Subject.UserID, AccountID: c.HolderID, Resolution: c.Resolution,
	})
}

// closeFixed settles the cases of a subject that is let in now: open ones were
// fixed at the identity provider, and of resolved ones this is the contact that
// confirms them.
func (w *work) closeFixed(d *decision, userID string) error {
	if len(d.identity.Cases) == 0 {
		return nil
	}
	keys := d.person.keys
	keys.UserID = userID
	return w.closeCases(keys, (*Case).aboutIdentity)
}

// aboutIdentity reports whether a case is about who someone is, rather than
// about someone who must not go.
func (c *Case) aboutIdentity() bool {
	switch c.Request.Source {
	case sourceSuspend, sourceDelete, sourceGroup:
		return false
	}
	return true
}

// closeCases settles those of a subject's cases that a success is about.
func (w *work) closeCases(keys CaseKeys, about func(*Case) bool) error {
	unsettled, err := w.tx.UnsettledCases(w.c.Connection.ID, keys)
	if err != nil {
		return err
	}
	for _, c := range unsettled {
		if !about(c) || w.settled != nil && w.settled.caseID == c.ID {
			continue
		}
		c.Subject.UserID = cmp.Or(c.Subject.UserID, keys.UserID)
		if err := w.closeCase(c); err != nil {
			return err
		}
	}
	return nil
}

// closeCase settles a case by a success of the identity provider's.
func (w *work) closeCase(c *Case) error {
	if c.Status == CaseOpen {
		c.Status, c.Resolution, c.Closed = CaseResolved, "fixed_at_idp", &w.at
		w.note(c, "fixed_at_idp", "The identity provider sent what is accepted.")
		if err := w.emitCase(CaseWasResolved, c); err != nil {
			return err
		}
	}
	if c.Confirmed == nil && (w.acting.actor.Type == ActorToken || w.acting.actor.Type == ActorSignIn) {
		c.Confirmed = &w.at
		w.note(c, "confirmed", "The identity provider was served.")
		if err := w.emitCase(CaseWasConfirmed, c); err != nil {
			return err
		}
	}
	return w.tx.UpdateCase(c)
}

// confirmServed confirms resolved cases whose User the identity provider was
// just shown: it has found what it looked for. Its answer does not depend on it.
func (s *Service) confirmServed(ctx context.Context, c Caller, list ...*Resource) {
	if !c.Connection.Unsettled {
		return
	}
	var ids []string
	for _, r := range list {
		if r != nil && r.Type == userType {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return
	}
	if err := s.confirm(ctx, c, ids); err != nil {
		s.log.WarnContext(ctx, "confirming cases", "error", err, "connection_id", c.Connection.ID)
	}
}

func (s *Service) confirm(ctx context.Context, c Caller, userIDs []string) error {
	found := false
	err := s.store.View(ctx, func(tx Tx) error {
		cases, err := tx.ResolvedCases(c.Connection.ID, userIDs)
		found = len(cases) > 0
		return err
	})
	if err != nil || !found {
		return err
	}
	return s.transact(ctx, c, func(w *work) error {
		cases, err := w.tx.ResolvedCases(c.Connection.ID, userIDs)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := w.closeCase(c); err != nil {
				return err
			}
		}
		return nil
	})
}
