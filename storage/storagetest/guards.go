package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func guards(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back and change": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			e.equal("nothing was ever said", e.guard(connection), &joinery.Guard{ConnectionID: connection})
			e.equal("of no connection", e.guard("nobody"), &joinery.Guard{ConnectionID: "nobody"})
			for _, g := range []*joinery.Guard{
				{ConnectionID: connection, State: joinery.GuardTripped, Since: start, Until: start.Add(time.Hour), Departed: 101, Users: 400, Held: []string{"ada", "☃"}},
				{ConnectionID: connection, State: joinery.GuardApproved, Since: start, Until: start.Add(time.Hour)},
				{ConnectionID: connection},
			} {
				e.update(func(tx joinery.Tx) error { return tx.SetGuard(g) })
				e.equal("guard", e.guard(connection), g)
			}
			e.equal("of another connection", e.guard(other), &joinery.Guard{ConnectionID: other})
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.SetGuard(&joinery.Guard{ConnectionID: "nobody"}) })
			e.kind("SetGuard", err, joinery.NotFound)
		},
		"stays locked": holdMany,
		"departures":   departures,
	})
}

func (e *env) guard(connection string) (g *joinery.Guard) {
	e.Helper()
	e.view(func(tx joinery.Tx) (err error) {
		g, err = tx.Guard(connection)
		return err
	})
	return g
}

// holdMany has a guard, of which nothing was said before, hold many back at the
// same time.
func holdMany(e *env) {
	_, connection := e.connection()
	const many = 20
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			e.update(func(tx joinery.Tx) error {
				if err := tx.LockGuard(connection); err != nil {
					return err
				}
				g, err := tx.Guard(connection)
				if err != nil {
					return err
				}
				g.State, g.Held = joinery.GuardTripped, append(g.Held, fmt.Sprint(i))
				return tx.SetGuard(g)
			})
		})
	}
	wg.Wait()
	e.equal("held", len(e.guard(connection).Held), many)
}

func departures(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	users := e.addUsers(connection, 5)
	e.add(e.newGroup(connection, "staff"))
	counted := func(since time.Time, want ...int64) {
		e.Helper()
		e.view(func(tx joinery.Tx) error {
			all, deleted, users, err := tx.Departures(connection, since)
			e.equal("departures since "+since.Format(time.TimeOnly), []int64{all, deleted, users}, want)
			return err
		})
	}
	counted(start, 0, 0, 5)
	later := start.Add(time.Minute)
	for _, bucket := range []time.Time{start, start, later} {
		e.update(func(tx joinery.Tx) error { return tx.CountDeparture(connection, bucket, false) })
		e.update(func(tx joinery.Tx) error { return tx.CountDeparture(other, bucket, true) })
	}
	counted(start, 3, 0, 5)
	counted(start.Add(time.Millisecond), 1, 0, 5)
	counted(later.Add(time.Millisecond), 0, 0, 5)
	e.update(func(tx joinery.Tx) error {
		if err := tx.CountDeparture(connection, later, true); err != nil {
			return err
		}
		if err := tx.DeleteResource(users[0], later); err != nil {
			return err
		}
		all, deleted, users, err := tx.Departures(connection, start)
		e.equal("with its own", []int64{all, deleted, users}, []int64{4, 1, 4})
		return err
	})
	counted(later, 2, 1, 4)
	e.update(func(tx joinery.Tx) error { return tx.DeleteConnection(connection) })
	counted(start, 0, 0, 0)
}
