package main

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// periodFlags select from a history, the newest first.
type periodFlags struct {
	Since string `help:"Only from then on: a time (2027-06-30T12:00:00Z), a date (2027-06-30), or how long ago (30m, 7d)." placeholder:"WHEN"`
	Until string `help:"Only until then, as --since." placeholder:"WHEN"`
	Limit *int   `help:"How many to print at most, 0 for all. Default: 50; with --json, all." placeholder:"N"`
}

// period reads --since and --until.
func (f periodFlags) period(now time.Time) (since, until time.Time, err error) {
	if since, err = parsePast("--since", f.Since, now); err == nil {
		until, err = parsePast("--until", f.Until, now)
	}
	return since, until, err
}

// most is how many to print: as many as by default unless it was said.
func (f periodFlags) most(byDefault int) int {
	if f.Limit != nil {
		return *f.Limit
	}
	return byDefault
}

// parsePast reads a time that has passed; "" is none.
func parsePast(flag, s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if ago, err := time.ParseDuration(s); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %q is no time: give a time (2027-06-30T12:00:00Z), a date (2027-06-30), or how long ago (30m, 7d)", flag, s)
}

// take reads at most so many of a sequence, all for 0, and tells whether there
// are more.
func take[T any](sequence iter.Seq2[T, error], most int) (list []T, more bool, err error) {
	for item, err := range sequence {
		if err != nil {
			return nil, false, err
		}
		if most > 0 && len(list) == most {
			return list, true, nil
		}
		list = append(list, item)
	}
	return list, false, nil
}

// printLines prints a sequence as it comes, as JSON lines: at most so many, all
// for 0.
func printLines[T any](w io.Writer, sequence iter.Seq2[T, error], most int) error {
	printed := 0
	for item, err := range sequence {
		if err == nil {
			err = printLine(w, item)
		}
		if err != nil {
			return err
		}
		if printed++; printed == most {
			break
		}
	}
	return nil
}
