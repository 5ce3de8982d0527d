package storagetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/joineryhq/joinery"
)

func mappings(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back, list, delete": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			bound, waiting := e.mapping(connection, "g1", "Staff", "org:acme", "admin"), e.mapping(connection, "", "Ops", "org:acme", "owner")
			second, foreign := e.mapping(connection, "g2", "Two", "org:acme", "admin"), e.mapping(other, "g1", "Staff", "org:acme", "admin")
			e.equal("mappings", e.mappings(connection), []*joinery.Mapping{bound, waiting, second})
			e.view(func(tx joinery.Tx) error {
				got, err := tx.Mapping(connection, waiting.ID)
				e.equal("mapping", got, waiting)
				if err != nil {
					return err
				}
				list, err := tx.MappingsOf(connection, []string{"g2", "g1", "g3", "g1"})
				e.equal("of groups", list, []*joinery.Mapping{bound, second})
				return err
			})
			for _, id := range []string{"nobody", foreign.ID, "a\x00b"} {
				e.kind("Mapping", e.tryUpdate(func(tx joinery.Tx) error { _, err := tx.Mapping(connection, id); return err }), joinery.NotFound)
			}
			e.kind("DeleteMapping", e.tryUpdate(func(tx joinery.Tx) error { return tx.DeleteMapping(connection, foreign.ID) }), joinery.NotFound)
			e.update(func(tx joinery.Tx) error { return tx.DeleteMapping(connection, waiting.ID) })
			e.equal("left", e.mappings(connection), []*joinery.Mapping{bound, second})
			e.equal("of the other connection", e.mappings(other), []*joinery.Mapping{foreign})
		},
		"collisions": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			e.mapping(connection, "g1", "Staff", "org:acme", "admin")
			e.mapping(connection, "", "Ops", "org:acme", "admin")
			for _, m := range []*joinery.Mapping{
				{GroupID: "g1", GroupName: "Other", Target: "org:acme", Role: "owner"},
				{GroupName: "OPS", Target: "org:acme", Role: "owner"},
			} {
				m.ID, m.ConnectionID, m.Created = e.id(), connection, start
				if err := e.tryUpdate(func(tx joinery.Tx) error { return tx.InsertMapping(m) }); !errors.Is(err, joinery.ErrCollision) {
					e.Errorf("%s: error %v, want a collision", m.GroupName, err)
				}
			}
			e.mapping(connection, "g1", "Staff", "repo:acme/api", "admin")
			e.mapping(connection, "g2", "Staff", "org:acme", "admin")
			e.mapping(other, "g1", "Staff", "org:acme", "admin")
			e.mapping(other, "", "Ops", "org:acme", "admin")
		},
		"bind and rename":        bindMappings,
		"accounts behind groups": accountsBehindGroups,
	})
}

func bindMappings(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	bound := e.mapping(connection, "g1", "Old", "org:acme", "member")
	waiting, kept := e.mapping(connection, "", "Staff", "repo:acme/api", "writer"), e.mapping(connection, "", "Staff", "org:acme", "admin")
	another, foreign := e.mapping(connection, "", "Ops", "org:acme", "admin"), e.mapping(other, "", "Staff", "org:acme", "admin")
	e.update(func(tx joinery.Tx) error {
		n, err := tx.BindMappings(connection, "staff", "g1")
		e.equal("bound", n, 1) // the other would give the group a second role on the target
		if err != nil {
			return err
		}
		n, err = tx.BindMappings(connection, "staff", "g1")
		e.equal("bound again", n, 0)
		if err != nil {
			return err
		}
		return tx.RenameMappings(connection, "g1", "STAFF")
	})
	waiting.GroupID, waiting.GroupName, bound.GroupName = "g1", "STAFF", "STAFF"
	e.equal("mappings", e.mappings(connection), []*joinery.Mapping{bound, waiting, kept, another})
	e.equal("of another connection", e.mappings(other), []*joinery.Mapping{foreign})
	e.update(func(tx joinery.Tx) error { return tx.DeleteMapping(connection, bound.ID) })
	e.update(func(tx joinery.Tx) error {
		n, err := tx.BindMappings(connection, "staff", "g1")
		e.equal("bound later", n, 1)
		return err
	})
}

func accountsBehindGroups(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	group, users := e.newGroup(connection, "staff"), e.addUsers(connection, 5)
	e.add(group)
	e.update(func(tx joinery.Tx) error {
		for i, user := range users {
			if _, err := tx.SetClaims(connection, user.ID, []string{"Staff", "x"}); err != nil {
				return err
			}
			l := &joinery.Link{ConnectionID: connection, UserID: user.ID, AccountID: fmt.Sprintf("a%d", i), Rule: "new", Origin: joinery.FromSCIM, Created: start}
			if i == 2 {
				l.Ended = &start
			}
			if i == 3 {
				continue
			}
			if err := tx.InsertLink(l); err != nil {
				return err
			}
		}
		if _, err := tx.SetClaims(other, users[0].ID, []string{"staff"}); err != nil {
			return err
		}
		_, _, err := tx.AddMembers(connection, group.ID, ids(users), start)
		return err
	})
	for name, list := range map[string]func(tx joinery.Tx, after string) ([]string, string, error){
		"members": func(tx joinery.Tx, after string) ([]string, string, error) {
			return tx.LinkedMembers(connection, group.ID, after, 2)
		},
		"claimants": func(tx joinery.Tx, after string) ([]string, string, error) {
			return tx.ClaimingAccounts(connection, "STAFF", after, 2)
		},
	} {
		var got [][]string
		var after string
		for more := true; more; more = after != "" {
			e.view(func(tx joinery.Tx) error {
				accounts, last, err := list(tx, after)
				got, after = append(got, accounts), last
				return err
			})
		}
		e.equal(name, got, [][]string{{"a0", "a1"}, nil, {"a4"}})
	}
	for of, want := range map[string]map[string]bool{connection: {"staff": true, "x": true}, other: {"staff": true}} {
		e.view(func(tx joinery.Tx) error {
			claimed, err := tx.ClaimedNames(of, []string{"x", "staff", "nothing", "Staff", "x"})
			e.equal("claimed names", claimed, want)
			return err
		})
	}
}

// mapping adds a mapping.
func (e *env) mapping(connection, group, name, target, role string) *joinery.Mapping {
	e.Helper()
	m := &joinery.Mapping{ID: e.id(), ConnectionID: connection, GroupID: group, GroupName: name, Target: target, Role: role, Created: start}
	e.update(func(tx joinery.Tx) error { return tx.InsertMapping(m) })
	return m
}

func (e *env) mappings(connection string) (list []*joinery.Mapping) {
	e.Helper()
	e.view(func(tx joinery.Tx) (err error) {
		list, err = tx.Mappings(connection)
		return err
	})
	return list
}
