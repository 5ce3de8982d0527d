package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/joineryhq/joinery/internal/testenv"
)

// newDatabase makes an empty database: a directory for SQLite, a durable
// PostgreSQL server of its own.
func (b *bench) newDatabase(ctx context.Context) (url string, cleanup func(), err error) {
	switch b.database {
	case "sqlite":
		dir := b.dir("data")
		return "sqlite:" + filepath.Join(dir, "joinery.db"), func() { _ = os.RemoveAll(dir) }, nil
	case "postgres":
		server, err := testenv.Start(ctx, true)
		if err != nil {
			return "", nil, err
		}
		url, _, err := server.Create(ctx)
		return url, func() { _ = server.Close() }, err
	}
	return "", nil, fmt.Errorf("there is no database %q; choose sqlite or postgres", b.database)
}

// copyDatabase copies the filled database for the bare handler.
func (b *bench) copyDatabase(ctx context.Context, url string) (copied string, cleanup func(), err error) {
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		copied := b.dir("copy") + ".db"
		db, err := sql.Open("sqlite", "file:"+file)
		if err != nil {
			return "", nil, err
		}
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(ctx, `VACUUM INTO $1`, copied)
		return "sqlite:" + copied, func() { _ = os.Remove(copied) }, err
	}
	return copyPostgres(ctx, url)
}

// copyPostgres copies table by table: a template must have no other connection,
// and Joinery keeps running.
func copyPostgres(ctx context.Context, url string) (string, func(), error) {
	source, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = source.Close(ctx) }()
	for _, statement := range []string{
		`CREATE SCHEMA bare`,
		`CREATE TABLE bare.resources (LIKE resources INCLUDING ALL)`,
		`CREATE TABLE bare.members (LIKE members INCLUDING ALL)`,
		`CREATE TABLE bare.links (LIKE links INCLUDING ALL)`,
		`INSERT INTO bare.resources SELECT * FROM resources`,
		`INSERT INTO bare.members SELECT * FROM members`,
		`INSERT INTO bare.links SELECT * FROM links`,
		`VACUUM ANALYZE`,
	} {
		if _, err := source.Exec(ctx, statement); err != nil {
			return "", nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	return url + "&search_path=bare", func() {}, nil
}
