package main

import (
	"fmt"
	"io"
	"time"
)

// row is one line of the table.
type row struct {
	database  string
	users     int
	operation string
	ours      result
	limit     result
}

func (r row) ratio() float64 { return r.ours.perSecond() / r.limit.perSecond() }

// report prints the table as it grows.
type report struct {
	out    io.Writer
	rows   []row
	memory []string
}

func newReport(out io.Writer) *report {
	_, _ = fmt.Fprintln(out, "| database | users | operation | requests/s | p50 | p99 | limit/s | ratio |")
	_, _ = fmt.Fprintln(out, "|---|--:|---|--:|--:|--:|--:|--:|")
	return &report{out: out}
}

func (r *report) add(line row) {
	r.rows = append(r.rows, line)
	_, _ = fmt.Fprintf(r.out, "| %s | %d | %s | %.0f | %s | %s | %.0f | %.0f %% |\n",
		line.database, line.users, line.operation, line.ours.perSecond(),
		milliseconds(line.ours.percentile(0.50)), milliseconds(line.ours.percentile(0.99)),
		line.limit.perSecond(), 100*line.ratio())
}

func (r *report) note(database, when string, megabytes float64) {
	r.memory = append(r.memory, fmt.Sprintf("| %s | %s | %.1f MB |", database, when, megabytes))
}

func (r *report) summary() {
	_, _ = fmt.Fprintln(r.out, "\n| database | memory (resident) | |")
	_, _ = fmt.Fprintln(r.out, "|---|---|--:|")
	for _, line := range r.memory {
		_, _ = fmt.Fprintln(r.out, line)
	}
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}
