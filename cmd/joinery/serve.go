package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/joineryhq/joinery/internal/config"
	"github.com/joineryhq/joinery/server"
)

// ServeCmd runs the server.
type ServeCmd struct{ config.Config }

// Help is printed below the flags.
func (c *ServeCmd) Help() string {
	return `Each setting is a flag, an environment variable, and a key of the configuration file; the first of these that has it wins.

At its first start the server makes an admin token and prints it, once, unless it is given one. It stops gracefully on Ctrl-C or SIGTERM: requests in flight end first. A second signal stops it at once.`
}

// collectAt is the growth of the heap, in percent, at which garbage is collected:
// the heap is small, and to collect it half as often spares a tenth of the work.
const collectAt = 200

// Run serves until it is interrupted.
func (c *ServeCmd) Run(ctx context.Context, k *kong.Kong) error {
	options, err := c.options(k)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	// The address first: where another server runs, its database stays untouched.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return explainListen(c.Listen, err)
	}
	s, err := server.New(ctx, options)
	if err != nil {
		return errors.Join(explainStart(err), listener.Close())
	}
	fmt.Fprintf(k.Stdout, "Joinery %s serves http://%s and keeps its data in %s\n", version(), listener.Addr(), place(&c.Config))
	err = s.Serve(ctx, listener)
	if err == nil {
		fmt.Fprintln(k.Stdout, "Stopped: every request in flight has ended.")
	}
	return err
}

func (c *ServeCmd) options(k *kong.Kong) (server.Options, error) {
	token, err := c.ResolveAdminToken()
	if err != nil {
		return server.Options{}, err
	}
	o := server.Options{
		Database: c.Database(), PublicURL: c.PublicURL, TrustProxy: c.TrustProxy, RateLimit: &c.RateLimit,
		AdminToken: token, ShowAdminToken: func(secret string) { showAdminToken(k.Stdout, secret) },
		Roles: c.Roles, RequestRetention: time.Duration(c.RequestLogDays) * 24 * time.Hour,
		Logger: logger(&c.Config, k.Stderr), Version: version(),
	}
	if token != "" && len(token) < config.GoodAdminToken {
		o.Logger.Warn("the admin token is short enough to be guessed", "hint", "openssl rand -base64 32")
	}
	if c.Schemas != "" {
		o.Schemas = os.DirFS(c.Schemas)
	}
	return o, nil
}

func logger(c *config.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Level()}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

func showAdminToken(w io.Writer, secret string) {
	fmt.Fprintf(w, `There was no admin token yet. This is the new one, shown only now (the server keeps its hash alone):

    %s

For the joinery command: export JOINERY_TOKEN=%s

`, secret, secret)
}

// place names the database without its password.
func place(c *config.Config) string {
	if c.DatabaseURL != "" {
		return "PostgreSQL"
	}
	return c.Data + " (SQLite)"
}

// explainStart says on a line why PostgreSQL cannot be used: the driver tells of
// each address and each way that it tried.
func explainStart(err error) error {
	failed, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	tries := strings.Split(strings.TrimSpace(failed.Error()), "\n")
	return fmt.Errorf("cannot connect to PostgreSQL: %s. Check that it runs, and --database-url (JOINERY_DATABASE_URL)",
		strings.TrimSpace(tries[len(tries)-1]))
}

func explainListen(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use already, perhaps by another joinery serve. Stop that, or choose another address with --listen", address)
	}
	return fmt.Errorf("cannot listen on %s: %w", address, err)
}
