package storagetest

import (
	"sort"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func candidates(t *testing.T, open Open) {
	find := func(e *env, connection, typeName string, keys joinery.Keys, refs joinery.MemberRefs) *joinery.Candidates {
		var found [2]*joinery.Candidates
		read := func(i int) func(tx joinery.Tx) error {
			return func(tx joinery.Tx) (err error) {
				found[i], err = tx.Candidates(connection, typeName, keys, refs)
				return err
			}
		}
		e.view(read(0))
		e.update(read(1))
		for _, c := range found {
			sort.Slice(c.Resources, func(i, j int) bool { return c.Resources[i].ID < c.Resources[j].ID })
		}
		e.equal("candidates in an Update and in a View", found[1], found[0])
		return found[0]
	}
	topic(t, open, map[string]func(*env){
		"by each key": func(e *env) {
			_, connection := e.connection()
			one := e.newUser(connection, "One", `"externalId":"x1","emails":[{"value":"one@x.org"}]`)
			two := e.newUser(connection, "two", `"active":false,"externalId":"x2","emails":[{"value":"two@x.org"},{"value":"2@x.org"}]`)
			e.add(one, two, e.newUser(connection, "three", ""))
			first := joinery.Candidate{ID: one.ID, Version: 1, Created: start, Unique: "one", ExternalID: "x1", Active: true}
			second := joinery.Candidate{ID: two.ID, Version: 1, Created: start, Unique: "two", ExternalID: "x2"}
			byEmail := second
			byEmail.Email = true
			for _, test := range []struct {
				name string
				keys joinery.Keys
				want []joinery.Candidate
			}{
				{"nothing", joinery.Keys{}, nil},
				{"unknown", joinery.Keys{Unique: "zero", ExternalID: "x0", Emails: []string{"0@x.org"}}, nil},
				{"unique", joinery.Keys{Unique: "one"}, []joinery.Candidate{first}},
				{"external id", joinery.Keys{ExternalID: "x2"}, []joinery.Candidate{second}},
				{"external id has case", joinery.Keys{ExternalID: "X2"}, nil},
				{"emails", joinery.Keys{Emails: []string{"2@x.org", "two@x.org"}}, []joinery.Candidate{byEmail}},
				{"each its own", joinery.Keys{Unique: "one", ExternalID: "x2"}, []joinery.Candidate{first, second}},
				{"all of one", joinery.Keys{Unique: "two", ExternalID: "x2", Emails: []string{"two@x.org"}}, []joinery.Candidate{byEmail}},
			} {
				e.equal(test.name, find(e, connection, "User", test.keys, joinery.MemberRefs{}), &joinery.Candidates{Resources: test.want})
			}
			e.equal("another type", find(e, connection, "Group", joinery.Keys{Unique: "one", ExternalID: "x1"}, joinery.MemberRefs{}), &joinery.Candidates{})
		},
		"tombstones": func(e *env) {
			_, connection := e.connection()
			at := start.Add(time.Hour)
			old, live := e.newUser(connection, "ada", `"externalId":"x1","emails":[{"value":"a@x.org"}]`), e.newUser(connection, "ada", `"externalId":"x2"`)
			e.add(old)
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(old, at) })
			e.add(live)
			gone := joinery.Candidate{ID: old.ID, Version: 2, Created: start, Unique: "ada", ExternalID: "x1", Active: true, Deleted: &at}
			there := joinery.Candidate{ID: live.ID, Version: 1, Created: start, Unique: "ada", ExternalID: "x2", Active: true}
			e.equal("by name", find(e, connection, "User", joinery.Keys{Unique: "ada"}, joinery.MemberRefs{}), &joinery.Candidates{Resources: []joinery.Candidate{gone, there}})
			gone.Email = true
			e.equal("by email", find(e, connection, "User", joinery.Keys{Emails: []string{"a@x.org"}}, joinery.MemberRefs{}), &joinery.Candidates{Resources: []joinery.Candidate{gone}})
		},
		"pending": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			e.update(func(tx joinery.Tx) error {
				return tx.AddPending(connection, "g1", []string{"ada", "bob", "EVE"}, start)
			})
			e.equal("named", find(e, connection, "User", joinery.Keys{Unique: "ada"}, joinery.MemberRefs{Exact: []string{"x", "ada"}}), &joinery.Candidates{Pending: true})
			e.equal("named without case", find(e, connection, "User", joinery.Keys{}, joinery.MemberRefs{Name: "eve"}), &joinery.Candidates{Pending: true})
			e.equal("only a name goes without case", find(e, connection, "User", joinery.Keys{}, joinery.MemberRefs{Exact: []string{"eve"}}), &joinery.Candidates{})
			e.equal("not named", find(e, connection, "User", joinery.Keys{}, joinery.MemberRefs{Exact: []string{"x", "ad"}, Name: "ad"}), &joinery.Candidates{})
			e.equal("another connection", find(e, other, "User", joinery.Keys{}, joinery.MemberRefs{Exact: []string{"ada"}, Name: "ada"}), &joinery.Candidates{})
			user := e.newUser(connection, "ada", "")
			e.add(user)
			e.equal("both", find(e, connection, "User", joinery.Keys{Unique: "ada"}, joinery.MemberRefs{Name: "ada"}), &joinery.Candidates{
				Pending: true, Resources: []joinery.Candidate{{ID: user.ID, Version: 1, Created: start, Unique: "ada", Active: true}},
			})
		},
	})
}
