package sqldb

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresReader implements session outside of a transaction.
type postgresReader struct{ conn *pgx.Conn }

func (s *postgresReader) query(ctx context.Context, _ []statement, q query) (rows, error) {
	r, err := s.conn.Query(ctx, q.text, q.args...)
	if err != nil {
		return nil, err
	}
	return postgresRows{Rows: r}, nil
}

// postgresTx implements session in a transaction, with as few statements as
// that needs. BEGIN goes out with the first that writes or locks: what is read
// before sees, as each statement does, what was committed when it runs. COMMIT
// goes out with the last statements. Where these are all that there are, they
// need neither: PostgreSQL runs a batch as one transaction.
type postgresTx struct {
	conn  *pgx.Conn
	d     *dialect
	begun bool
	done  bool

	inserted int64 // rows, so far
}

func (s *postgresTx) query(ctx context.Context, queued []statement, q query) (rows, error) {
	if !s.begun && !q.writes && len(queued) == 0 {
		return (&postgresReader{s.conn}).query(ctx, nil, q)
	}
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(queued)+2)}
	begin := !s.begun
	if begin {
		batch.Queue(`begin`)
		s.begun = true
	}
	queue(batch, queued)
	batch.Queue(q.text, q.args...)
	results := s.conn.SendBatch(ctx, batch)
	err := s.results(results, begin, queued)
	var r pgx.Rows
	if err == nil {
		r, err = results.Query()
	}
	if err != nil {
		_ = results.Close() // the first error counts
		return nil, err
	}
	return postgresRows{Rows: r, batch: results, tx: s}, nil
}

// commit runs the last statements. It goes on where the caller goes away: a
// commit under way is better seen through.
func (s *postgresTx) commit(ctx context.Context, rest []statement) error {
	if !s.begun && len(rest) == 0 {
		return nil
	}
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(rest)+1)}
	queue(batch, rest)
	if s.begun {
		batch.Queue(`commit`)
	}
	results := s.conn.SendBatch(context.WithoutCancel(ctx), batch)
	err := s.results(results, false, rest)
	if err == nil && s.begun {
		tag, commitErr := results.Exec()
		if err = commitErr; err == nil && tag.String() != "COMMIT" {
			err = fmt.Errorf("sqldb: the commit ended in %s", tag)
		}
	}
	if closing := results.Close(); err == nil {
		err = closing
	}
	s.done = err == nil
	return err
}

func queue(batch *pgx.Batch, list []statement) {
	for i := range list {
		batch.Queue(list[i].text, list[i].args...)
	}
}

// results reads the results of a batch: that of begin, and of the queue.
func (s *postgresTx) results(results pgx.BatchResults, begin bool, queued []statement) error {
	if begin {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	for i := range queued {
		tag, err := results.Exec()
		if err != nil {
			return queued[i].failure(s.d, err)
		}
		s.count(tag)
	}
	return nil
}

func (s *postgresTx) count(tag pgconn.CommandTag) {
	if tag.Insert() {
		s.inserted += tag.RowsAffected()
	}
}

// rollbackTimeout bounds the wait for an answer to a rollback.
const rollbackTimeout = 10 * time.Second

// rollback ends a transaction that was not committed. A connection on which
// that fails is dropped by the pool, since it still is in a transaction.
func (s *postgresTx) rollback() {
	if s.done || s.conn.IsClosed() || s.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	_ = s.conn.PgConn().Exec(ctx, `rollback`).Close()
}

// postgresRows implements rows.
type postgresRows struct {
	pgx.Rows
	batch pgx.BatchResults // nil outside of a transaction
	tx    *postgresTx      // the same
}

func (r postgresRows) Close() error {
	r.Rows.Close()
	err := r.Rows.Err()
	if r.batch != nil {
		r.tx.count(r.Rows.CommandTag())
		if closing := r.batch.Close(); err == nil {
			err = closing
		}
	}
	return err
}
