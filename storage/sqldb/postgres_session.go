package sqldb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
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
}

func (s *postgresTx) query(ctx context.Context, queued []statement, text string, args []any) (rows, error) {
	batch := s.batch(queued)
	batch.Queue(text, args...)
	results := s.conn.SendBatch(ctx, batch)
	if err := s.results(results, queued, batch.Len()-1); err != nil {
		return nil, errors.Join(err, ignoreSame(results.Close(), err))
	}
	r, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, ignoreSame(results.Close(), err))
	}
	return postgresRows{Rows: r, batch: results}, nil
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
	s.done = err == nil
	return errors.Join(err, ignoreSame(results.Close(), err))
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
		if err := queued[i].outcome(s.d, tag.RowsAffected(), err); err != nil {
			return err
		}
	}
	return nil
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

// ignoreSame drops the error of closing that only repeats an earlier one.
func ignoreSame(closing, earlier error) error {
	if earlier != nil {
		return nil
	}
	return closing
}

// postgresRows implements rows.
type postgresRows struct {
	pgx.Rows
	batch pgx.BatchResults // nil outside of a batch
}

func (r postgresRows) Close() error {
	r.Rows.Close()
	err := r.Rows.Err()
	if r.batch != nil {
		if closing := r.batch.Close(); err == nil {
			err = closing
		}
	}
	return err
}
