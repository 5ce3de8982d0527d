package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

// filters tries what storage answers by columns and side tables. That each
// filter means what filter.Match says is held by a property test of its own.
func filters(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"by key": func(e *env) {
			_, connection := e.connection()
			ada := e.newUser(connection, "Ada", `"externalId":"x1","active":false,"emails":[{"value":"Ada@x.org","type":"work"}]`)
			bob := e.newUser(connection, "bob%", `"displayName":"100% _b"`)
			e.add(ada, bob)
			for text, want := range map[string][]string{
				`userName eq "ADA"`:                               {ada.ID},
				`userName eq "nobody"`:                            nil,
				`userName sw "A"`:                                 {ada.ID},
				`userName ew "%"`:                                 {bob.ID},
				`displayName co "% _"`:                            {bob.ID},
				`externalId eq "x1"`:                              {ada.ID},
				`externalId eq "X1"`:                              nil,
				`not (externalId eq "x1")`:                        {bob.ID},
				`emails.value eq "ada@X.org"`:                     {ada.ID},
				`emails eq "ada@x.org"`:                           {ada.ID},
				`emails[type eq "work" and value eq "ada@x.org"]`: {ada.ID},
				`emails[type eq "home" and value eq "ada@x.org"]`: nil,
				`active eq false`:                                 {ada.ID},
				`active ne false`:                                 {bob.ID},
				`id eq "` + bob.ID + `"`:                          {bob.ID},
				`meta.created eq "2026-03-01T12:00:00.123Z"`:      {ada.ID, bob.ID},
				`meta.created gt "2026-03-01T12:00:00.123Z"`:      nil,
				`meta.version eq "W/\"1\""`:                       {ada.ID, bob.ID},
				`userName eq "ada" or userName eq "bob%"`:         {ada.ID, bob.ID},
				`userName eq "ada" and active eq true`:            nil,
				`userName pr`:                                     {ada.ID, bob.ID},
			} {
				page := e.all(connection, "User", text)
				e.equal(text, ids(page.Resources), want)
				e.equal(text+": total", page.Total, len(want))
				total := e.query(joinery.ResourceQuery{ConnectionID: connection, Total: true}, "User", text)
				e.equal(text+": total alone", total.Total, len(want))
			}
		},
		"by membership": func(e *env) {
			_, connection := e.connection()
			one, two, list := e.newGroup(connection, "one"), e.newGroup(connection, "two"), e.addUsers(connection, 3)
			e.add(one, two)
			e.update(func(tx joinery.Tx) error {
				_, _, err := tx.AddMembers(connection, two.ID, []string{list[1].ID}, start)
				return err
			})
			e.equal("groups of a member", ids(e.all(connection, "Group", `members.value eq "`+list[1].ID+`"`).Resources), []string{two.ID})
			e.equal("members of a group", ids(e.all(connection, "User", `groups.value eq "`+two.ID+`"`).Resources), []string{list[1].ID})
			e.equal("members by name", ids(e.all(connection, "User", `groups[display eq "TWO"]`).Resources), []string{list[1].ID})
			e.equal("in no group", ids(e.all(connection, "User", `not (groups pr)`).Resources), []string{list[0].ID, list[2].ID})
		},
	})
}
