package storagetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/joineryhq/joinery"
)

func collisions(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"each key": func(e *env) {
			_, connection := e.connection()
			e.add(e.newUser(connection, "ada", `"externalId":"x1"`))
			for name, user := range map[string]*joinery.Resource{
				"unique":      e.newUser(connection, "ADA", ""),
				"external id": e.newUser(connection, "bob", `"externalId":"x1"`),
			} {
				runs := 0
				err := e.tryUpdate(func(tx joinery.Tx) error {
					runs++
					return tx.InsertResource(user)
				})
				if !errors.Is(err, joinery.ErrCollision) {
					e.Errorf("%s: error %v, want a collision", name, err)
				}
				if runs < 2 {
					e.Errorf("%s: it was not run again", name)
				}
			}
			e.equal("total", e.all(connection, "User", "").Total, 1)
		},
		"by an update": func(e *env) {
			_, connection := e.connection()
			ada, bob := e.newUser(connection, "ada", ""), e.newUser(connection, "bob", "")
			e.add(ada, bob)
			bob.Keys.Unique = "ada"
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateResource(bob) })
			if !errors.Is(err, joinery.ErrCollision) {
				e.Errorf("error %v, want a collision", err)
			}
		},
		"not without a key, nor across types or connections": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			nameless := []*joinery.Resource{e.newGroup(connection, "a"), e.newGroup(connection, "b")}
			for _, r := range nameless {
				r.Keys.Unique, r.Keys.ExternalID = "", ""
			}
			e.add(nameless...)
			e.add(e.newUser(connection, "x", `"externalId":"1"`), e.newUser(other, "x", `"externalId":"1"`), e.newGroup(connection, "x"))
		},
		"a key moves within a transaction": func(e *env) {
			_, connection := e.connection()
			ada := e.newUser(connection, "ada", "")
			e.add(ada)
			e.update(func(tx joinery.Tx) error {
				if err := tx.DeleteResource(ada, start); err != nil {
					return err
				}
				return tx.InsertResource(e.newUser(connection, "ada", ""))
			})
			e.equal("total", e.all(connection, "User", "").Total, 1)
		},
		"race": func(e *env) { raceForKey(e) },
	})
}

// raceForKey has many create a User of one name at the same time, each having
// looked before: one wins, the others see him when they run again.
func raceForKey(e *env) {
	_, connection := e.connection()
	errTaken := errors.New("taken")
	var won, taken atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		user := e.newUser(connection, "ada", "")
		wg.Go(func() {
			err := e.tryUpdate(func(tx joinery.Tx) error {
				found, err := tx.Candidates(connection, "User", user.Keys, joinery.MemberRefs{})
				if err != nil {
					return err
				}
				if len(found.Resources) > 0 {
					return errTaken
				}
				return tx.InsertResource(user)
			})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, errTaken):
				taken.Add(1)
			case !errors.Is(err, joinery.ErrCollision):
				e.Errorf("error %v", err)
			}
		})
	}
	wg.Wait()
	e.equal("winners", won.Load(), int64(1))
	e.equal("total", e.all(connection, "User", "").Total, 1)
	if taken.Load() == 0 {
		e.Error("none of the losers saw the winner when it ran again")
	}
}
