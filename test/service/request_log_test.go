package service

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
	"github.com/joineryhq/joinery/storage"
)

// TestStopLosesNoRequest stops a server right after the last of many requests,
// and counts what is in the log, and in which order.
func TestStopLosesNoRequest(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func() string{
		"sqlite":   t.TempDir,
		"postgres": func() string { return testenv.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const senders, each = 8, 100
			database := database()
			var connection string
			t.Run("serve", func(t *testing.T) { // the server stops with it
				store, err := storage.Open(t.Context(), database)
				if err != nil {
					t.Fatal(err)
				}
				c := newEnv(t, store, server.Options{}).connectNew("generic")
				connection = c.id
				var wait sync.WaitGroup
				for sender := range senders {
					wait.Go(func() {
						for i := range each {
							c.send("GET", "/Users", "", fmt.Sprintf("X-Request-Id: %d-%d", sender, i))
						}
					})
				}
				wait.Wait()
			})
			store, err := storage.Open(t.Context(), database)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			var list []*joinery.Request
			err = store.View(context.Background(), func(tx joinery.Tx) (err error) {
				list, err = tx.Requests(joinery.RequestQuery{ConnectionID: connection, Limit: senders*each + 1})
				return err
			})
			if err != nil || len(list) != senders*each {
				t.Fatalf("%d requests are logged, want %d: %v", len(list), senders*each, err)
			}
			seen := map[string]bool{}
			for i, r := range list {
				seen[r.RequestID] = true
				if i > 0 && r.Time.After(list[i-1].Time) {
					t.Errorf("entry %d is newer than the one before it", i)
				}
			}
			if len(seen) != senders*each {
				t.Errorf("%d different requests are logged", len(seen))
			}
		})
	}
}
