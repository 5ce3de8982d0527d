package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func domains(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back, change, delete": func(e *env) {
			mine, _ := e.connection()
			theirs, _ := e.connection()
			first, second := e.domain(mine, "b.example", joinery.DomainPending), e.domain(mine, "a.example", joinery.DomainPending)
			other := e.domain(theirs, "b.example", joinery.DomainPending)
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.InsertDomain(first) })
			if !errors.Is(err, joinery.ErrCollision) {
				e.Errorf("error %v, want a collision", err)
			}
			at := start.Add(time.Hour)
			first.State, first.Method, first.Verified = joinery.DomainVerified, "dns", &at
			written := *first
			written.Token, written.Created = "other", at
			e.update(func(tx joinery.Tx) error { return tx.UpdateDomain(&written) })
			list := func(organization string) (list []*joinery.Domain) {
				e.view(func(tx joinery.Tx) (err error) {
					list, err = tx.Domains(organization)
					return err
				})
				return list
			}
			e.equal("domains", list(mine), []*joinery.Domain{second, first})
			e.equal("of another organization", list(theirs), []*joinery.Domain{other})
			e.update(func(tx joinery.Tx) error {
				got, err := tx.Domain(mine, "b.example")
				e.equal("domain", got, first)
				if err != nil {
					return err
				}
				return tx.DeleteDomain(mine, "b.example")
			})
			e.equal("domains left", list(mine), []*joinery.Domain{second})
			e.equal("of the other organization", list(theirs), []*joinery.Domain{other})
			for name, fn := range map[string]func(joinery.Tx) error{
				"Domain":       func(tx joinery.Tx) error { _, err := tx.Domain(mine, "b.example"); return err },
				"no text":      func(tx joinery.Tx) error { _, err := tx.Domain(mine, "\xff"); return err },
				"UpdateDomain": func(tx joinery.Tx) error { return tx.UpdateDomain(first) },
				"DeleteDomain": func(tx joinery.Tx) error { return tx.DeleteDomain(mine, "b.example") },
			} {
				e.kind(name, e.tryUpdate(fn), joinery.NotFound)
			}
		},
		"verified": func(e *env) {
			mine, _ := e.connection()
			theirs, _ := e.connection()
			e.domain(mine, "one.example", joinery.DomainVerified)
			e.domain(mine, "two.example", joinery.DomainVerified)
			e.domain(mine, "pending.example", joinery.DomainPending)
			e.domain(theirs, "theirs.example", joinery.DomainVerified)
			for _, test := range []struct {
				names []string
				want  bool
			}{
				{nil, true},
				{[]string{"one.example"}, true},
				{[]string{"one.example", "one.example"}, true},
				{[]string{"one.example", "two.example"}, true},
				{[]string{"one.example", "pending.example"}, false},
				{[]string{"one.example", "theirs.example"}, false},
				{[]string{""}, false},
			} {
				e.view(func(tx joinery.Tx) error {
					got, err := tx.DomainsVerified(mine, test.names...)
					if got != test.want {
						e.Errorf("%q: %v", test.names, got)
					}
					return err
				})
			}
		},
	})
}

// domain adds a domain.
func (e *env) domain(organization, name string, state joinery.DomainState) *joinery.Domain {
	e.Helper()
	d := &joinery.Domain{OrganizationID: organization, Name: name, State: state, Token: "token-" + name, Created: start}
	e.update(func(tx joinery.Tx) error { return tx.InsertDomain(d) })
	return d
}
