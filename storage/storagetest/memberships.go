package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func memberships(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back, change, delete": changeMembership,
		"lists": func(e *env) {
			one, _ := e.connection()
			two, _ := e.connection()
			for _, account := range []string{"a3", "a1", "a2"} {
				e.member(one, account, joinery.MembershipActive)
			}
			e.member(two, "a2", joinery.MembershipSuspended)
			e.view(func(tx joinery.Tx) error {
				list, err := tx.Memberships(one, "", 2)
				e.equal("first", memberAccounts(list), []string{one + " a1", one + " a2"})
				if err != nil {
					return err
				}
				list, err = tx.Memberships(one, "a2", 2)
				e.equal("next", memberAccounts(list), []string{one + " a3"})
				if err != nil {
					return err
				}
				list, err = tx.MembershipsOf("a2", "nobody", "a1", "a2")
				e.equal("of accounts", memberAccounts(list), []string{one + " a1", one + " a2", two + " a2"})
				if err != nil {
					return err
				}
				list, err = tx.MembershipsOf()
				e.equal("of none", len(list), 0)
				return err
			})
			in := func(tx joinery.Tx) error {
				list, err := tx.MembershipsIn(one, []string{"a3", "nobody", "a1", "a3"})
				e.equal("of accounts in one", memberAccounts(list), []string{one + " a1", one + " a3"})
				return err
			}
			e.view(in)
			e.update(in)
		},
		"race": func(e *env) {
			organization, _ := e.connection()
			ada := e.account("ada")
			won := make([]bool, 8)
			e.together(len(won), func(i int) func(joinery.Tx) error {
				return func(tx joinery.Tx) error {
					_, err := tx.Membership(organization, ada.ID)
					if won[i] = joinery.KindOf(err) == joinery.NotFound; !won[i] {
						return err
					}
					return tx.InsertMembership(&joinery.Membership{OrganizationID: organization, AccountID: ada.ID, State: joinery.MembershipActive, Origin: joinery.FromAPI, Created: start, Updated: start})
				}
			})
			e.equal("winners", count(won), 1)
		},
	})
}

func changeMembership(e *env) {
	organization, connection := e.connection()
	other, _ := e.connection()
	read := func(organization string) (*joinery.Membership, error) {
		var m *joinery.Membership
		err := e.tryUpdate(func(tx joinery.Tx) (err error) {
			m, err = tx.Membership(organization, "a1")
			return err
		})
		return m, err
	}
	bare := e.member(organization, "a1", joinery.MembershipActive)
	full := &joinery.Membership{
		OrganizationID: other, AccountID: "a1", State: joinery.MembershipSuspended, Role: "owner",
		Origin: joinery.FromSCIM, ConnectionID: connection, Created: start, Updated: start.Add(time.Second),
	}
	e.update(func(tx joinery.Tx) error { return tx.InsertMembership(full) })
	for _, want := range []*joinery.Membership{bare, full} {
		got, err := read(want.OrganizationID)
		if err != nil {
			e.Fatal(err)
		}
		e.equal("membership", got, want)
		runs := 0
		err = e.tryUpdate(func(tx joinery.Tx) error {
			runs++
			return tx.InsertMembership(want)
		})
		if !errors.Is(err, joinery.ErrCollision) {
			e.Errorf("error %v, want a collision", err)
		}
		if runs < 2 {
			e.Error("it was not run again")
		}
	}

	change := *full
	change.State, change.Role, change.ConnectionID, change.Updated = joinery.MembershipActive, "", "", start.Add(time.Hour)
	written := change
	written.Origin, written.Created = joinery.FromAPI, start.Add(time.Hour)
	e.update(func(tx joinery.Tx) error { return tx.UpdateMembership(&written) })
	got, err := read(other)
	if err != nil {
		e.Fatal(err)
	}
	e.equal("changed", got, &change)

	err = e.tryUpdate(func(tx joinery.Tx) error {
		return tx.UpdateMembership(&joinery.Membership{OrganizationID: organization, AccountID: "nobody"})
	})
	e.kind("UpdateMembership", err, joinery.NotFound)
	e.update(func(tx joinery.Tx) error {
		if err := tx.DeleteMembership(organization, "nobody"); err != nil {
			return err
		}
		return tx.DeleteMembership(organization, "a1")
	})
	_, err = read(organization)
	e.kind("Membership", err, joinery.NotFound)
	if _, err := read(other); err != nil {
		e.Errorf("in another organization: %v", err)
	}
}

// member adds a membership.
func (e *env) member(organization, account string, state joinery.MembershipState) *joinery.Membership {
	e.Helper()
	m := &joinery.Membership{OrganizationID: organization, AccountID: account, State: state, Origin: joinery.FromAPI, Created: start, Updated: start}
	e.update(func(tx joinery.Tx) error { return tx.InsertMembership(m) })
	return m
}

func memberAccounts(list []*joinery.Membership) (accounts []string) {
	for _, m := range list {
		accounts = append(accounts, m.OrganizationID+" "+m.AccountID)
	}
	return accounts
}
