// Command load measures Joinery's throughput beside the limit: a bare net/http
// handler that does the same single SQL statement on a copy of the same
// database. Both run as processes of their own, by turns, so that a noisy
// machine falls on both; what to read is the ratio.
//
// It talks to loopback only and ends by itself.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

type settings struct {
	databases   string
	directories string
	round       time.Duration
	rounds      int
	workers     int
	only        string
	binary      string
}

func main() {
	var s settings
	limit := flag.String("limit", "", "serve the bare handlers on this database URL instead (used by the program itself)")
	flag.StringVar(&s.databases, "databases", "sqlite,postgres", "databases to measure, with commas")
	flag.StringVar(&s.directories, "directories", "10000,100000", "numbers of users, with commas")
	flag.DurationVar(&s.round, "round", 1500*time.Millisecond, "length of one turn")
	flag.IntVar(&s.rounds, "rounds", 3, "turns of each side")
	flag.IntVar(&s.workers, "workers", 16, "connections at once")
	flag.StringVar(&s.only, "only", "", "measure only operations whose name contains this")
	flag.StringVar(&s.binary, "binary", "", "measure this joinery program instead of building one")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := func() error { return measure(ctx, s) }
	if *limit != "" {
		run = func() error { return serveLimit(ctx, *limit) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, s settings) error {
	work, err := os.MkdirTemp("", "joinery-load-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if s.binary == "" {
		if s.binary, err = build(ctx, work); err != nil {
			return err
		}
	}
	report := newReport(os.Stdout)
	for _, database := range strings.Split(s.databases, ",") {
		for _, directory := range strings.Split(s.directories, ",") {
			var users int
			if _, err := fmt.Sscan(directory, &users); err != nil {
				return fmt.Errorf("-directories %q: %w", directory, err)
			}
			b := &bench{settings: s, work: work, database: database, users: users, report: report}
			if err := b.run(ctx); err != nil {
				return fmt.Errorf("%s, %d users: %w", database, users, err)
			}
		}
	}
	report.summary()
	return nil
}
