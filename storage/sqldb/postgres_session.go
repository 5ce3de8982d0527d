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

func (s *postgresReader) query(ctx context.Context, _ []statement, text string, args []any) (rows, error) {
	r, err := s.conn.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return postgresRows{Rows: r}, nil
}

// postgresTx implements session in a transaction. BEGIN goes out with the first
// statements, COMMIT with the last.
type postgresTx struct {
	conn  *pgx.Conn
	d     *dialect
	begun bool
	done  bool

	inserted int64 // rows, so far
}

func (s *postgresTx) query(ctx context.Context, queued []statement, text string, args []any) (rows, error) {
	batch := s.batch(queued)
	batch.Queue(text, args...)
	results := s.conn.SendBatch(ctx, batch)
	if err := s.results(results, queued, batch.Len()-1); err != nil {
		_ = results.Close() // the first error counts
		return nil, err
	}
	r, err := results.Query()
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
	ctx = context.WithoutCancel(ctx)
	batch := s.batch(rest)
	batch.Queue(`commit`)
	results := s.conn.SendBatch(ctx, batch)
	err := s.results(results, rest, batch.Len()-1)
	if err == nil {
		tag, commitErr := results.Exec()
		if err = commitErr; err == nil && tag.String() != "COMMIT" {
			err = fmt.Errorf("sqldb: the commit ended in %s", tag)
		}
	}
	closing := results.Close()
	if err == nil {
		err = closing
	}
	s.done = err == nil
	return err
}

// batch begins a batch with what must go before the next statement.
func (s *postgresTx) batch(queued []statement) *pgx.Batch {
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(queued)+2)}
	if !s.begun {
		batch.Queue(`begin`)
	}
	for i := range queued {
		batch.Queue(queued[i].text, queued[i].args...)
	}
	return batch
}

// results reads the results of a batch that came from batch.
func (s *postgresTx) results(results pgx.BatchResults, queued []statement, before int) error {
	if before > len(queued) {
		if _, err := results.Exec(); err != nil {
			return err
		}
		s.begun = true
	}
	for i := range queued {
		tag, err := results.Exec()
		s.count(tag)
		if err := queued[i].outcome(s.d, tag.RowsAffected(), err); err != nil {
			return err
		}
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
