// Package storage opens the store that a URL names. It is the one list of the
// databases that there are.
package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// Options says what to open.
type Options struct {
	// URL is sqlite:PATH, or PATH alone, or postgres://…. PATH is a directory,
	// made where it is missing, or a file that ends in ".db".
	URL string
	// Connections is how many connections to open at the most: on SQLite, to
	// read. 0 leaves the choice to the database.
	Connections int
}

// Open opens the store at a URL, and brings its tables up to date.
func Open(ctx context.Context, url string) (joinery.Store, error) {
	return OpenOptions(ctx, Options{URL: url})
}

// OpenOptions is Open with a say in details.
func OpenOptions(ctx context.Context, o Options) (joinery.Store, error) {
	scheme, rest, found := strings.Cut(o.URL, ":")
	switch {
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return sqldb.OpenPostgres(ctx, sqldb.PostgresOptions{URL: o.URL, Connections: o.Connections})
	case found && scheme == "sqlite":
		return sqldb.OpenSQLite(ctx, sqldb.SQLiteOptions{Path: strings.TrimPrefix(rest, "//"), Readers: o.Connections})
	case strings.Contains(o.URL, "://"):
		return nil, fmt.Errorf("there is no storage for %s:// URLs; use sqlite:DIRECTORY or postgres://…", scheme)
	default:
		return sqldb.OpenSQLite(ctx, sqldb.SQLiteOptions{Path: o.URL, Readers: o.Connections})
	}
}
