package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

// tenancy has two connections with the same content, and acts on one with the
// ids of the other.
func tenancy(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"ids of another connection": func(e *env) {
			_, mine := e.connection()
			_, theirs := e.connection()
			user, group, myGroup, myUser := e.newUser(theirs, "ada", ""), e.newGroup(theirs, "staff"), e.newGroup(mine, "staff"), e.newUser(mine, "bob", "")
			e.add(user, group, myGroup, myUser)
			e.update(func(tx joinery.Tx) error {
				if err := tx.AddPending(theirs, group.ID, []string{"x"}, start); err != nil {
					return err
				}
				_, _, err := tx.AddMembers(theirs, group.ID, []string{user.ID}, start)
				return err
			})
			before := e.get(theirs, "User", user.ID)

			if e.get(mine, "User", user.ID) != nil {
				e.Error("it can be read")
			}
			e.update(func(tx joinery.Tx) error {
				if err := tx.TouchResources(mine, "User", []string{user.ID}, start); err != nil {
					return err
				}
				added, unknown, err := tx.AddMembers(mine, myGroup.ID, []string{user.ID}, start)
				e.equal("added", len(added), 0)
				e.equal("unknown", unknown, []string{user.ID})
				if err != nil {
					return err
				}
				removed, err := tx.RemoveMembers(mine, group.ID, []string{user.ID, "x"})
				e.equal("removed", len(removed), 0)
				if err != nil {
					return err
				}
				removed, err = tx.ClearMembers(mine, group.ID, nil)
				e.equal("cleared", len(removed), 0)
				if err != nil {
					return err
				}
				groups, err := tx.RemoveFromGroups(mine, user.ID)
				e.equal("left", len(groups), 0)
				return err
			})
			moved := *user
			moved.ConnectionID = mine
			e.kind("update", e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateResource(&moved) }), joinery.NotFound)
			e.kind("delete", e.tryUpdate(func(tx joinery.Tx) error { return tx.DeleteResource(&moved, start) }), joinery.NotFound)

			e.equal("the user", e.get(theirs, "User", user.ID), before)
			e.equal("pending", e.pendingOf(theirs, group.ID), []string{"x"})
			e.equal("totals", []int{e.all(mine, "User", "").Total, e.all(theirs, "User", "").Total}, []int{1, 1})
			e.equal("their members", e.all(mine, "User", `groups.value eq "`+group.ID+`"`).Total, 0)
		},
	})
}
