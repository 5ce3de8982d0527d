package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// limit is the bare handler: what net/http and database/sql do with the one
// statement that each operation cannot do without. It neither authenticates nor
// parses, checks nothing, and writes no events.
type limit struct {
	read, write                              *sql.DB
	connection                               string
	insert, get, lookup, page, patch, member *sql.Stmt
	signIn                                   *sql.Stmt
}

const (
	insertSQL = `INSERT INTO resources (connection_id, resource_type, id, version, created_at, modified_at, unique_key, external_id, display, active, body, search)
		VALUES ($1, 'User', $2, 1, $3, $3, $4, $5, $4, $8, $6, $7)`
	getSQL    = `SELECT body FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND id = $2 AND deleted_at IS NULL`
	lookupSQL = `SELECT body FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND unique_key = $2 AND deleted_at IS NULL`
	pageSQL   = `SELECT body FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL ORDER BY id LIMIT 100`
	patchSQL  = `UPDATE resources SET body = $3, active = NOT active, version = version + 1 WHERE connection_id = $1 AND resource_type = 'User' AND id = $2 AND deleted_at IS NULL`
	memberSQL = `INSERT INTO members (connection_id, group_id, member_id, member_type, created_at) VALUES ($1, $2, $3, 'User', $4) ON CONFLICT DO NOTHING`
	signInSQL = `UPDATE links SET last_sign_in = $3 WHERE connection_id = $1 AND user_id = $2`
)

// serveLimit serves on a free loopback port, which it prints.
func serveLimit(ctx context.Context, url string) error {
	l, err := openLimit(ctx, url)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /create", l.create)
	mux.HandleFunc("POST /get", l.one(func() *sql.Stmt { return l.get }))
	mux.HandleFunc("POST /lookup", l.one(func() *sql.Stmt { return l.lookup }))
	mux.HandleFunc("POST /page", l.list)
	mux.HandleFunc("POST /patch", l.update)
	mux.HandleFunc("POST /member", l.addMember)
	mux.HandleFunc("POST /sign-in", l.noteSignIn)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func openLimit(ctx context.Context, url string) (*limit, error) {
	l := &limit{}
	var err error
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		dsn := "file:" + file + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)"
		if l.read, err = sql.Open("sqlite", dsn); err != nil {
			return nil, err
		}
		l.read.SetMaxOpenConns(4)
		l.read.SetMaxIdleConns(4)
		if l.write, err = sql.Open("sqlite", dsn); err != nil {
			return nil, err
		}
		l.write.SetMaxOpenConns(1)
	} else {
		if l.read, err = sql.Open("pgx", url); err != nil {
			return nil, err
		}
		l.read.SetMaxOpenConns(16)
		l.read.SetMaxIdleConns(16)
		l.write = l.read
	}
	if err := l.read.QueryRowContext(ctx, `SELECT connection_id FROM resources LIMIT 1`).Scan(&l.connection); err != nil {
		return nil, err
	}
	for _, statement := range []struct {
		stmt **sql.Stmt
		db   *sql.DB
		text string
	}{
		{&l.insert, l.write, insertSQL}, {&l.get, l.read, getSQL}, {&l.lookup, l.read, lookupSQL},
		{&l.page, l.read, pageSQL}, {&l.patch, l.write, patchSQL}, {&l.member, l.write, memberSQL},
		{&l.signIn, l.write, signInSQL},
	} {
		if *statement.stmt, err = statement.db.PrepareContext(ctx, statement.text); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *limit) create(w http.ResponseWriter, r *http.Request) {
	name := input(r)
	body := user(name)
	_, err := l.insert.ExecContext(r.Context(), l.connection, uuid.Must(uuid.NewV7()).String(), time.Now().UnixMilli(), name+"@fjord.example", "x-"+name, body, body, true)
	answer(w, http.StatusCreated, []byte(body), err)
}

func (l *limit) one(stmt func() *sql.Stmt) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		err := stmt().QueryRowContext(r.Context(), l.connection, input(r)).Scan(&body)
		answer(w, http.StatusOK, body, err)
	}
}

func (l *limit) list(w http.ResponseWriter, r *http.Request) {
	rows, err := l.page.QueryContext(r.Context(), l.connection)
	if err != nil {
		answer(w, 0, nil, err)
		return
	}
	defer func() { _ = rows.Close() }()
	out := []byte("[")
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			answer(w, 0, nil, err)
			return
		}
		out = append(append(out, body...), ',')
	}
	answer(w, http.StatusOK, out, rows.Err())
}

func (l *limit) update(w http.ResponseWriter, r *http.Request) {
	_, err := l.patch.ExecContext(r.Context(), l.connection, input(r), user("patched"))
	answer(w, http.StatusOK, []byte(user("patched")), err)
}

func (l *limit) addMember(w http.ResponseWriter, r *http.Request) {
	group, member, _ := strings.Cut(input(r), " ")
	_, err := l.member.ExecContext(r.Context(), l.connection, group, member, time.Now().UnixMilli())
	answer(w, http.StatusNoContent, nil, err)
}

func (l *limit) noteSignIn(w http.ResponseWriter, r *http.Request) {
	_, err := l.signIn.ExecContext(r.Context(), l.connection, input(r), time.Now().UnixMilli())
	answer(w, http.StatusOK, []byte(user("signed-in")), err)
}

func input(r *http.Request) string {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 4096))
	return string(body)
}

func answer(w http.ResponseWriter, status int, body []byte, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
