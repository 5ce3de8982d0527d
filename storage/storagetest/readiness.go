package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func readiness(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"users":           tallyUsers,
		"linked users":    tallyLinkedUsers,
		"groups":          tallyGroups,
		"pending members": tallyPending,
		"open cases":      tallyCases,
		"requests":        countRequests,
		"examples are few, the newest first": func(e *env) {
			_, connection := e.connection()
			e.addUsers(connection, 12)
			want := joinery.Tally{Count: 12, Examples: []string{"user011", "user010", "user009", "user008", "user007"}}
			e.tallies("without an email", connection, joinery.Tx.UsersWithoutEmail, want)
		},
		"nothing is there": func(e *env) {
			_, connection := e.connection()
			for i, count := range []func(joinery.Tx, string) (joinery.Tally, error){
				joinery.Tx.UsersWithoutEmailName, joinery.Tx.UsersWithoutEmail, joinery.Tx.DifferingSubjects, joinery.Tx.NotFollowed,
				joinery.Tx.GroupsWithoutMapping, joinery.Tx.PendingMembers, joinery.Tx.OpenCases, joinery.Tx.UnlinkedUsers,
			} {
				e.tallies(fmt.Sprint("tally ", i), connection, count, joinery.Tally{})
			}
		},
	})
}

func (e *env) tallies(what, connection string, count func(joinery.Tx, string) (joinery.Tally, error), want joinery.Tally) {
	e.Helper()
	e.view(func(tx joinery.Tx) error {
		got, err := count(tx, connection)
		e.equal(what, got, want)
		return err
	})
}

// tally is what a Tally of few has.
func tally(examples ...string) joinery.Tally {
	return joinery.Tally{Count: int64(len(examples)), Examples: examples}
}

func email(address string) string { return fmt.Sprintf(`"emails":[{"value":%q}]`, address) }

// tallyUsers adds the users of two connections, with one that is deleted and a
// group, which count for nothing.
func tallyUsers(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	gone := e.newUser(connection, "gone", "")
	e.add(
		e.newUser(connection, "Ada", email("ada@example.com")), e.newUser(connection, "bob@example.com", ""), e.newUser(connection, "@eve", email("eve")),
		gone, e.newGroup(connection, "staff"), e.newUser(other, "zoe", ""))
	e.update(func(tx joinery.Tx) error { return tx.DeleteResource(gone, start) })
	e.tallies("userName is no email", connection, joinery.Tx.UsersWithoutEmailName, tally("@eve", "ada"))
	e.tallies("without an email", connection, joinery.Tx.UsersWithoutEmail, tally("bob@example.com"))
	e.view(func(tx joinery.Tx) error {
		users, err := tx.LiveResources(connection, "User")
		e.equal("users", users, int64(3))
		return err
	})
}

func tallyLinkedUsers(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	with := func(connection, name, emails, subject string, account *joinery.Account) *joinery.Resource {
		user := e.linkedUser(connection, name, emails, account.ID)
		e.update(func(tx joinery.Tx) error {
			l, err := tx.Link(connection, user.ID)
			if err != nil {
				return err
			}
			l.Subject = subject
			return tx.UpdateLink(l)
		})
		return user
	}
	with(connection, "same", email("Ada@Example.com"), "ADA@example.com", e.account("ada"))
	with(connection, "second", `"emails":[{"value":"x@x.org"},{"value":"ÉVA@example.com"}]`, "Éva@example.com", e.account("éva"))
	with(connection, "opaque", email("bob@example.com"), "00u1", e.account("bob"))
	with(connection, "none", "", "", e.account("carl"))
	with(connection, "Differs", email("dan@x.org"), "dan@y.org", e.account("dan"))
	with(connection, "missing", "", "eve@example.com", e.account("eve"))
	freed := e.account("fay")
	freed.Email = ""
	e.update(func(tx joinery.Tx) error { return tx.UpdateAccount(freed) })
	with(connection, "freed", email("fay@example.com"), "", freed)
	with(other, "elsewhere", email("gus@x.org"), "gus@y.org", e.account("gus"))
	left := with(connection, "left", email("hal@x.org"), "hal@y.org", e.account("hal"))
	e.endLink(connection, left.ID)
	gone := with(connection, "gone", email("ian@x.org"), "ian@y.org", e.account("ian"))
	e.update(func(tx joinery.Tx) error { return tx.DeleteResource(gone, start) })
	e.add(e.newUser(connection, "Loose", ""))

	e.tallies("differing subjects", connection, joinery.Tx.DifferingSubjects, tally("missing", "differs"))
	e.tallies("not followed", connection, joinery.Tx.NotFollowed, tally("freed", "differs"))
	e.tallies("unlinked", connection, joinery.Tx.UnlinkedUsers, tally("loose", "left"))
}

func tallyGroups(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	_, third := e.connection()
	mapped, loose, named, gone := e.newGroup(connection, "mapped"), e.newGroup(connection, "Loose"), e.newGroup(connection, "named"), e.newGroup(connection, "gone")
	e.add(mapped, loose, named, gone, e.newGroup(other, "elsewhere"), e.newUser(connection, "ada", ""))
	e.mapping(connection, mapped.ID, "mapped", "org:acme", "admin")
	e.mapping(connection, mapped.ID, "mapped", "repo:acme/api", "writer")
	e.mapping(connection, "", "other", "org:acme", "admin")
	e.mapping(other, loose.ID, "Loose", "org:acme", "admin")
	e.update(func(tx joinery.Tx) error { return tx.DeleteResource(gone, start) })
	e.tallies("without a mapping", connection, joinery.Tx.GroupsWithoutMapping, tally("named", "Loose"))
	e.view(func(tx joinery.Tx) error {
		for id, mapped := range map[string]bool{connection: true, third: false} {
			of, err := tx.Connection(id)
			if err != nil {
				return err
			}
			e.equal("mapped", of.Mapped, mapped)
		}
		return nil
	})
}

func tallyPending(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	for i, refs := range [][]string{{"b", "a"}, {"c", "a"}, {"d"}} {
		of := connection
		if i == 2 {
			of = other
		}
		e.update(func(tx joinery.Tx) error {
			return tx.AddPending(of, fmt.Sprint("group", i), refs, start.Add(time.Duration(i)*time.Second))
		})
	}
	e.tallies("pending", connection, joinery.Tx.PendingMembers, tally("a", "c", "b"))
}

func tallyCases(e *env) {
	organization, connection := e.connection()
	_, other := e.connection()
	first, closed := e.newCase(organization, connection, joinery.CaseSubject{}), e.newCase(organization, connection, joinery.CaseSubject{})
	second, foreign := e.newCase(organization, connection, joinery.CaseSubject{}), e.newCase(organization, other, joinery.CaseSubject{})
	closed.Status = joinery.CaseResolved
	e.addCases(first, closed, second, foreign)
	e.tallies("open", connection, joinery.Tx.OpenCases, tally(second.Code, first.Code))
}

func countRequests(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	for i, status := range []int{500, 200, 400, 399, 503} {
		r := e.newRequest(connection, i)
		r.Status = status
		e.log(r)
	}
	last := start.Add(4 * time.Second)
	for _, test := range []struct {
		connection  string
		since       time.Time
		all, failed int64
		last        *time.Time
	}{
		{connection, start, 5, 3, &last},
		{connection, start.Add(2 * time.Second), 3, 2, &last},
		{connection, last.Add(time.Millisecond), 0, 0, &last},
		{other, start, 0, 0, nil},
	} {
		e.view(func(tx joinery.Tx) error {
			all, failed, last, err := tx.RequestsSince(test.connection, test.since)
			e.equal("requests", []int64{all, failed}, []int64{test.all, test.failed})
			e.equal("last", last, test.last)
			return err
		})
	}
}
