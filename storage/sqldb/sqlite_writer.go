package sqldb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// sqliteWriter runs transactions on the one connection that writes, and lets
// those that wait together share one durable commit.
//
// A caller takes his turn, runs as a savepoint of the transaction that is open,
// and, where others wait for their turn, leaves the commit to them. Whoever
// finds nobody waiting, or the transaction large or old, commits for all. So a
// transaction alone costs what it costs without sharing, and while one commit
// waits for the disk, the next transaction gathers. Each caller runs his own
// function, in his own goroutine, and none returns before the commit has.
type sqliteWriter struct {
	conn *sqliteConn

	waiting atomic.Int64 // callers who want the turn
	turn    sync.Mutex
	open    *sharedCommit // guarded by turn
	broken  error         // guarded by turn; why the connection cannot be used any more
}

// sharedCommit is a transaction of the database with those of its callers.
type sharedCommit struct {
	begun   time.Time
	members int
	done    chan struct{} // closed once the outcome is known
	err     error
}

// Bounds of what shares a commit.
const (
	maxShared    = 128
	maxSharedAge = 5 * time.Millisecond
)

// errShared is the fate of those who shared a transaction that was lost.
var errShared = errors.New("sqldb: the shared transaction was rolled back")

// update runs fn as one atomic part of a shared transaction.
func (w *sqliteWriter) update(ctx context.Context, fn func(*sqliteConn) error) error {
	w.waiting.Add(1)
	w.turn.Lock()
	w.waiting.Add(-1)

	shared, err := w.runTurn(ctx, fn)
	if err != nil || shared == nil {
		return err
	}
	<-shared.done
	return shared.err
}

// runTurn runs fn and, where it is this caller's task, commits. It returns the
// commit to wait for. The turn ends also where fn panics.
func (w *sqliteWriter) runTurn(ctx context.Context, fn func(*sqliteConn) error) (shared *sharedCommit, err error) {
	defer w.turn.Unlock()
	defer w.commitIfDue()
	if w.broken != nil {
		return nil, w.broken
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := w.begin(); err != nil {
		return nil, err
	}
	kept := false
	defer func() {
		if !kept {
			w.undo()
		}
	}()
	if err := fn(w.conn); err != nil {
		return nil, err
	}
	if err := w.keep(); err != nil {
		return nil, err
	}
	kept = true
	return w.open, nil
}

// begin opens a transaction, or a savepoint in the one that is open.
func (w *sqliteWriter) begin() error {
	if w.open != nil {
		err := w.conn.exec(`SAVEPOINT part`, nil)
		return err
	}
	if err := w.conn.exec(`BEGIN IMMEDIATE`, nil); err != nil {
		return err
	}
	w.open = &sharedCommit{begun: time.Now(), done: make(chan struct{})}
	return nil
}

// keep ends a part that succeeded. The first part has no savepoint.
func (w *sqliteWriter) keep() error {
	if w.open.members > 0 {
		if err := w.conn.exec(`RELEASE part`, nil); err != nil {
			return err
		}
	}
	w.open.members++
	return nil
}

// undo rolls back a part that failed, and all where that fails: SQLite itself
// rolls back the whole transaction when, for example, the disk is full.
func (w *sqliteWriter) undo() {
	if w.open.members > 0 {
		err := w.conn.exec(`ROLLBACK TO part`, nil)
		if err == nil {
			err = w.conn.exec(`RELEASE part`, nil)
		}
		if err == nil {
			return
		}
		w.rollback(fmt.Errorf("%w: %w", errShared, err))
		return
	}
	w.rollback(errShared)
}

// rollback ends the transaction for all.
func (w *sqliteWriter) rollback(cause error) {
	if w.inTransaction() {
		if err := w.conn.exec(`ROLLBACK`, nil); err != nil {
			w.broken = fmt.Errorf("sqldb: the database cannot roll back, restart the server: %w", err)
		}
	}
	w.end(cause)
}

// inTransaction reports whether a transaction is open still: BEGIN fails within one.
func (w *sqliteWriter) inTransaction() bool {
	if err := w.conn.exec(`BEGIN`, nil); err != nil {
		return true
	}
	err := w.conn.exec(`ROLLBACK`, nil)
	return err != nil
}

func (w *sqliteWriter) end(outcome error) {
	w.open.err = outcome
	close(w.open.done)
	w.open = nil
}

// commitIfDue commits unless a caller who waits can join first.
func (w *sqliteWriter) commitIfDue() {
	if w.open == nil {
		return
	}
	if w.waiting.Load() > 0 && w.open.members < maxShared && time.Since(w.open.begun) < maxSharedAge {
		return
	}
	if err := w.conn.exec(`COMMIT`, nil); err != nil {
		w.rollback(fmt.Errorf("committing: %w", err))
		return
	}
	w.end(nil)
}
