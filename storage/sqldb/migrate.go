package sqldb

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations lists the files in their order. They only go forward.
func migrations() []string {
	return []string{
		"0001_initial.sql",
		"0002_accounts.sql",
		"0003_cases.sql",
	}
}

// Lock waits: PostgreSQL's migrations by several processes that start together.
const (
	lockPeriodSeconds = 1
	lockAttempts      = 300
)

// migrate brings the tables up to date.
func migrate(ctx context.Context, db *sql.DB, d *dialect) error {
	provider, err := migrationProvider(db, d)
	if err != nil {
		return fmt.Errorf("preparing the migrations: %w", err)
	}
	pending, err := provider.HasPending(ctx)
	if err == nil && pending {
		_, err = provider.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

func migrationProvider(db *sql.DB, d *dialect) (*goose.Provider, error) {
	var list []*goose.Migration
	for i, name := range migrations() {
		text, err := renderMigration(name, d)
		if err != nil {
			return nil, err
		}
		list = append(list, goose.NewGoMigration(int64(i+1), &goose.GoFunc{
			RunTx: func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, text)
				return err
			},
		}, nil))
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(list...), goose.WithDisableGlobalRegistry(true), goose.WithTableName("migrations")}
	if d.serial {
		return goose.NewProvider(goose.DialectSQLite3, db, nil, options...)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPeriodSeconds, lockAttempts))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, nil, append(options, goose.WithSessionLocker(locker))...)
}

// renderMigration fills in what differs between the databases.
func renderMigration(name string, d *dialect) (string, error) {
	t, err := template.ParseFS(migrationFiles, "migrations/"+name)
	if err != nil {
		return "", err
	}
	data := struct {
		C, JSON, Rowless string
		SQLite           bool
	}{C: `COLLATE "C"`, JSON: `JSONB`}
	if d.serial {
		data.C, data.JSON, data.Rowless, data.SQLite = ``, `TEXT`, ` WITHOUT ROWID`, true
	}
	var b strings.Builder
	err = t.Execute(&b, data)
	return b.String(), err
}
