package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func unsettledCases(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"the same subject":                sameSubjects,
		"unsettled until it is confirmed": settleCase,
		"resolved cases of users":         resolvedCases,
	})
}

// unsettledIDs are the ids of the unsettled cases of a subject, read in a View
// and in an Update.
func (e *env) unsettledIDs(connection string, keys joinery.CaseKeys) []string {
	e.Helper()
	var viewed, updated []string
	read := func(ids *[]string) func(joinery.Tx) error {
		return func(tx joinery.Tx) error {
			list, err := tx.UnsettledCases(connection, keys)
			*ids = caseIDs(list)
			return err
		}
	}
	e.view(read(&viewed))
	e.update(read(&updated))
	e.equal("unsettled cases in an Update", updated, viewed)
	return viewed
}

// sameSubjects asks for cases by keys that are those of one of two subjects, or
// nearly so.
func sameSubjects(e *env) {
	organization, connection := e.connection()
	known := e.newCase(organization, connection, joinery.CaseSubject{
		UserID: "u1", UserName: "Ada", ExternalID: "X1", Email: "Ada@Example.com", Subject: "Name-ID",
	})
	nameless := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ADA", Email: "bob@example.com"})
	e.addCases(known, nameless)
	for _, test := range []struct {
		keys joinery.CaseKeys
		want []string
	}{
		{joinery.CaseKeys{}, nil},
		{joinery.CaseKeys{ExternalID: "X1"}, []string{known.ID}},
		{joinery.CaseKeys{ExternalID: "x1"}, nil},
		{joinery.CaseKeys{UserName: "ada"}, []string{known.ID, nameless.ID}},
		{joinery.CaseKeys{Email: "ada@example.com"}, []string{known.ID}},
		{joinery.CaseKeys{Subject: "name-id"}, []string{known.ID}},
		{joinery.CaseKeys{UserID: "u1", ExternalID: "X2"}, []string{known.ID}},
		{joinery.CaseKeys{UserID: "u2", ExternalID: "X1"}, []string{known.ID}},
		{joinery.CaseKeys{ExternalID: "X2", UserName: "ada"}, []string{nameless.ID}},
		{joinery.CaseKeys{ExternalID: "X2", Email: "ada@example.com"}, nil},
		{joinery.CaseKeys{UserName: "bob@example.com", Email: "ada"}, nil},
		{joinery.CaseKeys{ExternalID: "X2", UserName: "ada", Email: "bob@example.com"}, []string{nameless.ID}},
	} {
		e.equal(fmt.Sprintf("%+v", test.keys), e.unsettledIDs(connection, test.keys), test.want)
	}
}

// settleCase changes a case, and looks whether it is found by its keys.
func settleCase(e *env) {
	organization, connection := e.connection()
	c := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"})
	is := func(what string, keys joinery.CaseKeys, want bool) {
		e.Helper()
		e.equal(what, len(e.unsettledIDs(connection, keys)) == 1, want)
		e.view(func(tx joinery.Tx) error {
			of, err := tx.Connection(connection)
			if err == nil {
				e.equal(what+", as the connection knows", of.Unsettled, want)
			}
			return err
		})
	}
	changed := func(change func()) {
		change()
		e.update(func(tx joinery.Tx) error { return tx.UpdateCase(c) })
	}
	ada, bob, now := joinery.CaseKeys{UserName: "ada"}, joinery.CaseKeys{UserName: "bob"}, start
	is("before", ada, false)
	e.addCases(c)
	is("open", ada, true)
	changed(func() { c.Status, c.Closed = joinery.CaseResolved, &now })
	is("resolved", ada, true)
	changed(func() { c.Confirmed = &now })
	is("confirmed", ada, false)
	changed(func() { c.Status, c.Closed, c.Confirmed = joinery.CaseOpen, nil, nil })
	is("reopened", ada, true)
	changed(func() { c.Subject.UserName = "Bob" })
	is("of another name", bob, true)
	e.equal("of the former name", e.unsettledIDs(connection, ada), []string(nil))
	changed(func() { c.Status = joinery.CaseDismissed })
	is("dismissed", bob, false)
}

func resolvedCases(e *env) {
	organization, connection := e.connection()
	now := start
	with := func(user string, status joinery.CaseStatus, confirmed *time.Time) *joinery.Case {
		c := e.newCase(organization, connection, joinery.CaseSubject{UserID: user, UserName: "name of " + user})
		c.Status, c.Confirmed = status, confirmed
		e.addCases(c)
		return c
	}
	first, second := with("u1", joinery.CaseResolved, nil), with("u2", joinery.CaseResolved, nil)
	again := with("u1", joinery.CaseResolved, nil)
	with("u1", joinery.CaseOpen, nil)
	with("u1", joinery.CaseDismissed, nil)
	with("u1", joinery.CaseResolved, &now)
	of := func(users ...string) (ids []string) {
		e.update(func(tx joinery.Tx) error {
			list, err := tx.ResolvedCases(connection, users)
			ids = caseIDs(list)
			return err
		})
		return ids
	}
	e.equal("of nobody", of(), []string(nil))
	e.equal("of one", of("u1"), []string{first.ID, again.ID})
	e.equal("of all", of("u2", "u1", "u3"), []string{first.ID, second.ID, again.ID})
	e.equal("of a name", of("name of u1"), []string(nil))
}
