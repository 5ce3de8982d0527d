package server_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/server"
)

// forgetful is a store that counts how often its request log is purged.
type forgetful struct {
	joinery.Store
	joinery.Tx
	purged atomic.Int32
}

func (f *forgetful) View(_ context.Context, fn func(joinery.Tx) error) error   { return fn(f) }
func (f *forgetful) Update(_ context.Context, fn func(joinery.Tx) error) error { return fn(f) }
func (f *forgetful) Close() error                                              { return nil }

func (f *forgetful) PurgeHandles(time.Time, int) (int, error)                    { return 0, nil }
func (f *forgetful) PurgeConsents(time.Time, int) (int, error)                   { return 0, nil }
func (f *forgetful) PurgeRequests(time.Time, int) (int, error)                   { f.purged.Add(1); return 0, nil }
func (f *forgetful) PurgeDepartures(time.Time, int) (int, error)                 { return 0, nil }
func (f *forgetful) ConnectionsAfter(string, int) ([]*joinery.Connection, error) { return nil, nil }

func TestServerPurges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &forgetful{}
		s, err := server.New(t.Context(), server.Options{Store: store})
		if err != nil {
			t.Fatal(err)
		}
		for i, wait := range []time.Duration{59 * time.Second, 2 * time.Second, 59 * time.Minute, 2 * time.Minute} {
			time.Sleep(wait)
			if got, want := int(store.purged.Load()), (i+1)/2; got != want {
				t.Errorf("step %d: purged %d times, want %d", i, got, want)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
