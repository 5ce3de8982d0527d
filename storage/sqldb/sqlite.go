package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/joineryhq/joinery"
)

// SQLiteOptions configures OpenSQLite.
type SQLiteOptions struct {
	// Path is a directory, made where it is missing, that holds the file
	// joinery.db; or a file, where it ends in ".db".
	Path string
	// Readers is how many reads may run at a time. 0: four, or one for each processor where there are more.
	Readers int
}

// sqliteFile is the name of the database file in a directory.
const sqliteFile = "joinery.db"

// Page caches in KiB: of the writer, and of each reader. A reader's is dropped
// with every write, so that a large one would be wasted.
const (
	writerCache = 4096
	readerCache = 2048
)

// OpenSQLite opens, and makes or migrates, a SQLite database. Only one process
// may have it open: a second is refused.
func OpenSQLite(ctx context.Context, o SQLiteOptions) (joinery.Store, error) {
	path, err := sqlitePath(o.Path)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	backend, err := openSQLite(ctx, path, o.Readers)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), lock.Close())
	}
	backend.lock = lock
	return newStore(backend), nil
}

// createPrivate makes the database file, readable by its owner alone: it holds
// people's data. SQLite gives its other files the same mode.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func sqlitePath(path string) (string, error) {
	if path == "" {
		return "", errors.New("the path of the SQLite database is empty; name a directory")
	}
	dir, file := path, sqliteFile
	if filepath.Ext(path) == ".db" {
		dir, file = filepath.Split(path)
	}
	if dir == "" {
		dir = "."
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making the data directory: %w", err)
	}
	return filepath.Abs(filepath.Join(dir, file))
}

func openSQLite(ctx context.Context, path string, readers int) (*sqliteBackend, error) {
	if readers <= 0 {
		readers = max(4, runtime.GOMAXPROCS(0))
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	d := sqliteDialect()
	writing := sqliteDSN(path, writerCache, `journal_mode(WAL)`, `synchronous(FULL)`)
	if err := migrateSQLite(ctx, writing, d); err != nil {
		return nil, err
	}
	writer, err := openSQLiteConn(writing, d)
	if err != nil {
		return nil, err
	}
	writer.writer = true
	reading := sqliteDSN(path, readerCache, `query_only(1)`)
	return &sqliteBackend{
		dialect: d,
		writer:  &sqliteWriter{conn: writer},
		readers: newReaderPool(readers, func() (*sqliteConn, error) { return openSQLiteConn(reading, d) }),
	}, nil
}

func migrateSQLite(ctx context.Context, dsn string, d *dialect) error {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, db, d), db.Close())
}

// sqliteDSN names a database with its settings. A commit waits until it is on
// the disk: synchronous FULL, for the writer.
func sqliteDSN(path string, cache int, pragmas ...string) string {
	query := url.Values{"_pragma": append([]string{`busy_timeout(10000)`, `foreign_keys(1)`, `temp_store(MEMORY)`, fmt.Sprintf(`cache_size(-%d)`, cache)}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String()
}

// sqliteBackend implements backend.
type sqliteBackend struct {
	dialect *dialect
	lock    *os.File
	writer  *sqliteWriter
	readers *readerPool
}

func (b *sqliteBackend) d() *dialect { return b.dialect }

func (b *sqliteBackend) view(ctx context.Context, fn func(session) error) error {
	return b.readers.with(ctx, func(conn *sqliteConn) error { return fn(conn) })
}

func (b *sqliteBackend) update(ctx context.Context, fn func(session) ([]statement, error)) error {
	return b.writer.update(ctx, func(conn *sqliteConn) error {
		rest, err := fn(conn)
		if err != nil {
			return err
		}
		return conn.execAll(rest)
	})
}

func (b *sqliteBackend) ping(ctx context.Context) error {
	return b.view(ctx, func(s session) error {
		r, err := s.query(ctx, nil, query{text: `SELECT COUNT(*) FROM admin_tokens`})
		if err != nil {
			return err
		}
		return r.Close()
	})
}

// close lets the write-ahead log be taken over: the last connection does that.
func (b *sqliteBackend) close() error {
	return errors.Join(b.readers.close(), b.writer.conn.close(), b.lock.Close())
}
