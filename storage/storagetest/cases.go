package storagetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

// newCase makes an open case about a subject of a connection.
func (e *env) newCase(organization, connection string, subject joinery.CaseSubject) *joinery.Case {
	id := e.id()
	return &joinery.Case{
		ID: id, Code: "C-" + strings.ToUpper(id[len(id)-5:]), OrganizationID: organization, ConnectionID: connection,
		Reason: "email_taken", Rule: "member", Status: joinery.CaseOpen, Attempts: 1,
		Attribute: "emails", Value: "Ada@Example.com", SubjectKey: "key-" + id, Subject: subject,
		Opened: start, LastSeen: start,
	}
}

func (e *env) addCases(list ...*joinery.Case) {
	e.Helper()
	for _, c := range list {
		e.update(func(tx joinery.Tx) error { return tx.InsertCase(c) })
	}
}

func (e *env) readCase(idOrCode string) *joinery.Case {
	e.Helper()
	var c *joinery.Case
	e.view(func(tx joinery.Tx) (err error) {
		c, err = tx.Case(idOrCode)
		return err
	})
	return c
}

func caseIDs(list []*joinery.Case) (ids []string) {
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func cases(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back and change": func(e *env) {
			organization, connection := e.connection()
			c := e.newCase(organization, connection, joinery.CaseSubject{UserName: "Ada"})
			e.addCases(c)
			e.equal("as it was opened", e.readCase(c.ID), c)

			closed, confirmed := start.Add(time.Hour), start.Add(2*time.Hour)
			c.Rule, c.Status, c.Attempts, c.Attribute, c.Value, c.SubjectKey = "email_taken", joinery.CaseResolved, 3, "userName", "ada", "other"
			c.Subject = joinery.CaseSubject{UserID: "u", UserName: "ada", ExternalID: "X1", Email: "a@x.org", Username: "ada", DisplayName: "☃", Subject: "s"}
			c.HolderID, c.HolderUserID = "holder", "user"
			if err := json.Unmarshal([]byte(`[{"rule":"member","finding":"no"},{"rule":"email_taken","decided":true,"finding":"yes"}]`), &c.Trace); err != nil {
				e.Fatal(err)
			}
			c.Request = joinery.CaseRequest{Source: "create", Document: []byte(`{"userName":"ada"}`), SignIn: []byte(`{}`)}
			c.History = []joinery.CaseHistory{{Time: start, Actor: joinery.Actor{Type: joinery.ActorToken, ID: "t", Name: "Okta"}, What: "opened", Detail: "d"}}
			c.LastSeen, c.Closed, c.Resolution, c.Confirmed = closed, &closed, "connect", &confirmed
			e.update(func(tx joinery.Tx) error { return tx.UpdateCase(c) })
			e.equal("changed", e.readCase(c.ID), c)
			e.equal("by its code in small letters", e.readCase("c-"+c.Code[2:]), c)
		},
		"unknown": func(e *env) {
			organization, connection := e.connection()
			for _, id := range []string{"nobody", "C-00000", "", "\x00", "\xff"} {
				err := e.tryUpdate(func(tx joinery.Tx) error {
					_, err := tx.Case(id)
					return err
				})
				e.kind(fmt.Sprintf("Case %q", id), err, joinery.NotFound)
			}
			unknown := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"})
			e.kind("UpdateCase", e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateCase(unknown) }), joinery.NotFound)
			e.equal("found by its keys", e.unsettledIDs(connection, joinery.CaseKeys{UserName: "ada"}), []string(nil))
		},
		"collisions":                    caseCollisions,
		"one of many is opened":         openCaseOnce,
		"attempts are not lost":         countAttempts,
		"lists":                         listCases,
		"a connection knows of its own": caseTenancy,
	})
}

func caseCollisions(e *env) {
	organization, connection := e.connection()
	_, other := e.connection()
	first := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"})
	e.addCases(first)
	like := func(change func(*joinery.Case)) *joinery.Case {
		c := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"})
		c.SubjectKey = first.SubjectKey
		change(c)
		return c
	}
	collides := func(what string, fn func(joinery.Tx) error) {
		if err := e.tryUpdate(fn); !errors.Is(err, joinery.ErrCollision) {
			e.Errorf("%s: error %v, want a collision", what, err)
		}
	}
	again := like(func(*joinery.Case) {})
	collides("open for the same subject and reason", func(tx joinery.Tx) error { return tx.InsertCase(again) })
	coded := like(func(c *joinery.Case) { c.SubjectKey, c.Code = "other", first.Code })
	collides("the same code", func(tx joinery.Tx) error { return tx.InsertCase(coded) })

	closed := like(func(c *joinery.Case) { c.Status = joinery.CaseDismissed })
	e.addCases(closed,
		like(func(c *joinery.Case) { c.Reason = "username_taken" }),
		like(func(c *joinery.Case) { c.SubjectKey = "other" }),
		like(func(c *joinery.Case) { c.ConnectionID = other }))
	closed.Status = joinery.CaseOpen
	collides("reopened", func(tx joinery.Tx) error { return tx.UpdateCase(closed) })
}

// openCaseOnce has many refuse the same subject at the same time.
func openCaseOnce(e *env) {
	organization, connection := e.connection()
	const attempts = 20
	var wg sync.WaitGroup
	for range attempts {
		c := e.newCase(organization, connection, joinery.CaseSubject{ExternalID: "x1"})
		c.SubjectKey = "x1"
		wg.Go(func() {
			e.update(func(tx joinery.Tx) error {
				known, err := tx.UnsettledCases(connection, joinery.CaseKeys{ExternalID: "x1"})
				if err != nil {
					return err
				}
				if len(known) == 0 {
					return tx.InsertCase(c)
				}
				known[0].Attempts++
				return tx.UpdateCase(known[0])
			})
		})
	}
	wg.Wait()
	e.view(func(tx joinery.Tx) error {
		list, err := tx.UnsettledCases(connection, joinery.CaseKeys{ExternalID: "x1"})
		if len(list) != 1 || list[0].Attempts != attempts {
			e.Errorf("cases %+v, want one with %d attempts", list, attempts)
		}
		return err
	})
}

// countAttempts has many change a case at the same time, each having read it.
func countAttempts(e *env) {
	organization, connection := e.connection()
	c := e.newCase(organization, connection, joinery.CaseSubject{UserID: "u1", UserName: "ada"})
	c.Status = joinery.CaseResolved
	e.addCases(c)
	const each = 8
	var wg sync.WaitGroup
	for range each {
		for _, read := range []func(joinery.Tx) ([]*joinery.Case, error){
			func(tx joinery.Tx) ([]*joinery.Case, error) {
				c, err := tx.Case(c.Code)
				return []*joinery.Case{c}, err
			},
			func(tx joinery.Tx) ([]*joinery.Case, error) {
				return tx.UnsettledCases(connection, joinery.CaseKeys{UserName: "ada"})
			},
			func(tx joinery.Tx) ([]*joinery.Case, error) { return tx.ResolvedCases(connection, []string{"u1"}) },
		} {
			wg.Go(func() {
				e.update(func(tx joinery.Tx) error {
					list, err := read(tx)
					if err != nil {
						return err
					}
					if len(list) != 1 {
						return fmt.Errorf("%d cases", len(list))
					}
					list[0].Attempts++
					return tx.UpdateCase(list[0])
				})
			})
		}
	}
	wg.Wait()
	e.equal("attempts", e.readCase(c.ID).Attempts, 1+3*each)
}

func listCases(e *env) {
	organization, connection := e.connection()
	other, theirs := e.connection()
	var list []*joinery.Case
	for i := range 6 {
		c := e.newCase(organization, connection, joinery.CaseSubject{UserName: fmt.Sprint(i)})
		if i%2 == 1 {
			c.Status, c.HolderID = joinery.CaseDismissed, "holder"
		}
		if i >= 4 {
			c.Reason = "username_taken"
		}
		if i == 5 {
			c.OrganizationID, c.ConnectionID = other, theirs
		}
		list = append(list, c)
	}
	e.addCases(list...)
	for _, test := range []struct {
		query joinery.CaseQuery
		want  []int
	}{
		{joinery.CaseQuery{}, []int{5, 4, 3, 2, 1, 0}},
		{joinery.CaseQuery{Limit: 2}, []int{5, 4}},
		{joinery.CaseQuery{After: list[3].ID}, []int{2, 1, 0}},
		{joinery.CaseQuery{OrganizationID: organization}, []int{4, 3, 2, 1, 0}},
		{joinery.CaseQuery{OrganizationID: organization, Status: joinery.CaseOpen, After: list[4].ID, Limit: 1}, []int{2}},
		{joinery.CaseQuery{ConnectionID: theirs}, []int{5}},
		{joinery.CaseQuery{ConnectionID: connection, Status: joinery.CaseDismissed}, []int{3, 1}},
		{joinery.CaseQuery{OrganizationID: other, ConnectionID: connection}, nil},
		{joinery.CaseQuery{Status: joinery.CaseResolved}, nil},
		{joinery.CaseQuery{Reason: "username_taken"}, []int{5, 4}},
		{joinery.CaseQuery{HolderID: "holder", OrganizationID: organization}, []int{3, 1}},
		{joinery.CaseQuery{HolderID: "\x00"}, nil},
	} {
		if test.query.Limit == 0 {
			test.query.Limit = 100
		}
		e.view(func(tx joinery.Tx) error {
			got, err := tx.Cases(test.query)
			var want []string
			for _, i := range test.want {
				want = append(want, list[i].ID)
			}
			e.equal(fmt.Sprintf("%+v", test.query), caseIDs(got), want)
			return err
		})
	}
}

func caseTenancy(e *env) {
	organization, mine := e.connection()
	_, theirs := e.connection()
	c := e.newCase(organization, theirs, joinery.CaseSubject{UserID: "u1", ExternalID: "x1"})
	c.Status = joinery.CaseResolved
	e.addCases(c)
	e.equal("by its keys", e.unsettledIDs(mine, joinery.CaseKeys{ExternalID: "x1"}), []string(nil))
	moved := *c
	moved.ConnectionID = mine
	e.kind("changed", e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateCase(&moved) }), joinery.NotFound)
	e.view(func(tx joinery.Tx) error {
		list, err := tx.ResolvedCases(mine, []string{"u1"})
		e.equal("by its user", len(list), 0)
		if err != nil {
			return err
		}
		of, err := tx.Connection(mine)
		e.equal("unsettled", of.Unsettled, false)
		return err
	})
}
