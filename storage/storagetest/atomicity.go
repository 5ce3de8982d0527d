package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
)

func atomicity(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"an error undoes all": func(e *env) {
			_, connection := e.connection()
			err := e.tryUpdate(func(tx joinery.Tx) error {
				if err := tx.InsertResource(e.newUser(connection, "ada", "")); err != nil {
					return err
				}
				// A read sends what is queued.
				if _, err := tx.Pending(connection, "g"); err != nil {
					return err
				}
				return errStop
			})
			if !errors.Is(err, errStop) {
				e.Errorf("error %v, want that of the function", err)
			}
			e.equal("users", e.all(connection, "User", "").Total, 0)
		},
		"a panic undoes all and goes on": func(e *env) {
			_, connection := e.connection()
			func() {
				defer func() { e.equal("panic", recover(), "boom") }()
				_ = e.tryUpdate(func(tx joinery.Tx) error {
					if err := tx.InsertResource(e.newUser(connection, "ada", "")); err != nil {
						return err
					}
					if _, err := tx.Pending(connection, "g"); err != nil {
						return err
					}
					panic("boom")
				})
			}()
			e.add(e.newUser(connection, "ada", ""))
			e.equal("users", e.all(connection, "User", "").Total, 1)
		},
		"a goroutine that exits undoes all": func(e *env) {
			_, connection := e.connection()
			var wg sync.WaitGroup
			wg.Go(func() {
				_ = e.tryUpdate(func(tx joinery.Tx) error {
					if err := tx.InsertResource(e.newUser(connection, "ada", "")); err != nil {
						return err
					}
					runtime.Goexit()
					return nil
				})
			})
			wg.Wait()
			e.add(e.newUser(connection, "ada", ""))
			e.equal("users", e.all(connection, "User", "").Total, 1)
		},
		"a canceled context starts nothing": func(e *env) {
			_, connection := e.connection()
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			err := e.store.Update(ctx, func(tx joinery.Tx) error { return tx.InsertResource(e.newUser(connection, "ada", "")) })
			if !errors.Is(err, context.Canceled) {
				e.Errorf("error %v, want that of the context", err)
			}
			e.equal("users", e.all(connection, "User", "").Total, 0)
		},
		"failures beside successes": failuresBesideSuccesses,
	})
}

// failuresBesideSuccesses runs transactions at the same time of which every
// second fails. Where they share anything, only its own outcome must count.
func failuresBesideSuccesses(e *env) {
	_, connection := e.connection()
	const n = 60
	var wg sync.WaitGroup
	for i := range n {
		user := e.newUser(connection, fmt.Sprintf("user%02d", i), "")
		event := e.newEvent(user.ID)
		wg.Go(func() {
			err := e.tryUpdate(func(tx joinery.Tx) error {
				if err := tx.InsertResource(user); err != nil {
					return err
				}
				if err := tx.AppendEvents(event); err != nil {
					return err
				}
				if i%4 == 1 {
					if _, err := tx.Resource(connection, "User", user.ID, false, ""); err != nil {
						return err
					}
				}
				if i%2 == 1 {
					return errStop
				}
				return nil
			})
			if (i%2 == 1) != errors.Is(err, errStop) {
				e.Errorf("transaction %d: error %v", i, err)
			}
		})
	}
	wg.Wait()
	page := e.all(connection, "User", "")
	e.equal("total", page.Total, n/2)
	e.equal("users", len(page.Resources), n/2)
	for _, r := range page.Resources {
		doc, err := r.Document()
		if err != nil {
			e.Fatal(err)
		}
		if name := doc.String("userName"); (name[5]-'0')%2 == 1 {
			e.Errorf("%s was to fail", name)
		}
	}
	e.equal("events", len(e.readEvents("", 1000).Events), n/2)
}
