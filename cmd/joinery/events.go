package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// EventsCmd reads the sequence of events.
type EventsCmd struct {
	Client
	After  string        `help:"Begin behind this cursor. Default: with the first event." placeholder:"CURSOR"`
	Limit  int           `help:"How many events to print at most. Default: all." default:"0" placeholder:"N"`
	Follow bool          `short:"f" help:"Wait for further events and print them, until Ctrl-C or --limit."`
	Every  time.Duration `help:"How often --follow looks for more. Default: ${default}." default:"1s" placeholder:"TIME"`
}

// Help is printed below the flags.
func (c *EventsCmd) Help() string {
	return `With --json, each event is a line of its own. The cursor to go on from is printed to standard error at the end.`
}

// pageSize is how many events are asked for at a time.
const pageSize = 500

// Run calls the admin API.
func (c *EventsCmd) Run(ctx context.Context, k *kong.Kong) error {
	printed, cursor := 0, c.After
	for {
		size := pageSize
		if c.Limit > 0 {
			size = min(size, c.Limit-printed)
		}
		page, err := c.api().Events(ctx, cursor, size)
		if err != nil {
			return c.ended(ctx, k, printed, cursor, err)
		}
		for _, e := range page.Events {
			c.printEvent(k, e)
		}
		printed, cursor = printed+len(page.Events), page.NextCursor
		switch {
		case c.Limit > 0 && printed >= c.Limit:
			return c.ended(ctx, k, printed, cursor, nil)
		case len(page.Events) == size:
			continue
		case !c.Follow:
			return c.ended(ctx, k, printed, cursor, nil)
		}
		if err := pause(ctx, c.Every); err != nil {
			return c.ended(ctx, k, printed, cursor, err)
		}
	}
}

// ended tells where to go on. To interrupt --follow is no error.
func (c *EventsCmd) ended(ctx context.Context, k *kong.Kong, printed int, cursor string, err error) error {
	if err != nil && (!c.Follow || ctx.Err() == nil) {
		return err
	}
	if printed == 0 && c.After == "" && !c.Follow {
		fmt.Fprintln(k.Stderr, "there are no events yet")
		return nil
	}
	if cursor != "" {
		fmt.Fprintf(k.Stderr, "go on with: --after %s\n", cursor)
	}
	return nil
}

func (c *EventsCmd) printEvent(k *kong.Kong, e wire.Event) {
	if c.JSON {
		line, _ := json.Marshal(e)
		fmt.Fprintf(k.Stdout, "%s\n", line)
		return
	}
	fmt.Fprintf(k.Stdout, "%s  %-24s  %s  %s\n", e.Time.UTC().Format(time.RFC3339), e.Type, e.SubjectID, shown(listed(flat(e.Data))))
}

// pause waits, or fails with the context.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
