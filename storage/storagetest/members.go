package storagetest

import (
	"fmt"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/filter"
)

func members(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"add, read from both sides, remove": memberRows,
		"add again and unknown": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			group, nested, list := e.newGroup(connection, "staff"), e.newGroup(connection, "nested"), e.addUsers(connection, 3)
			foreign := e.newUser(other, "eve", "")
			e.add(group, nested, foreign)
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(list[2], start) })
			e.update(func(tx joinery.Tx) error {
				_, _, err := tx.AddMembers(connection, group.ID, []string{list[0].ID}, start)
				return err
			})
			e.update(func(tx joinery.Tx) error {
				added, unknown, err := tx.AddMembers(connection, group.ID, []string{"x", list[0].ID, nested.ID, list[1].ID, list[1].ID, list[2].ID, foreign.ID}, start)
				e.equal("added", added, []joinery.Member{{ID: nested.ID, Type: "Group"}, {ID: list[1].ID, Type: "User"}})
				e.equal("unknown", unknown, []string{"x", list[2].ID, foreign.ID})
				return err
			})
			e.update(func(tx joinery.Tx) error {
				added, unknown, err := tx.AddMembers(connection, group.ID, nil, start)
				e.equal("none added", len(added)+len(unknown), 0)
				return err
			})
		},
		"clear": func(e *env) {
			_, connection := e.connection()
			group, list := e.newGroup(connection, "staff"), e.addUsers(connection, 4)
			e.add(group)
			e.update(func(tx joinery.Tx) error {
				if err := tx.AddPending(connection, group.ID, []string{"keep", "drop"}, start); err != nil {
					return err
				}
				_, _, err := tx.AddMembers(connection, group.ID, ids(list), start)
				return err
			})
			e.update(func(tx joinery.Tx) error {
				removed, err := tx.ClearMembers(connection, group.ID, []string{list[1].ID, "keep", "x"})
				e.equal("removed", memberIDs(removed), []string{list[0].ID, list[2].ID, list[3].ID})
				return err
			})
			e.equal("pending", e.pendingOf(connection, group.ID), []string{"keep"})
			e.update(func(tx joinery.Tx) error {
				removed, err := tx.ClearMembers(connection, group.ID, nil)
				e.equal("removed", memberIDs(removed), []string{list[1].ID})
				return err
			})
			e.equal("pending", e.pendingOf(connection, group.ID), []string(nil))
			e.equal("rows", e.rows(e.get(connection, "Group", group.ID)), []map[string]string(nil))
		},
		"leave all groups": func(e *env) {
			_, connection := e.connection()
			one, two, list := e.newGroup(connection, "one"), e.newGroup(connection, "two"), e.addUsers(connection, 2)
			e.add(one, two)
			e.update(func(tx joinery.Tx) error {
				for _, group := range []string{one.ID, two.ID} {
					if _, _, err := tx.AddMembers(connection, group, ids(list), start); err != nil {
						return err
					}
				}
				groups, err := tx.RemoveFromGroups(connection, list[0].ID)
				e.equal("groups", groups, []string{one.ID, two.ID})
				return err
			})
			e.equal("left", e.rows(e.get(connection, "User", list[0].ID)), []map[string]string(nil))
			e.equal("the other", len(e.rows(e.get(connection, "User", list[1].ID))), 2)
		},
		"match": matchMembers,
		"many":  manyMembers,
	})
}

func memberRows(e *env) {
	_, connection := e.connection()
	user, group, nested := e.newUser(connection, "ada", `"displayName":"Ada \"quoted\" ☃"`), e.newGroup(connection, "Staff"), e.newGroup(connection, "Nested")
	nameless := e.newUser(connection, "bob", "")
	nameless.Keys.Display = ""
	e.add(user, group, nested, nameless)
	e.equal("rows before", e.get(connection, "Group", group.ID).Rows, []byte(nil))
	e.update(func(tx joinery.Tx) error {
		_, unknown, err := tx.AddMembers(connection, group.ID, []string{user.ID, nested.ID, nameless.ID}, start)
		e.equal("unknown", unknown, []string(nil))
		return err
	})
	want := []map[string]string{
		{"value": user.ID, "type": "User", "display": `Ada "quoted" ☃`, "$ref": base + "/Users/" + user.ID},
		{"value": nested.ID, "type": "Group", "display": "Nested", "$ref": base + "/Groups/" + nested.ID},
		{"value": nameless.ID, "type": "User", "$ref": base + "/Users/" + nameless.ID},
	}
	groups := []map[string]string{{"value": group.ID, "type": "direct", "display": "Staff", "$ref": base + "/Groups/" + group.ID}}
	e.equal("members", e.rows(e.get(connection, "Group", group.ID)), want)
	e.equal("groups", e.rows(e.get(connection, "User", user.ID)), groups)
	page := e.query(joinery.ResourceQuery{ConnectionID: connection, Limit: 10, Rows: true}, "User", "")
	e.equal("groups in a list", e.rows(page.Resources[0]), groups)
	e.equal("members without asking", e.all(connection, "Group", "").Resources[0].Rows, []byte(nil))

	e.update(func(tx joinery.Tx) error {
		removed, err := tx.RemoveMembers(connection, group.ID, []string{nested.ID, "x", user.ID})
		e.equal("removed", removed, []joinery.Member{{ID: user.ID, Type: "User"}, {ID: nested.ID, Type: "Group"}})
		return err
	})
	e.equal("members left", e.rows(e.get(connection, "Group", group.ID)), want[2:])
}

func matchMembers(e *env) {
	_, connection := e.connection()
	group, nested, list := e.newGroup(connection, "staff"), e.newGroup(connection, "nested"), e.addUsers(connection, 3)
	e.add(group, nested)
	e.update(func(tx joinery.Tx) error {
		_, _, err := tx.AddMembers(connection, group.ID, []string{nested.ID, list[0].ID, list[2].ID}, start)
		return err
	})
	for text, want := range map[string][]string{
		fmt.Sprintf(`members[value eq %q]`, list[2].ID):         {list[2].ID},
		fmt.Sprintf(`members[value eq %q]`, list[1].ID):         nil,
		`members[type eq "Group"]`:                              {nested.ID},
		`members[display eq "USER002"]`:                         {list[2].ID},
		`members[not (display eq "user002")]`:                   {nested.ID, list[0].ID},
		fmt.Sprintf(`members[$ref ew "/Users/%s"]`, list[0].ID): {list[0].ID},
	} {
		match, ok := e.part("Group", text).Filter.(filter.Any)
		if !ok {
			e.Fatalf("%s is bound to a %T", text, e.part("Group", text).Filter)
		}
		e.view(func(tx joinery.Tx) error {
			found, err := tx.MatchMembers(connection, group.ID, match, base)
			e.equal(text, memberIDs(found), want)
			return err
		})
	}
}

// manyMembers gives more ids than a statement may have parameters.
func manyMembers(e *env) {
	const n = 70_000
	_, connection := e.connection()
	group, list := e.newGroup(connection, "staff"), e.addUsers(connection, 2)
	e.add(group)
	many := make([]string, 0, n+1)
	for i := range n {
		many = append(many, fmt.Sprintf("unknown-%d", i))
	}
	many = append(many, list[0].ID)
	e.update(func(tx joinery.Tx) error {
		added, unknown, err := tx.AddMembers(connection, group.ID, many, start)
		e.equal("added", memberIDs(added), []string{list[0].ID})
		e.equal("unknown", len(unknown), n)
		return err
	})
	e.update(func(tx joinery.Tx) error {
		removed, err := tx.ClearMembers(connection, group.ID, many[:n])
		e.equal("removed", memberIDs(removed), []string{list[0].ID})
		if err != nil {
			return err
		}
		removed, err = tx.RemoveMembers(connection, group.ID, many)
		e.equal("removed later", len(removed), 0)
		return err
	})
}

func (e *env) pendingOf(connection, group string) (refs []string) {
	e.Helper()
	e.view(func(tx joinery.Tx) (err error) {
		refs, err = tx.Pending(connection, group)
		return err
	})
	return refs
}

func pending(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"take": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			e.update(func(tx joinery.Tx) error {
				for _, group := range []string{"g2", "g1"} {
					if err := tx.AddPending(connection, group, []string{"ada", "x1", "bob"}, start); err != nil {
						return err
					}
				}
				if err := tx.AddPending(connection, "g1", []string{"ada"}, start); err != nil {
					return err // again
				}
				return tx.AddPending(other, "g3", []string{"ada"}, start)
			})
			e.equal("pending", e.pendingOf(connection, "g1"), []string{"ada", "bob", "x1"})
			e.update(func(tx joinery.Tx) error {
				groups, err := tx.TakePending(connection, joinery.MemberRefs{Exact: []string{"ada", "x1", "nobody"}})
				e.equal("groups", groups, []string{"g1", "g2"})
				return err
			})
			e.equal("left", e.pendingOf(connection, "g2"), []string{"bob"})
			e.equal("of another connection", e.pendingOf(other, "g3"), []string{"ada"})
		},
		"removed with members": func(e *env) {
			_, connection := e.connection()
			e.update(func(tx joinery.Tx) error {
				if err := tx.AddPending(connection, "g1", []string{"ada", "bob"}, start); err != nil {
					return err
				}
				removed, err := tx.RemoveMembers(connection, "g1", []string{"ada"})
				e.equal("removed", len(removed), 0)
				return err
			})
			e.equal("left", e.pendingOf(connection, "g1"), []string{"bob"})
		},
	})
}
