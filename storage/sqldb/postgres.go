package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/joineryhq/joinery"
)

// PostgresOptions configures OpenPostgres.
type PostgresOptions struct {
	URL string // postgres://user:password@host:port/database?…
	// Connections is how many connections to open at the most. 0: eight for each
	// processor, up to 32.
	Connections int
}

func postgresDialect() *dialect {
	return &dialect{
		name:   "postgres",
		lookUp: postgresLookUp,
		join:   func(table, alias, condition string) string { return postgresJoin(table, alias, condition, ``) },
		deleteEach: func(table, condition, column, from string) string {
			found := postgresLookUp(from, table, `d`, condition+` AND d.`+column+` = e.value`, ``)
			return `DELETE FROM ` + table + ` AS d WHERE d.ctid = ANY(ARRAY(SELECT d.ctid FROM ` + found + `))`
		},
		deleteSome: func(table, _, condition string, limit int) string {
			some := `SELECT d.ctid FROM ` + table + ` d WHERE ` + condition + limitTo(limit)
			// What was found may have changed since; IS TRUE keeps it from being found by an index again.
			return `DELETE FROM ` + table + ` AS d WHERE d.ctid = ANY(ARRAY(` + some + `)) AND (` + condition + `) IS TRUE`
		},
		each:   func(param string) string { return `unnest(CAST(` + param + ` AS TEXT[])) e (value)` },
		eachOf: func(expr string) string { return `json_array_elements_text(CAST(` + expr + ` AS JSON)) e (value)` },
		list: func(texts []string) any {
			if texts == nil {
				return []string{}
			}
			return texts
		},
		quote:   func(expr string) string { return `CAST(to_json(` + expr + `) AS TEXT)` },
		lock:    ` FOR UPDATE`,
		lockKey: ` FOR KEY SHARE`,
		// A division by zero is the one error that plain SQL can raise at will.
		must: func(change string) string {
			return `WITH changed AS (` + change + ` RETURNING 1) SELECT 1 / COUNT(*) FROM changed`
		},
		isMissing: func(err error) bool {
			var e *pgconn.PgError
			return errors.As(err, &e) && (e.Code == "22012" || e.Code == "23502")
		},
		lockShared: `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`,
		lockAlone:  `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`,
		// Connections that write at the same time have their own rows.
		shard:  `pg_backend_pid() % 32`,
		filter: postgresFilter{},
		isUnique: func(err error) bool {
			var e *pgconn.PgError
			return errors.As(err, &e) && e.Code == "23505" && !strings.HasSuffix(e.ConstraintName, "_pkey")
		},
		isTransient: func(err error) bool {
			var e *pgconn.PgError
			return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
		},
	}
}

// postgresLookUp writes a subselect that PostgreSQL does not take apart, for
// its OFFSET. Left to choose, it would go through a whole connection or group
// where it takes that for small, as it does while a first synchronization runs.
func postgresLookUp(from, table, alias, condition, lock string) string {
	return from + postgresJoin(table, alias, condition, lock) + ` WHERE true`
}

func postgresJoin(table, alias, condition, lock string) string {
	return ` CROSS JOIN LATERAL (SELECT ` + alias + `.ctid, ` + alias + `.* FROM ` + table + ` ` + alias + ` WHERE ` + condition + ` OFFSET 0` + lock + `) ` + alias
}

// OpenPostgres opens and migrates a PostgreSQL database.
func OpenPostgres(ctx context.Context, o PostgresOptions) (joinery.Store, error) {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be used: %w", err)
	}
	if o.Connections <= 0 {
		o.Connections = min(8*runtime.GOMAXPROCS(0), 32)
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(prepareConnection))
	db.SetMaxOpenConns(o.Connections)
	db.SetMaxIdleConns(o.Connections)
	d := postgresDialect()
	if err := migrate(ctx, db, d); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newStore(&postgresBackend{db: db, dialect: d}), nil
}

// prepareConnection sets a connection up for statements that are run often and
// are small: each is planned once, not for the values of each run, which would
// take longer than the run; nor is any compiled. A plan outlives the time when a
// table is small enough to be read whole, so an index is used from the start.
func prepareConnection(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off`)
	return err
}

// postgresBackend implements backend.
type postgresBackend struct {
	db      *sql.DB
	dialect *dialect
	growth  growth
}

func (b *postgresBackend) d() *dialect { return b.dialect }

// with calls fn with a connection of the pool.
func (b *postgresBackend) with(ctx context.Context, fn func(*pgx.Conn) error) error {
	conn, err := b.db.Conn(ctx)
	if err != nil {
		return unavailable(ctx, err)
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool, which looks at its state
	var failed error
	lost := false
	err = conn.Raw(func(raw any) error {
		c := raw.(*stdlib.Conn).Conn()
		failed = fn(c)
		lost = c.IsClosed()
		return nil // an error here would be about the connection
	})
	if failed != nil && lost {
		return unavailable(ctx, failed)
	}
	return errors.Join(err, failed)
}

// unavailable is the error of a caller who did not give up himself where the
// database is not there. Whether a commit that was under way took effect is not known then.
func unavailable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return &joinery.Error{Kind: joinery.Unavailable, Reason: "database_unavailable", Message: "The database does not answer. Try again later.", Err: err}
}

func (b *postgresBackend) view(ctx context.Context, fn func(session) error) error {
	return b.with(ctx, func(conn *pgx.Conn) error { return fn(&postgresReader{conn: conn}) })
}

func (b *postgresBackend) update(ctx context.Context, fn func(session) ([]statement, error)) error {
	return b.with(ctx, func(conn *pgx.Conn) error {
		s := &postgresTx{conn: conn, d: b.dialect}
		defer s.rollback()
		rest, err := fn(s)
		if err != nil {
			return err
		}
		if err := s.commit(ctx, rest); err != nil {
			return err
		}
		b.growth.add(b.db, s.inserted)
		return nil
	})
}

func (b *postgresBackend) ping(ctx context.Context) error { return b.db.PingContext(ctx) }

func (b *postgresBackend) close() error {
	b.growth.wait()
	return b.db.Close()
}
