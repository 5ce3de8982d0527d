package joinery

import (
	"context"
	"errors"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// Explanation is a verdict on a subject, reached without changing anything.
type Explanation struct {
	match.Verdict
	Account  *Account // that would be adopted or come back, or that is in the way; nil for none
	Username string   // that a new account would get; "" where none is made
}

// ExplainUser says what would become of a User if it were pushed now.
func (s *Service) ExplainUser(ctx context.Context, connectionID string, doc scim.Document) (e *Explanation, err error) {
	connection, err := s.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	err = s.look(ctx, Caller{Connection: connection}, func(w *work) error {
		e, err = w.explainUser(doc)
		return err
	})
	return e, err
}

// ExplainSignIn says what would become of a sign-in now.
func (s *Service) ExplainSignIn(ctx context.Context, in SignIn) (e *Explanation, err error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	connection, err := s.Connection(ctx, in.ConnectionID)
	if err != nil {
		return nil, err
	}
	err = s.look(ctx, Caller{Connection: connection}, func(w *work) error {
		d, err := w.decideSignIn(in)
		e, err = w.explain(d, err)
		return err
	})
	return e, err
}

// explainUser decides on a User as create would.
func (w *work) explainUser(doc scim.Document) (*Explanation, error) {
	t := w.s.registry.Type(userType)
	in, err := read(w.c, t, doc)
	if err != nil {
		return nil, err
	}
	if err := in.encode(t); err != nil {
		return nil, err
	}
	a, err := w.receiveUser(t, in)
	if err != nil {
		return w.explain(nil, err)
	}
	return w.explain(a.decision, nil)
}

// explain adds to a decision what a person wants to see with it. A refusal is an
// explanation as well.
func (w *work) explain(d *decision, err error) (*Explanation, error) {
	if r, ok := errors.AsType[*refused](err); ok {
		d, err = &decision{Verdict: r.verdict, person: r.person}, nil
	}
	if err != nil {
		return nil, err
	}
	e := &Explanation{Verdict: d.Verdict}
	accountID := d.AccountID
	switch d.Kind {
	case match.ReturnUser:
		accountID, err = w.linkedAccount(d.UserID)
	case match.CreateUser:
		e.Username = d.person.username
		if d.Suffix {
			e.Username, err = w.freeUsername(w.c.Connection.Policy.Username, e.Username)
		}
	}
	if err != nil || accountID == "" {
		return e, err
	}
	e.Account, err = w.tx.Account(accountID)
	return e, err
}

func (w *work) linkedAccount(userID string) (string, error) {
	link, err := w.tx.Link(w.c.Connection.ID, userID)
	if KindOf(err) == NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return link.AccountID, nil
}
