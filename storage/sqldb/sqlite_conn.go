package sqldb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"

	"modernc.org/sqlite"
)

// sqliteConn is one connection to SQLite with the statements that were
// prepared on it. Preparing costs several times what running a look-up does.
// It is the driver's, below database/sql, which takes a share of a look-up that
// is worth saving and closes a connection on which a caller panics. One
// goroutine uses it at a time.
type sqliteConn struct {
	conn     driver.Conn
	d        *dialect
	writer   bool // it must not be interrupted: that may roll back all that shares the transaction
	prepared map[string]*preparedStmt
	uses     int64 // of all statements
	named    []driver.NamedValue
}

type preparedStmt struct {
	driver.Stmt
	used int64 // sqliteConn.uses at the last use
}

// maxPrepared bounds the statements of a connection: filters make ever new texts.
const maxPrepared = 200

func openSQLiteConn(dsn string, d *dialect) (*sqliteConn, error) {
	conn, err := new(sqlite.Driver).Open(dsn)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, d: d, prepared: map[string]*preparedStmt{}}, nil
}

func (c *sqliteConn) close() error {
	for _, stmt := range c.prepared {
		_ = stmt.Close() // the connection goes too
	}
	return c.conn.Close()
}

func (c *sqliteConn) prepare(text string) (driver.Stmt, error) {
	c.uses++
	if known := c.prepared[text]; known != nil {
		known.used = c.uses
		return known.Stmt, nil
	}
	stmt, err := c.conn.Prepare(text)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", text, err)
	}
	if len(c.prepared) >= maxPrepared {
		c.forgetOldest()
	}
	c.prepared[text] = &preparedStmt{Stmt: stmt, used: c.uses}
	return stmt, nil
}

// forgetOldest closes the statement that was not used for the longest time.
func (c *sqliteConn) forgetOldest() {
	var oldest string
	for text, stmt := range c.prepared {
		if oldest == "" || stmt.used < c.prepared[oldest].used {
			oldest = text
		}
	}
	_ = c.prepared[oldest].Close() // it only frees memory
	delete(c.prepared, oldest)
}

// values numbers the arguments of a statement.
func (c *sqliteConn) values(args []any) []driver.NamedValue {
	c.named = c.named[:0]
	for i, arg := range args {
		c.named = append(c.named, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.named
}

// exec runs a statement.
func (c *sqliteConn) exec(text string, args []any) error {
	stmt, err := c.prepare(text)
	if err != nil {
		return err
	}
	_, err = stmt.(driver.StmtExecContext).ExecContext(context.Background(), c.values(args))
	return err
}

func (c *sqliteConn) execAll(list []statement) error {
	for i := range list {
		if err := c.exec(list[i].text, list[i].args); err != nil {
			return list[i].failure(c.d, err)
		}
	}
	return nil
}

func (c *sqliteConn) query(ctx context.Context, queued []statement, q query) (rows, error) {
	if err := c.execAll(queued); err != nil {
		return nil, err
	}
	stmt, err := c.prepare(q.text)
	if err != nil {
		return nil, err
	}
	if !q.long || c.writer {
		ctx = context.Background() // to watch a context costs a goroutine
	}
	r, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, c.values(q.args))
	if err != nil {
		return nil, err
	}
	return &sqliteRows{rows: r, values: make([]driver.Value, len(r.Columns()))}, nil
}

// sqliteRows implements rows.
type sqliteRows struct {
	rows   driver.Rows
	values []driver.Value
	err    error
}

func (r *sqliteRows) Next() bool {
	err := r.rows.Next(r.values)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return err == nil
}

func (r *sqliteRows) Close() error {
	if err := r.rows.Close(); r.err == nil {
		r.err = err
	}
	return r.err
}

func (r *sqliteRows) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("sqldb: %d columns for %d values", len(r.values), len(dest))
	}
	for i, value := range r.values {
		if !assign(dest[i], value) {
			return fmt.Errorf("sqldb: column %d: no %T for a %T", i, value, dest[i])
		}
	}
	return nil
}

// assign stores a value of SQLite, of which a bool is a number.
func assign(dest any, value driver.Value) bool {
	switch dest := dest.(type) {
	case *any:
		*dest = value
		return true
	case *[]byte:
		switch value := value.(type) {
		case nil:
			*dest = nil
		case string:
			*dest = []byte(value)
		case []byte:
			*dest = value
		default:
			return false
		}
		return true
	case **string:
		return assignOptional(dest, value)
	case **int64:
		return assignOptional(dest, value)
	case **bool:
		return assignOptional(dest, value)
	case *bool:
		n, ok := value.(int64)
		*dest = n != 0
		return ok
	}
	return assignPlain(dest, value)
}

func assignPlain(dest any, value driver.Value) bool {
	var ok bool
	switch dest := dest.(type) {
	case *string:
		*dest, ok = value.(string)
	case *int64:
		*dest, ok = value.(int64)
	}
	return ok
}

func assignOptional[T any](dest **T, value driver.Value) bool {
	if value == nil {
		*dest = nil
		return true
	}
	*dest = new(T)
	return assign(*dest, value)
}
