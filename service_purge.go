package joinery

import (
	"context"
	"time"
)

// RequestRetention is for how long the request log is kept.
const RequestRetention = 30 * 24 * time.Hour

// purgedAtOnce is how many things one transaction of Purge removes, so that no
// one waits long for it.
const purgedAtOnce = 500

// Purge forgets what was kept for a time that is over: tombstones of deleted
// Users and Groups with their links, handles that were reserved, the request
// log, one-time links. It goes on until nothing is left to forget, and may run
// on several servers at once.
func (s *Service) Purge(ctx context.Context) error {
	now := s.clock()
	for _, purge := range []func(Tx) (int, error){
		func(tx Tx) (int, error) { return tx.PurgeHandles(now, purgedAtOnce) },
		func(tx Tx) (int, error) { return tx.PurgeConsents(now, purgedAtOnce) },
		func(tx Tx) (int, error) { return tx.PurgeRequests(now.Add(-RequestRetention), purgedAtOnce) },
		func(tx Tx) (int, error) { return tx.PurgeDepartures(now.Add(-24*time.Hour), purgedAtOnce) },
	} {
		if err := s.purgeAll(ctx, purge); err != nil {
			return err
		}
	}
	return s.purgeTombstones(ctx, now)
}

// purgeAll calls purge until it finds less than it may remove.
func (s *Service) purgeAll(ctx context.Context, purge func(Tx) (int, error)) error {
	for {
		removed := 0
		err := s.store.Update(ctx, func(tx Tx) (err error) {
			removed, err = purge(tx)
			return err
		})
		if err != nil || removed < purgedAtOnce {
			return err
		}
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
			err := s.purgeAll(ctx, func(tx Tx) (int, error) { return tx.PurgeTombstones(c.ID, before, purgedAtOnce) })
			if err != nil {
				return err
			}
		}
		if len(connections) < MaxListed {
			return nil
		}
	}
}
