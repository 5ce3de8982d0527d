package sqldb

import (
	"context"
	"database/sql"
)

// session is one connection to the database, within one transaction or, to
// read, outside of any.
type session interface {
	// query runs the queued statements and then a query, in one round trip
	// where the database has any. A query that writes or locks is of the
	// transaction; another need not be where nothing is queued. The rows must be
	// closed before the next call.
	query(ctx context.Context, queued []statement, q query) (rows, error)
}

// query is a statement with rows.
type query struct {
	text   string
	args   []any
	writes bool // it writes or locks
	long   bool // it may take long, so that it is worth while to be able to stop it
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
	// missing is the error where the statement says by dialect.isMissing that
	// what it is to change is not there.
	missing error
}

// failure is the error of the transaction where the statement fails.
func (s *statement) failure(d *dialect, err error) error {
	if err != nil && s.taken != nil && d.isUnique(err) {
		return s.taken
	}
	if err != nil && s.missing != nil && d.isMissing(err) {
		return s.missing
	}
	return err
}

// collect runs a query that only reads, and scans each row.
func collect[T any](tx *tx, scan func(rows) (T, error), text string, args ...any) ([]T, error) {
	return scanAll(tx, scan, query{text: text, args: args})
}

// change is collect for a query that writes or locks.
func change[T any](tx *tx, scan func(rows) (T, error), text string, args ...any) ([]T, error) {
	if !tx.writes {
		return nil, errReadOnly
	}
	return scanAll(tx, scan, query{text: text, args: args, writes: true})
}

func scanAll[T any](tx *tx, scan func(rows) (T, error), q query) ([]T, error) {
	r, err := tx.query(q)
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
	return list, tx.fail(r.Close())
}

// one is collect for a query of one row at most: sql.ErrNoRows without.
func one[T any](tx *tx, scan func(rows) (T, error), text string, args ...any) (T, error) {
	return first(collect(tx, scan, text, args...))
}

// locked is one for a row that in an Update others cannot change until its end.
func locked[T any](tx *tx, scan func(rows) (T, error), text string, args ...any) (T, error) {
	return first(scanAll(tx, scan, query{text: text + tx.lockIfWriting(), args: args, writes: tx.writes}))
}

func first[T any](list []T, err error) (T, error) {
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
