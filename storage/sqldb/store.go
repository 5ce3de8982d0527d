package sqldb

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/joineryhq/joinery"
)

var (
	errInUse  = errors.New("another process has this database open; stop it, or choose another data directory")
	errClosed = joinery.Errorf(joinery.Unavailable, "closed", "The server is shutting down.")
)

// backend is what the two databases do each in their own way.
type backend interface {
	d() *dialect
	// view calls fn with a session to read.
	view(ctx context.Context, fn func(session) error) error
	// update calls fn with a session in a transaction, runs the statements that
	// it returns, and commits, once all of it succeeded.
	update(ctx context.Context, fn func(session) ([]statement, error)) error
	ping(ctx context.Context) error
	close() error
}

// store implements joinery.Store on a backend.
type store struct {
	backend backend
	texts   *sqlTexts

	mu      sync.RWMutex // held to read by each call that runs
	closed  bool
	running sync.WaitGroup
}

func newStore(b backend) *store { return &store{backend: b, texts: newTexts(b.d())} }

// enter counts a call in, unless the store is closed.
func (s *store) enter() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return errClosed
	}
	s.running.Add(1)
	return nil
}

// Exclusive implements joinery.Store: a lock keeps other processes from a SQLite
// database.
func (s *store) Exclusive() bool {
	_, sqlite := s.backend.(*sqliteBackend)
	return sqlite
}

// View implements joinery.Store.
func (s *store) View(ctx context.Context, fn func(joinery.Tx) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.running.Done()
	return s.backend.view(ctx, func(session session) error {
		return fn(&tx{ctx: ctx, session: session, sqlTexts: s.texts})
	})
}

// maxCollisions is how often a transaction is run again after a collision: each
// time another one was faster.
const maxCollisions = 20

// maxReruns is how often a transaction is run again that another one got in the way of.
const maxReruns = 10

// Update implements joinery.Store.
func (s *store) Update(ctx context.Context, fn func(joinery.Tx) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.running.Done()
	collisions, reruns := 0, 0
	for {
		err := s.updateOnce(ctx, fn)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, joinery.ErrCollision) && collisions < maxCollisions:
			// The next run sees who was first, and takes another name where it may.
			collisions++
		case s.backend.d().isTransient(err) && reruns < maxReruns:
			if err := pause(ctx, reruns); err != nil {
				return err
			}
			reruns++
		default:
			return err
		}
	}
}

func (s *store) updateOnce(ctx context.Context, fn func(joinery.Tx) error) error {
	return s.backend.update(ctx, func(session session) ([]statement, error) {
		t := &tx{ctx: ctx, session: session, sqlTexts: s.texts, writes: true}
		if err := fn(t); err != nil {
			// What a statement failed with says more about whether to run again.
			if t.failed != nil && !errors.Is(err, t.failed) {
				err = errors.Join(err, t.failed)
			}
			return nil, err
		}
		return t.rest()
	})
}

// pause waits for a short random time that grows with the reruns.
func pause(ctx context.Context, reruns int) error {
	timer := time.NewTimer(rand.N(time.Millisecond << min(reruns, 6)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ping implements joinery.Store.
func (s *store) Ping(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.running.Done()
	return s.backend.ping(ctx)
}

// Close implements joinery.Store.
func (s *store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.running.Wait()
	return s.backend.close()
}
