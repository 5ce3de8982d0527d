package storagetest

import (
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

// stored is a resource as it is read back: without what reading leaves empty.
func stored(r *joinery.Resource) *joinery.Resource {
	copied := *r
	copied.Keys.Search, copied.Keys.Emails = nil, nil
	return &copied
}

func resources(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "Ada@Example.com", `"externalId":"Ext-1","displayName":"Ada \u2603 \"L\" \\ 'x'","active":false,"emails":[{"value":"ADA@example.com"}]`)
			bare := e.newUser(connection, "bob", "")
			e.add(user, bare)
			e.equal("user", e.get(connection, "User", user.ID), stored(user))
			e.equal("bare user", e.get(connection, "User", bare.ID), stored(bare))
		},
		"unknown": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "ada", "")
			e.add(user)
			for _, id := range []string{"nobody", "", "a\x00b", "\xff\xfe", user.ID + "x"} {
				if r := e.get(connection, "User", id); r != nil {
					e.Errorf("%q is found: %v", id, r)
				}
			}
			if r := e.get(connection, "Group", user.ID); r != nil {
				e.Error("a User is found as a Group")
			}
		},
		"update": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "ada", `"externalId":"x1"`)
			e.add(user)
			e.update(func(tx joinery.Tx) error {
				read, err := tx.Resource(connection, "User", user.ID, false, "")
				if err != nil {
					return err
				}
				e.equal("within the transaction", read, stored(user))
				e.setDocument(user, scim.Document{"userName": "ada2", "active": false})
				user.Version, user.LastModified = 2, start.Add(time.Hour)
				return tx.UpdateResource(user)
			})
			e.equal("updated", e.get(connection, "User", user.ID), stored(user))
			err := e.tryUpdate(func(tx joinery.Tx) error {
				stranger := *user
				stranger.ID = "nobody"
				return tx.UpdateResource(&stranger)
			})
			e.kind("updating what is not there", err, joinery.NotFound)
		},
		"touch": func(e *env) {
			_, connection := e.connection()
			list := e.addUsers(connection, 3)
			at := start.Add(time.Hour)
			e.update(func(tx joinery.Tx) error {
				return tx.TouchResources(connection, "User", []string{list[0].ID, list[2].ID, "nobody"}, at)
			})
			for i, want := range []int64{2, 1, 2} {
				e.equal("version", e.get(connection, "User", list[i].ID).Version, want)
			}
			e.equal("last modified", e.get(connection, "User", list[0].ID).LastModified, at)
			e.equal("last modified of another", e.get(connection, "User", list[1].ID).LastModified, start)
		},
		"own writes": func(e *env) {
			_, connection := e.connection()
			user, group := e.newUser(connection, "ada", ""), e.newGroup(connection, "staff")
			e.update(func(tx joinery.Tx) error {
				for _, r := range []*joinery.Resource{user, group} {
					if err := tx.InsertResource(r); err != nil {
						return err
					}
				}
				if _, _, err := tx.AddMembers(connection, group.ID, []string{user.ID}, start); err != nil {
					return err
				}
				read, err := tx.Resource(connection, "User", user.ID, true, base)
				if err != nil {
					return err
				}
				e.equal("groups", len(e.rows(read)), 1)
				page, err := tx.Resources(joinery.ResourceQuery{ConnectionID: connection, Parts: []joinery.ResourcePart{e.part("User", "")}, Total: true})
				if err != nil {
					return err
				}
				e.equal("total", page.Total, 1)
				if err := tx.DeleteResource(user, start); err != nil {
					return err
				}
				_, err = tx.Resource(connection, "User", user.ID, false, "")
				e.kind("after deleting", err, joinery.NotFound)
				return nil
			})
			e.equal("total", e.all(connection, "User", "").Total, 0)
		},
		"a View cannot write": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "ada", "")
			err := e.store.View(e.Context(), func(tx joinery.Tx) error { return tx.InsertResource(user) })
			if err == nil {
				e.Error("InsertResource in a View succeeded")
			}
			err = e.store.View(e.Context(), func(tx joinery.Tx) error {
				_, err := tx.RemoveFromGroups(connection, user.ID)
				return err
			})
			if err == nil {
				e.Error("RemoveFromGroups in a View succeeded")
			}
		},
	})
}

// keys holds the emails of a User to what candidates find.
func keys(t *testing.T, open Open) {
	holders := func(e *env, connection string, emails ...string) []string {
		var got []string
		e.view(func(tx joinery.Tx) error {
			found, err := tx.Candidates(connection, "User", joinery.Keys{Emails: emails}, joinery.MemberRefs{})
			if err != nil {
				return err
			}
			for _, c := range found.Resources {
				if !c.Email {
					e.Errorf("the candidate %s is not marked as sharing an email", c.ID)
				}
				got = append(got, c.ID)
			}
			return nil
		})
		return got
	}
	change := func(e *env, user *joinery.Resource, read bool, doc scim.Document) {
		e.update(func(tx joinery.Tx) error {
			if read {
				if _, err := tx.Resource(user.ConnectionID, "User", user.ID, false, ""); err != nil {
					return err
				}
			}
			e.setDocument(user, doc)
			user.Version++
			return tx.UpdateResource(user)
		})
	}
	email := func(list ...string) scim.Document {
		var values []any
		for _, s := range list {
			values = append(values, map[string]any{"value": s})
		}
		return scim.Document{"userName": "ada", "emails": values}
	}
	for _, read := range []bool{true, false} {
		name := map[bool]string{true: "emails of a resource that was read", false: "emails of one that was not"}[read]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t, open)
			_, connection := e.connection()
			user := e.newUser(connection, "ada", `"emails":[{"value":"a@x.org"},{"value":"b@x.org"}]`)
			e.add(user)
			change(e, user, read, email("b@x.org", "c@x.org"))
			e.equal("a@x.org", holders(e, connection, "a@x.org"), []string(nil))
			e.equal("b@x.org", holders(e, connection, "b@x.org"), []string{user.ID})
			e.equal("c@x.org", holders(e, connection, "c@x.org", "b@x.org"), []string{user.ID})
			change(e, user, read, scim.Document{"userName": "ada"})
			e.equal("none", holders(e, connection, "a@x.org", "b@x.org", "c@x.org"), []string(nil))
			change(e, user, read, email("a@x.org"))
			e.equal("again", holders(e, connection, "a@x.org"), []string{user.ID})
		})
	}
}
