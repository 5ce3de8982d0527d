package storagetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
)

func concurrency(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"updates of one resource are not lost": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "ada", "")
			e.add(user)
			const writers, each = 8, 10
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range each {
						e.update(func(tx joinery.Tx) error {
							r, err := tx.Resource(connection, "User", user.ID, false, "")
							if err != nil {
								return err
							}
							r.Version++
							r.Body = fmt.Appendf(nil, `{"userName":"ada","version":%d}`, r.Version)
							return tx.UpdateResource(r)
						})
					}
				})
			}
			wg.Wait()
			got := e.get(connection, "User", user.ID)
			e.equal("version", got.Version, int64(1+writers*each))
			e.equal("body", string(got.Body), fmt.Sprintf(`{"userName":"ada","version":%d}`, got.Version))
		},
		"counts add up": func(e *env) {
			_, connection := e.connection()
			var wg sync.WaitGroup
			for w := range 8 {
				wg.Go(func() {
					for i := range 10 {
						user := e.newUser(connection, fmt.Sprintf("user-%d-%d", w, i), "")
						e.update(func(tx joinery.Tx) error { return tx.InsertResource(user) })
						if i%2 == 0 {
							e.update(func(tx joinery.Tx) error { return tx.DeleteResource(user, start) })
						}
					}
				})
			}
			wg.Wait()
			page := e.all(connection, "User", "")
			e.equal("total", page.Total, 40)
			e.equal("users", len(page.Resources), 40)
			e.equal("total alone", e.query(joinery.ResourceQuery{ConnectionID: connection, Total: true}, "User", "").Total, 40)
		},
		"members of a user that is being deleted": memberOfDeleted,
		"events appear in one order":              eventOrder,
	})
}

// memberOfDeleted deletes Users while they are added to a group. Whichever
// comes first, no tombstone is a member.
func memberOfDeleted(e *env) {
	_, connection := e.connection()
	group, users := e.newGroup(connection, "staff"), e.addUsers(connection, 20)
	e.add(group)
	var wg sync.WaitGroup
	for _, user := range users {
		wg.Go(func() {
			e.update(func(tx joinery.Tx) error {
				if _, err := tx.Resource(connection, "Group", group.ID, false, ""); err != nil {
					return err
				}
				_, _, err := tx.AddMembers(connection, group.ID, []string{user.ID}, start)
				return err
			})
		})
		wg.Go(func() {
			e.update(func(tx joinery.Tx) error {
				r, err := tx.Resource(connection, "User", user.ID, false, "")
				if err != nil {
					return err
				}
				if _, err := tx.RemoveFromGroups(connection, r.ID); err != nil {
					return err
				}
				return tx.DeleteResource(r, start)
			})
		})
	}
	wg.Wait()
	e.update(func(tx joinery.Tx) error {
		removed, err := tx.ClearMembers(connection, group.ID, nil)
		e.equal("members", memberIDs(removed), []string(nil))
		return err
	})
}

// eventOrder has writers commit at the same time while a reader polls. He must
// see each event once, and those of a writer in the order of its commits.
func eventOrder(e *env) {
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				event := e.newEvent(fmt.Sprintf("%d-%d", w, i))
				e.update(func(tx joinery.Tx) error { return tx.AppendEvents(event) })
			}
		})
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	var seen []string
	finished := false
	for cursor := ""; ; {
		page := e.readEvents(cursor, 7)
		seen = append(seen, subjects(page)...)
		cursor = page.Next
		if len(page.Events) > 0 {
			continue
		}
		if finished {
			break
		}
		select {
		case <-done:
			finished = true // one more look for what was committed last
		default:
		}
	}
	next := make([]int, writers)
	for _, subject := range seen {
		var w, i int
		if _, err := fmt.Sscanf(subject, "%d-%d", &w, &i); err != nil {
			e.Fatal(err)
		}
		if i != next[w] {
			e.Errorf("writer %d: event %d after %d", w, i, next[w]-1)
		}
		next[w] = i + 1
	}
	e.equal("events", len(seen), writers*each)
	e.equal("a second reading", subjects(e.readEvents("", 1000)), seen)
}
