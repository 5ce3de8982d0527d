package joinery

import (
	"context"
	"errors"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// Observed is what will happen to a User once its connection is no longer only
// observed.
type Observed struct {
	User *Resource
	// Action is create, adopt, return or refuse of a User that has no account
	// yet, and suspend, resume or end of one that has.
	Action string
	*Explanation
}

// settledAtOnce is how many Users are brought in line in one transaction.
const settledAtOnce = 200

// Observed lists the Users whose accounts are not as the Users are, with what
// would happen to each, by id behind the id after.
func (s *Service) Observed(ctx context.Context, connectionID, after string, limit int) (list []Observed, err error) {
	connection, err := s.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	err = s.look(ctx, Caller{Connection: connection}, func(w *work) error {
		users, err := w.tx.UnsettledUsers(connectionID, connection.OrganizationID, after, min(max(limit, 1), MaxListed))
		if err != nil {
			return err
		}
		for _, r := range users {
			o, err := w.observe(r)
			if err != nil {
				return err
			}
			list = append(list, o)
		}
		return nil
	})
	return list, err
}

func (w *work) observe(r *Resource) (Observed, error) {
	o := Observed{User: r, Explanation: &Explanation{}}
	standing, err := w.tx.Standing(r.ConnectionID, w.c.Connection.OrganizationID, r.ID)
	if err != nil {
		return o, err
	}
	if standing.Link != nil {
		o.Account = standing.Account
		switch {
		case r.Deleted != nil:
			o.Action = "end"
		case r.Keys.Active:
			o.Action = "resume"
		default:
			o.Action = "suspend"
		}
		return o, nil
	}
	d, err := w.decideUnlinked(r)
	if o.Explanation, err = w.explain(d, err); err != nil {
		return o, err
	}
	o.Action = string(o.Kind)
	return o, nil
}

// decideUnlinked decides on a User that has no account.
func (w *work) decideUnlinked(r *Resource) (*decision, error) {
	doc, err := r.Document()
	if err != nil {
		return nil, err
	}
	p := w.pushed(match.Change, &incoming{doc: doc, keys: r.Keys, body: r.Body}, r.ID)
	identity, err := w.identify(p)
	if err != nil {
		return nil, err
	}
	d := w.decide(p, identity, nil, nil, false)
	return d, d.refusal()
}

// settleObserved brings all accounts in line with the Users of a connection that
// is no longer only observed. It may be called again where it was interrupted.
func (s *Service) settleObserved(ctx context.Context, connection *Connection) error {
	after := ""
	for {
		var cases []*refused
		last, n := "", 0
		err := s.transact(ctx, Caller{Connection: connection}, func(w *work) error {
			cases = nil
			users, err := w.tx.UnsettledUsers(connection.ID, connection.OrganizationID, after, settledAtOnce)
			if err != nil {
				return err
			}
			n = len(users)
			for _, r := range users {
				last = r.ID
				err := w.bringInLine(r)
				if refusal, ok := errors.AsType[*refused](err); ok {
					cases = append(cases, refusal)
				} else if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, refusal := range cases {
			if err := s.openCase(ctx, Caller{Connection: connection}, refusal); KindOf(err) == Internal && !isRefusal(err) {
				return err
			}
		}
		if n < settledAtOnce {
			return nil
		}
		after = last
	}
}

func isRefusal(err error) bool {
	_, ok := errors.AsType[*Refusal](err)
	return ok
}

// asSCIM returns the error that a client of SCIM would see.
func asSCIM(err error) (*scim.Error, bool) { return errors.AsType[*scim.Error](err) }

// bringInLine gives a User the account that it would have, had its connection
// never been observed.
func (w *work) bringInLine(r *Resource) error {
	standing, err := w.tx.Standing(r.ConnectionID, w.c.Connection.OrganizationID, r.ID)
	if err != nil {
		return err
	}
	if standing.Link == nil {
		d, err := w.decideUnlinked(r)
		if err != nil {
			return err
		}
		return w.settle(r, d)
	}
	if standing.Membership == nil {
		return nil // it was removed by hand
	}
	if r.Deleted == nil && r.Keys.Active {
		return w.resumeMembership(standing.Account, standing.Membership, standing.ActiveElsewhere)
	}
	doc, err := r.Document()
	if err != nil {
		return err
	}
	p := w.pushed(sourceSuspend, &incoming{doc: doc, keys: r.Keys, body: r.Body}, r.ID)
	if err := w.checkLeave(standing, p, departing{}); err != nil {
		return err
	}
	if r.Deleted != nil {
		standing.Link.Ended = r.Deleted
		if err := w.tx.UpdateLink(standing.Link); err != nil {
			return err
		}
	}
	return w.suspendUnlessKept(standing)
}
