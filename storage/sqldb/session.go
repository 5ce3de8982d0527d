package sqldb

import (
	"context"
	"database/sql"
)

// session is one connection to the database, within one transaction or, to
// read, outside of any.
type session interface {
	// query runs the queued statements and then a query, in one round trip
	// where the database has any. The rows must be closed before the next call.
	query(ctx context.Context, queued []statement, text string, args []any) (rows, error)
}

// rows is the result of a query. It is implemented for pgx and for the driver
// of SQLite below database/sql's own conversion, which costs more than the look-up itself.
type rows interface {
	Next() bool
	// Scan accepts *string, *[]byte, *int64, *bool, **int64 and *any.
	Scan(dest ...any) error
	// Close returns the first error of the rows.
	Close() error
}

// statement is a write to run later.
type statement struct {
	text string
	args []any
	// taken is the error of the transaction where the statement violates a unique index.
	taken error
	// missing is the error where it changes no row; nil lets that pass.
	missing error
}

// outcome judges the result of a statement.
func (s *statement) outcome(d *dialect, affected int64, err error) error {
	switch {
	case err != nil && s.taken != nil && d.isUnique(err):
		return s.taken
	case err != nil:
		return err
	case affected == 0 && s.missing != nil:
		return s.missing
	}
	return nil
}

// collect runs a query and scans each row. The queue of tx goes first.
func collect[T any](tx *tx, scan func(rows) (T, error), text string, args ...any) ([]T, error) {
	r, err := tx.query(text, args)
	if err != nil {
		return nil, err
	}
	var list []T
	for r.Next() {
		item, err := scan(r)
		if err != nil {
			_ = r.Close() // the first error counts
			return nil, err
		}
		list = append(list, item)
	}
	return list, r.Close()
}

// one is collect for a query of one row at most: sql.ErrNoRows without.
func one[T any](tx *tx, scan func(rows) (T, error), text string, args ...any) (T, error) {
	list, err := collect(tx, scan, text, args...)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		var none T
		return none, err
	}
	return list[0], nil
}

func scanText(r rows) (s string, err error)   { err = r.Scan(&s); return s, err }
func scanNumber(r rows) (n int64, err error)  { err = r.Scan(&n); return n, err }
func scanBool(r rows) (found bool, err error) { err = r.Scan(&found); return found, err }
