package testenv

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"github.com/joineryhq/joinery/storage/sqldb"
)

// ErrNoBinaries says that no PostgreSQL server is installed.
var ErrNoBinaries = errors.New("PostgreSQL's server binaries (initdb, postgres) are in neither PATH nor /usr/lib/postgresql/*/bin; install the package postgresql, or set " + serverVariable + " to the URL of a server")

// Server is a PostgreSQL server that makes databases for tests.
type Server struct {
	url      *url.URL
	template string
	count    atomic.Int64
	stop     func()
}

// Connect uses a server that runs already.
func Connect(ctx context.Context, address string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the URL of the PostgreSQL server: %w", err)
	}
	s := &Server{url: u, template: "joinery_" + strings.ToLower(rand.Text()[:12]), stop: func() {}}
	if err := s.execute(ctx, `CREATE DATABASE `+s.template); err != nil {
		return nil, err
	}
	store, err := sqldb.OpenPostgres(ctx, sqldb.PostgresOptions{URL: s.database(s.template), Connections: 2})
	if err != nil {
		return nil, err
	}
	return s, store.Close()
}

// Create makes a database with empty tables. It returns its URL and what drops it.
func (s *Server) Create(ctx context.Context) (address string, drop func() error, err error) {
	name := fmt.Sprintf("%s_%d", s.template, s.count.Add(1))
	if err := s.execute(ctx, `CREATE DATABASE `+name+` TEMPLATE `+s.template); err != nil {
		return "", nil, err
	}
	drop = func() error { return s.execute(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`) }
	return s.database(name), drop, nil
}

// Close drops the template, and stops the server where Start started it.
func (s *Server) Close() error {
	err := s.execute(context.Background(), `DROP DATABASE `+s.template+` WITH (FORCE)`)
	s.stop()
	return err
}

func (s *Server) database(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

func (s *Server) execute(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing depends on it
	_, err = conn.Exec(ctx, statement)
	return err
}
