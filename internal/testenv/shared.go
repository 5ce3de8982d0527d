package testenv

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

// serverVariable names the server to use instead of one of our own.
const serverVariable = "JOINERY_TEST_POSTGRES"

// The servers of this process. They end with it: see watchdog.
var (
	fastServer    = sync.OnceValues(func() (*Server, error) { return sharedServer(false) })
	durableServer = sync.OnceValues(func() (*Server, error) { return sharedServer(true) })
)

func sharedServer(durable bool) (*Server, error) {
	if url := os.Getenv(serverVariable); url != "" {
		return Connect(context.Background(), url)
	}
	return Start(context.Background(), durable)
}

// PostgresURL makes a database with empty tables and returns its URL. It is
// dropped at the end of the test. A crash of the machine could lose what it
// has committed, which makes it fast.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	return database(tb, fastServer)
}

// DurablePostgresURL is PostgresURL on a server that waits for the disk.
func DurablePostgresURL(tb testing.TB) string {
	tb.Helper()
	return database(tb, durableServer)
}

func database(tb testing.TB, server func() (*Server, error)) string {
	tb.Helper()
	s, err := server()
	if errors.Is(err, ErrNoBinaries) && os.Getenv("CI") != "true" {
		tb.Skipf("\n*** SKIPPED: %v ***", err)
	}
	if err != nil {
		tb.Fatalf("PostgreSQL for tests: %v", err)
	}
	url, drop, err := s.Create(context.Background())
	if err != nil {
		tb.Fatalf("PostgreSQL for tests: %v", err)
	}
	tb.Cleanup(func() {
		if err := drop(); err != nil {
			tb.Logf("dropping the database of the test: %v", err)
		}
	})
	return url
}
