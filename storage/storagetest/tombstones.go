package storagetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func tombstones(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"are seen by nothing but candidates": func(e *env) {
			_, connection := e.connection()
			user, group := e.newUser(connection, "ada", `"externalId":"x1"`), e.newGroup(connection, "staff")
			e.add(user, group)
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(user, start.Add(time.Hour)) })
			if e.get(connection, "User", user.ID) != nil {
				e.Error("it can be read")
			}
			e.equal("listed", e.all(connection, "User", ""), &joinery.ResourcePage{})
			e.equal("filtered", e.all(connection, "User", `userName eq "ada"`), &joinery.ResourcePage{})
			e.update(func(tx joinery.Tx) error {
				added, unknown, err := tx.AddMembers(connection, group.ID, []string{user.ID}, start)
				e.equal("added as a member", len(added), 0)
				e.equal("unknown as a member", unknown, []string{user.ID})
				if err != nil {
					return err
				}
				return tx.TouchResources(connection, "User", []string{user.ID}, start)
			})
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.DeleteResource(user, start) })
			e.kind("deleting twice", err, joinery.NotFound)
		},
		"return": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "ada", `"emails":[{"value":"a@x.org"}]`)
			e.add(user)
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(user, start) })
			back := e.newUser(connection, "ada2", `"emails":[{"value":"b@x.org"}]`)
			back.ID, back.Version, back.LastModified = user.ID, 3, start.Add(time.Hour)
			e.update(func(tx joinery.Tx) error { return tx.UpdateResource(back) })
			e.equal("returned", e.get(connection, "User", user.ID), stored(back))
			e.equal("total", e.all(connection, "User", "").Total, 1)
			e.view(func(tx joinery.Tx) error {
				found, err := tx.Candidates(connection, "User", joinery.Keys{Emails: []string{"a@x.org"}}, joinery.MemberRefs{})
				e.equal("holders of the former email", found, &joinery.Candidates{})
				return err
			})
		},
		"cannot return to a key that is taken": func(e *env) {
			_, connection := e.connection()
			user := e.newUser(connection, "ada", "")
			e.add(user)
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(user, start) })
			e.add(e.newUser(connection, "ada", ""))
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateResource(user) })
			if !errors.Is(err, joinery.ErrCollision) {
				e.Errorf("error %v, want a collision", err)
			}
			e.equal("total", e.all(connection, "User", "").Total, 1)
		},
		"return once": returnOnce,
	})
}

// returnOnce has many return as the one tombstone at the same time.
func returnOnce(e *env) {
	_, connection := e.connection()
	user := e.newUser(connection, "ada", `"externalId":"x1"`)
	e.add(user)
	e.update(func(tx joinery.Tx) error { return tx.DeleteResource(user, start) })
	errLive := errors.New("live")
	var returned atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := e.tryUpdate(func(tx joinery.Tx) error {
				found, err := tx.Candidates(connection, "User", joinery.Keys{ExternalID: "x1"}, joinery.MemberRefs{})
				if err != nil {
					return err
				}
				if len(found.Resources) != 1 {
					e.Errorf("%d candidates", len(found.Resources))
					return nil
				}
				former := found.Resources[0]
				if former.Deleted == nil {
					return errLive
				}
				back := *user
				back.Version = former.Version + 1
				return tx.UpdateResource(&back)
			})
			if err == nil {
				returned.Add(1)
			} else if !errors.Is(err, errLive) {
				e.Errorf("error %v", err)
			}
		})
	}
	wg.Wait()
	e.equal("returned", returned.Load(), int64(1))
	e.equal("total", e.all(connection, "User", "").Total, 1)
}
