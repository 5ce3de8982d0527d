package joinery

import (
	"context"
	"time"
)

// RequestRetention is for how long the request log is kept where Options says
// nothing else.
const RequestRetention = 30 * 24 * time.Hour

// PurgedData is the payload of the audit's lines about what was forgotten.
type PurgedData struct {
	What  string `json:"what"` // deleted resources, or handles
	Count int    `json:"count"`
}

// purgedAtOnce is how many things one transaction of Purge removes, so that no
// one waits long for it.
const purgedAtOnce = 500

// Purge forgets what was kept for a time that is over: tombstones of deleted
// Users and Groups with their links, handles that were reserved, the request
// log, one-time links. It goes on until nothing is left to forget, and may run
// on several servers at once.
func (s *Service) Purge(ctx context.Context) error {
	now := s.clock()
	for _, purge := range []func(*work) (int, error){
		func(w *work) (int, error) { return w.purged("handles")(w.tx.PurgeHandles(now, purgedAtOnce)) },
		func(w *work) (int, error) { return w.tx.PurgeConsents(now, purgedAtOnce) },
		func(w *work) (int, error) { return w.tx.PurgeRequests(now.Add(-s.requestRetention), purgedAtOnce) },
		func(w *work) (int, error) { return w.tx.PurgeDepartures(now.Add(-24*time.Hour), purgedAtOnce) },
	} {
		if err := s.purgeAll(ctx, Caller{}, purge); err != nil {
			return err
		}
	}
	return s.purgeTombstones(ctx, now)
}

// purgeAll calls purge until it finds less than it may remove.
func (s *Service) purgeAll(ctx context.Context, c Caller, purge func(*work) (int, error)) error {
	for {
		removed := 0
		err := s.transact(ctx, c, func(w *work) (err error) {
			removed, err = purge(w)
			return err
		})
		if err != nil || removed < purgedAtOnce {
			return err
		}
	}
}

// purged has the audit tell how many things were forgotten.
func (w *work) purged(what string) func(int, error) (int, error) {
	return func(n int, err error) (int, error) {
		if err != nil || n == 0 {
			return n, err
		}
		subject := ""
		if w.c.Connection != nil {
			subject = w.c.Connection.ID
		}
		return n, w.audit(Purged, "", subject, PurgedData{What: what, Count: n}, nil, nil)
	}
}

// purgeTombstones goes by the policy of each connection.
func (s *Service) purgeTombstones(ctx context.Context, now time.Time) error {
	for after := ""; ; {
		var connections []*Connection
		err := s.store.View(ctx, func(tx Tx) (err error) {
			connections, err = tx.ConnectionsAfter(after, MaxListed)
			return err
		})
		if err != nil {
			return err
		}
		for _, c := range connections {
			after = c.ID
			before := c.Policy.retainedSince(now)
			err := s.purgeAll(ctx, Caller{Connection: c}, func(w *work) (int, error) {
				return w.purged("deleted resources")(w.tx.PurgeTombstones(c.ID, before, purgedAtOnce))
			})
			if err != nil {
				return err
			}
		}
		if len(connections) < MaxListed {
			return nil
		}
	}
}
