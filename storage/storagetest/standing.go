package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func standing(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"of a User": standingOfUser,
		"kept by another User": func(e *env) {
			organization, connection := e.connection()
			second := e.connectionOf(organization)
			_, foreign := e.connection()
			ada := e.account("ada")
			user := e.linkedUser(connection, "ada", "", ada.ID)
			kept := func(what string, want bool) {
				e.Helper()
				e.equal(what, e.standing(connection, organization, user.ID).Kept, want)
			}
			kept("by nobody", false)
			e.linkedUser(foreign, "ada", "", ada.ID)
			kept("by a User of another organization", false)
			other := e.linkedUser(second, "ada", "", ada.ID)
			kept("by an active User", true)
			other.Keys.Active = false
			e.update(func(tx joinery.Tx) error { return tx.UpdateResource(other) })
			kept("by a suspended User", false)
			other.Keys.Active = true
			e.update(func(tx joinery.Tx) error {
				if err := tx.UpdateResource(other); err != nil {
					return err
				}
				return tx.DeleteResource(other, start)
			})
			kept("by a deleted User", false)
			e.linkedUser(second, "ada2", "", e.account("bob").ID)
			kept("by a User of another account", false)
		},
		"holds until the end":                        standingHolds,
		"two organizations suspend at the same time": suspendTwice,
		"two connections suspend at the same time":   leaveTwice,
	})
}

func standingOfUser(e *env) {
	organization, connection := e.connection()
	other, _ := e.connection()
	third, _ := e.connection()
	ada := e.account("ada")
	user := e.newUser(connection, "ada", "")
	e.add(user)
	e.equal("without a link", e.standing(connection, organization, user.ID), &joinery.Standing{})
	l := e.link(connection, user.ID, ada.ID)
	want := &joinery.Standing{Link: l, Account: ada}
	e.equal("without a membership", e.standing(connection, organization, user.ID), want)
	want.Membership = e.member(organization, ada.ID, joinery.MembershipActive)
	e.equal("with a membership", e.standing(connection, organization, user.ID), want)
	e.member(other, ada.ID, joinery.MembershipSuspended)
	want.Elsewhere = true
	e.equal("suspended elsewhere", e.standing(connection, organization, user.ID), want)
	e.member(third, ada.ID, joinery.MembershipActive)
	want.ActiveElsewhere = true
	e.equal("active elsewhere", e.standing(connection, organization, user.ID), want)
	ended := start.Add(time.Hour)
	l.Ended = &ended
	e.update(func(tx joinery.Tx) error { return tx.UpdateLink(l) })
	e.equal("ended", e.standing(connection, organization, user.ID), want)
	_, foreign := e.connection()
	e.equal("of another connection", e.standing(foreign, organization, user.ID), &joinery.Standing{})
}

// standingHolds has another transaction add, change and remove memberships of an
// account whose standing was told: it waits.
func standingHolds(e *env) {
	organization, connection := e.connection()
	other, _ := e.connection()
	ada := e.account("ada")
	user := e.linkedUser(connection, "ada", "", ada.ID)
	m := &joinery.Membership{OrganizationID: other, AccountID: ada.ID, State: joinery.MembershipActive, Origin: joinery.FromAPI, Created: start, Updated: start}
	for _, step := range []struct {
		name  string
		write func(joinery.Tx) error
	}{
		{"add", func(tx joinery.Tx) error { return tx.InsertMembership(m) }},
		{"change", func(tx joinery.Tx) error {
			suspended := *m
			suspended.State = joinery.MembershipSuspended
			return tx.UpdateMembership(&suspended)
		}},
		{"remove", func(tx joinery.Tx) error { return tx.DeleteMembership(other, ada.ID) }},
	} {
		done := make(chan struct{})
		var once sync.Once
		var before, after *joinery.Standing
		e.update(func(tx joinery.Tx) (err error) {
			if before, err = tx.Standing(connection, organization, user.ID); err != nil {
				return err
			}
			once.Do(func() {
				go func() {
					defer close(done)
					e.update(step.write)
				}()
			})
			time.Sleep(20 * time.Millisecond)
			after, err = tx.Standing(connection, organization, user.ID)
			return err
		})
		e.equal(step.name, after, before)
		<-done
	}
}

// suspendTwice has all organizations of an account suspend it at the same time:
// one of them sees that it is the last.
func suspendTwice(e *env) {
	for round := range 10 {
		ada := e.account(fmt.Sprintf("ada%d", round))
		last := make([]bool, 4)
		e.together(len(last), func(i int) func(joinery.Tx) error {
			organization, connection := e.connection()
			e.member(organization, ada.ID, joinery.MembershipActive)
			user := e.linkedUser(connection, "ada", "", ada.ID)
			return func(tx joinery.Tx) error {
				s, err := tx.Standing(connection, organization, user.ID)
				if err != nil {
					return err
				}
				last[i] = !s.ActiveElsewhere
				s.Membership.State = joinery.MembershipSuspended
				return tx.UpdateMembership(s.Membership)
			}
		})
		e.equal("that were the last", count(last), 1)
	}
}

// leaveTwice has all connections of an organization suspend their User of one
// account at the same time: one of them sees that no other keeps it.
func leaveTwice(e *env) {
	for round := range 10 {
		organization, _ := e.connection()
		ada := e.account(fmt.Sprintf("ada%d", round))
		e.member(organization, ada.ID, joinery.MembershipActive)
		last := make([]bool, 4)
		e.together(len(last), func(i int) func(joinery.Tx) error {
			connection := e.connectionOf(organization)
			user := e.linkedUser(connection, "ada", "", ada.ID)
			return func(tx joinery.Tx) error {
				r, err := tx.Resource(connection, "User", user.ID, false, "")
				if err != nil {
					return err
				}
				r.Keys.Active = false
				if err := tx.UpdateResource(r); err != nil {
					return err
				}
				s, err := tx.Standing(connection, organization, user.ID)
				if err == nil {
					last[i] = !s.Kept
				}
				return err
			}
		})
		e.equal("that were the last", count(last), 1)
	}
}

// together prepares n transactions and runs them at the same time.
func (e *env) together(n int, prepare func(i int) func(joinery.Tx) error) {
	e.Helper()
	var run []func(joinery.Tx) error
	for i := range n {
		run = append(run, prepare(i))
	}
	var wg sync.WaitGroup
	for _, fn := range run {
		wg.Go(func() { e.update(fn) })
	}
	wg.Wait()
}

func count(list []bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// standing asks in a View and in an Update.
func (e *env) standing(connection, organization, user string) *joinery.Standing {
	e.Helper()
	var found [2]*joinery.Standing
	read := func(i int) func(joinery.Tx) error {
		return func(tx joinery.Tx) (err error) {
			found[i], err = tx.Standing(connection, organization, user)
			return err
		}
	}
	e.view(read(0))
	e.update(read(1))
	e.equal("standing in an Update and in a View", found[1], found[0])
	return found[0]
}

// connectionOf adds a connection to an organization.
func (e *env) connectionOf(organization string) string {
	e.Helper()
	id := e.id()
	e.update(func(tx joinery.Tx) error {
		return tx.InsertConnection(&joinery.Connection{ID: id, OrganizationID: organization, Name: "Entra", IdP: "entra", Policy: joinery.DefaultPolicy(), Created: start})
	})
	return id
}
