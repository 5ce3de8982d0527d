package sqldb

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
)

// growth has PostgreSQL look at the tables while they are new and grow fast.
//
// Each connection keeps the plans of its statements. For an empty table any
// index is as good as any other, so that a plan may use a wrong one, and a first
// synchronization of ten thousand users is over before autovacuum comes by.
// ANALYZE lets all connections, those of other processes too, plan anew.
type growth struct {
	inserted atomic.Int64 // rows, since the start of the process
	looks    atomic.Int64 // how often it looked
	running  sync.WaitGroup
}

// The first look comes after firstLook rows, each further one after four times
// as many; autovacuum is there for the rest.
const (
	firstLook = 64
	maxLooks  = 7
)

// add counts rows that were committed.
func (g *growth) add(db *sql.DB, rows int64) {
	looks := g.looks.Load()
	if rows == 0 || looks >= maxLooks || g.inserted.Add(rows) < firstLook<<(2*looks) {
		return
	}
	if !g.looks.CompareAndSwap(looks, looks+1) {
		return
	}
	g.running.Go(func() {
		// It is about speed alone: where it fails, autovacuum will do it.
		_, _ = db.ExecContext(context.Background(), `ANALYZE resources, user_emails, members, pending_members, accounts, handles, links, memberships, events`)
	})
}

func (g *growth) wait() { g.running.Wait() }
