package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// overlap is how far back --follow looks again: requests are logged soon, not at
// once, and not always in their order.
const overlap = 30 * time.Second

// follow prints requests as they come. To interrupt it is no error.
func (c *RequestsCmd) follow(ctx context.Context, k *kong.Kong, connectionID string, query adminclient.RequestQuery) error {
	if query.Since.IsZero() {
		query.Since = time.Now()
	}
	printed := map[string]bool{}
	for {
		list, _, err := take(c.api().ExportRequests(ctx, connectionID, query), 0)
		if err != nil {
			return uninterrupted(ctx, err)
		}
		window := map[string]bool{}
		for _, r := range slices.Backward(list) {
			window[r.ID] = true
			if printed[r.ID] {
				continue
			}
			if err := c.printOne(k, &r); err != nil {
				return err
			}
		}
		printed = window
		if len(list) > 0 && list[0].Time.Add(-overlap).After(query.Since) {
			query.Since = list[0].Time.Add(-overlap)
		}
		if err := pause(ctx, c.Every); err != nil {
			return uninterrupted(ctx, err)
		}
	}
}

// uninterrupted is no error where the command was interrupted.
func uninterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (c *RequestsCmd) printOne(k *kong.Kong, r *wire.Request) error {
	if c.JSON {
		return printLine(k.Stdout, r)
	}
	cells := requestCells(r)
	for i, cell := range cells {
		cells[i] = shown(fmt.Sprint(cell))
	}
	_, err := fmt.Fprintf(k.Stdout, "%s  %s  %-6s  %s  %s  %s  %s\n", cells...)
	return err
}
