package storagetest

import (
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func tokens(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"look-up": func(e *env) {
			organization, connection := e.connection()
			expires := start.Add(time.Hour)
			token := &joinery.Token{
				ID: e.id(), ConnectionID: connection, Name: "Okta", Hash: joinery.HashToken("a"), Created: start, CreatedBy: "admin", Expires: &expires,
			}
			e.update(func(tx joinery.Tx) error { return tx.InsertToken(token) })
			e.view(func(tx joinery.Tx) error {
				got, of, err := tx.TokenByHash(token.Hash)
				e.equal("token", got, token)
				e.equal("connection", of, &joinery.Connection{ID: connection, OrganizationID: organization, Name: "Okta", IdP: "okta", Policy: joinery.DefaultPolicy(), Created: start})
				_, _, unknown := tx.TokenByHash(joinery.HashToken("b"))
				e.kind("unknown token", unknown, joinery.NotFound)
				return err
			})
			e.mapping(connection, "", "staff", "org:acme", "admin")
			e.addCases(e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"}))
			e.view(func(tx joinery.Tx) error {
				_, of, err := tx.TokenByHash(token.Hash)
				e.equal("what the connection has", []bool{of.Mapped, of.Unsettled}, []bool{true, true})
				return err
			})
		},
		"touch, list, delete": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			list := []*joinery.Token{
				{ID: e.id(), ConnectionID: connection, Name: "one", Hash: joinery.HashToken("1"), Created: start, CreatedBy: "admin"},
				{ID: e.id(), ConnectionID: connection, Name: "two", Hash: joinery.HashToken("2"), Created: start, CreatedBy: "admin"},
			}
			used := start.Add(time.Minute)
			e.update(func(tx joinery.Tx) error {
				for _, token := range list {
					if err := tx.InsertToken(token); err != nil {
						return err
					}
				}
				return tx.TouchToken(connection, list[0].ID, used)
			})
			list[0].LastUsed = &used
			tokens := func() (got []*joinery.Token) {
				e.view(func(tx joinery.Tx) (err error) {
					got, err = tx.Tokens(connection)
					return err
				})
				return got
			}
			e.equal("tokens", tokens(), list)
			var at error
			err := e.tryUpdate(func(tx joinery.Tx) error {
				at = tx.DeleteToken(other, list[0].ID)
				return at
			})
			e.kind("deleting through another connection", err, joinery.NotFound)
			e.kind("the call", at, joinery.NotFound)
			e.update(func(tx joinery.Tx) error { return tx.DeleteToken(connection, list[0].ID) })
			e.equal("tokens left", tokens(), list[1:])
		},
		"admin": func(e *env) {
			exists := func(want bool) {
				e.view(func(tx joinery.Tx) error {
					got, err := tx.AdminTokenExists()
					e.equal("exists", got, want)
					return err
				})
			}
			exists(false)
			e.update(func(tx joinery.Tx) error { return tx.InsertAdminToken(e.id(), "first", joinery.HashToken("a"), start) })
			exists(true)
			e.view(func(tx joinery.Tx) error {
				id, name, err := tx.AdminToken(joinery.HashToken("a"))
				e.equal("name", name, "first")
				e.equal("has an id", id != "", true)
				_, _, unknown := tx.AdminToken(joinery.HashToken("b"))
				e.kind("unknown admin token", unknown, joinery.NotFound)
				return err
			})
		},
	})
}
