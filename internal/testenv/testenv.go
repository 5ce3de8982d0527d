// Package testenv gives tests empty stores: on SQLite in a temporary
// directory, and on a real PostgreSQL that the test process starts itself from
// the installed server binaries, once, when the first test asks for it.
//
// Where there are no binaries, tests are skipped with a message; with CI=true
// in the environment they fail. JOINERY_TEST_POSTGRES may hold the URL of a
// server to use instead; its user must be allowed to create databases.
package testenv

import (
	"context"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// Opener opens a new, empty store that is closed at the end of the test.
type Opener func(testing.TB) joinery.Store

// Stores runs a test on each database, as a parallel subtest by its name.
func Stores(t *testing.T, run func(t *testing.T, name string, open Opener)) {
	t.Helper()
	for name, open := range map[string]Opener{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, name, open)
		})
	}
}

// SQLite opens an empty store on SQLite.
func SQLite(tb testing.TB) joinery.Store {
	tb.Helper()
	store, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteOptions{Path: tb.TempDir()})
	return opened(tb, store, err)
}

// Postgres opens an empty store on PostgreSQL.
func Postgres(tb testing.TB) joinery.Store {
	tb.Helper()
	store, err := sqldb.OpenPostgres(context.Background(), sqldb.PostgresOptions{URL: PostgresURL(tb)})
	return opened(tb, store, err)
}

func opened(tb testing.TB, store joinery.Store, err error) joinery.Store {
	tb.Helper()
	if err != nil {
		tb.Fatalf("opening the store: %v", err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Errorf("closing the store: %v", err)
		}
	})
	return store
}
