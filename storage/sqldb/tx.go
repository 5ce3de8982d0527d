package sqldb

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/joineryhq/joinery"
)

// tx implements joinery.Tx on a session.
type tx struct {
	ctx     context.Context
	session session
	*sqlTexts
	writes bool // false in a View

	queue       []statement
	counts      []countDelta
	events      int64             // how many were appended
	emails      map[string]string // by id: what resources.emails is of resources that were read to be changed
	ownAccounts map[string]bool   // by id: accounts that are new or locked, so that no other transaction has them
	failed      error             // what a statement failed with; the transaction cannot go on
}

var _ joinery.Tx = (*tx)(nil)

var errReadOnly = errors.New("sqldb: a View cannot write")

// write queues a statement.
func (t *tx) write(s statement) error {
	if !t.writes {
		return errReadOnly
	}
	if t.failed != nil {
		return t.failed
	}
	t.queue = append(t.queue, s)
	return nil
}

// exec is write for a statement that cannot fail in an expected way.
func (t *tx) exec(text string, args ...any) error {
	return t.write(statement{text: text, args: args})
}

// query sends the queue and runs a query.
func (t *tx) query(q query) (rows, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	queued := t.queue
	t.queue = nil
	r, err := t.session.query(t.ctx, queued, q)
	return r, t.fail(err)
}

// fail keeps the first error of a statement.
func (t *tx) fail(err error) error {
	if t.failed == nil && t.writes {
		t.failed = err
	}
	return err
}

// immediately runs a statement at once, for calls that promise an error of
// their own: missing where it changes no row.
func (t *tx) immediately(s statement, missing error) error {
	found, err := change(t, scanNumber, s.text+` RETURNING 1`, s.args...)
	if err != nil {
		return s.failure(t.d, err)
	}
	if len(found) == 0 {
		return missing
	}
	return nil
}

// must queues a statement that fails with its missing error where it changes or
// adds no row, at this call or at any later one.
func (t *tx) must(s statement) error {
	if t.d.must == nil {
		return t.immediately(s, s.missing)
	}
	s.text = t.d.must(s.text)
	return t.write(s)
}

// rest returns what is still to be written at the end.
func (t *tx) rest() ([]statement, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	t.queueCounts()
	return t.queue, nil
}

// limitTo writes LIMIT with the number itself: there are few, and PostgreSQL
// plans well only for one that it knows, while SQLite would plan a statement
// anew for each value of a bare parameter.
func limitTo(n int) string { return ` LIMIT ` + strconv.Itoa(n) }

// offsetBy writes OFFSET with a parameter. It stands in a sum lest SQLite plans
// the statement anew each time, which costs many times the statement.
func offsetBy(param string) string { return ` OFFSET ` + param + ` + 0` }

// rowsAtOnce is how many rows one statement inserts at the most.
const rowsAtOnce = 8

// inserts are the statements that insert one row, two, … up to rowsAtOnce, each
// with as many columns.
func inserts(into string, columns int) []string {
	texts := make([]string, rowsAtOnce)
	values, param := ` VALUES `, 0
	for i := range texts {
		row := make([]string, columns)
		for k := range row {
			param++
			row[k] = `$` + strconv.Itoa(param)
		}
		values += `(` + strings.Join(row, `, `) + `)`
		texts[i] = into + values
		values += `, `
	}
	return texts
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func optionalMillis(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UnixMilli()
}

func fromOptionalMillis(ms *int64) *time.Time {
	if ms == nil {
		return nil
	}
	t := fromMillis(*ms)
	return &t
}

// optional stores "" as NULL, which no unique index compares.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}
