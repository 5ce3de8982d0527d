package storagetest

import (
	"context"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
)

func lifecycle(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"ping": func(e *env) {
			if err := e.store.Ping(context.Background()); err != nil {
				e.Error(err)
			}
		},
		"close waits": func(e *env) {
			_, connection := e.connection()
			running, proceed := make(chan struct{}), make(chan struct{})
			var once sync.Once
			result := make(chan error, 1)
			go func() {
				result <- e.store.Update(context.Background(), func(tx joinery.Tx) error {
					once.Do(func() { close(running) })
					<-proceed
					return tx.InsertResource(e.newUser(connection, "ada", ""))
				})
			}()
			<-running
			closed := make(chan error, 1)
			go func() { closed <- e.store.Close() }()
			close(proceed)
			if err := <-result; err != nil {
				e.Errorf("the call that ran: %v", err)
			}
			if err := <-closed; err != nil {
				e.Errorf("Close: %v", err)
			}
			e.kind("a later call", e.store.Ping(context.Background()), joinery.Unavailable)
		},
	})
}
