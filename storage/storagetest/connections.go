package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

func connections(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back and change": func(e *env) {
			organization, id := e.connection()
			want := &joinery.Connection{ID: id, OrganizationID: organization, Name: "Okta", IdP: "okta", Policy: joinery.DefaultPolicy(), Created: start}
			read := func() *joinery.Connection {
				var got *joinery.Connection
				e.view(func(tx joinery.Tx) (err error) {
					got, err = tx.Connection(id)
					return err
				})
				return got
			}
			e.equal("connection", read(), want)
			want.Name, want.IdP, want.Strict, want.Observe = "Entra", "entra", true, true
			want.Policy.UnknownMembers, want.Policy.RetentionDays = "refuse", 0
			e.update(func(tx joinery.Tx) error { return tx.UpdateConnection(want) })
			e.equal("changed connection", read(), want)
		},
		"unknown id": func(e *env) {
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateConnection(&joinery.Connection{ID: "nobody"}) })
			e.kind("UpdateConnection", err, joinery.NotFound)
			err = e.tryUpdate(func(tx joinery.Tx) error { return tx.DeleteConnection("nobody") })
			e.kind("DeleteConnection", err, joinery.NotFound)
			e.view(func(tx joinery.Tx) error {
				_, err := tx.Connection("nobody")
				e.kind("Connection", err, joinery.NotFound)
				return nil
			})
		},
		"list": func(e *env) {
			organization, first := e.connection()
			second := e.id()
			e.update(func(tx joinery.Tx) error {
				return tx.InsertConnection(&joinery.Connection{ID: second, OrganizationID: organization, Name: "b", IdP: "okta", Policy: joinery.DefaultPolicy(), Created: start})
			})
			e.connection() // of another organization
			e.view(func(tx joinery.Tx) error {
				list, err := tx.Connections(organization)
				var got []string
				for _, c := range list {
					got = append(got, c.ID)
				}
				e.equal("connections", got, []string{first, second})
				return err
			})
		},
		"delete": deleteConnection,
	})
}

func deleteConnection(e *env) {
	organization, gone := e.connection()
	_, kept := e.connection()
	hash := joinery.HashToken("secret")
	var staying *joinery.Resource
	for _, connection := range []string{gone, kept} {
		user, group := e.newUser(connection, "ada", `"externalId":"x1","emails":[{"value":"ada@example.com"}]`), e.newGroup(connection, "staff")
		e.add(user, group)
		e.update(func(tx joinery.Tx) error {
			if _, _, err := tx.AddMembers(connection, group.ID, []string{user.ID}, start); err != nil {
				return err
			}
			return tx.AddPending(connection, group.ID, []string{"later"}, start)
		})
		staying = group
	}
	e.update(func(tx joinery.Tx) error {
		if err := tx.InsertToken(&joinery.Token{ID: e.id(), ConnectionID: gone, Name: "t", Hash: hash, Created: start, CreatedBy: "admin"}); err != nil {
			return err
		}
		return tx.AppendEvents(&joinery.Event{ID: e.id(), Type: joinery.UserCreated, Time: start, OrganizationID: organization, ConnectionID: gone, SubjectID: "s", Data: []byte(`{}`)})
	})

	e.update(func(tx joinery.Tx) error { return tx.DeleteConnection(gone) })

	e.view(func(tx joinery.Tx) error {
		_, err := tx.Connection(gone)
		e.kind("Connection", err, joinery.NotFound)
		_, _, err = tx.TokenByHash(hash)
		e.kind("TokenByHash", err, joinery.NotFound)
		found, err := tx.Candidates(gone, "User", joinery.Keys{Unique: "ada", ExternalID: "x1", Emails: []string{"ada@example.com"}}, joinery.MemberRefs{Exact: []string{"later"}})
		e.equal("candidates of the deleted", found, &joinery.Candidates{Gone: true})
		return err
	})
	e.equal("users of the deleted", e.all(gone, "User", ""), &joinery.ResourcePage{})
	e.equal("users of the other", e.all(kept, "User", "").Total, 1)
	e.equal("members of the other", len(e.rows(e.get(kept, "Group", staying.ID))), 1)
	e.equal("events", len(e.readEvents("", 10).Events), 1)
}
