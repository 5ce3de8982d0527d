package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// ObserveCmd shows what a connection that only observes would do.
type ObserveCmd struct {
	Client
	connectionArg
	listFlags
}

// Help is printed below the flags.
func (c *ObserveCmd) Help() string {
	return `A connection that observes answers and keeps what the identity provider pushes, and touches no account. See here what will happen once it ends:

    joinery connection update CONNECTION --observe       # begin, before the identity provider pushes
    joinery observe CONNECTION                           # look
    joinery connection update CONNECTION --no-observe    # let it happen`
}

// Run calls the admin API.
func (c *ObserveCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	connection, err := c.api().Connection(ctx, id)
	if err != nil {
		return err
	}
	list, next, err := collect(c.listFlags, func(p adminclient.Page) ([]wire.Observed, string, error) {
		page, err := c.api().Observed(ctx, id, p)
		if err != nil {
			return nil, "", err
		}
		return page.Observed, page.NextCursor, nil
	})
	if err != nil {
		return err
	}
	err = c.print(k, wire.ObservedUsers{Observed: list, NextCursor: next}, func(w io.Writer) {
		c.printList(w, connection.Observe, list)
	})
	more(k, next)
	return err
}

func (c *ObserveCmd) printList(w io.Writer, observing bool, list []wire.Observed) {
	if !observing {
		fmt.Fprintf(w, "%s does not observe: what is pushed happens at once. To begin: joinery connection update %s --observe\n", shown(c.Connection), quoted(c.Connection))
	}
	if len(list) == 0 {
		if observing {
			fmt.Fprintln(w, "Nothing waits: nobody was pushed yet.")
		}
		return
	}
	if !observing {
		fmt.Fprintln(w, "\nThese users still wait:")
	}
	counts := map[string]int{}
	row(w, "USER", "WOULD", "RULE", "REASON", "ACCOUNT")
	for _, o := range list {
		counts[o.Action]++
		row(w, o.UserName, observedAction(o.Action), o.Rule, o.Reason, observedAccount(&o))
	}
	fmt.Fprintln(w)
	for _, action := range slices.Sorted(maps.Keys(counts)) {
		row(w, observedAction(action), number(counts[action]))
	}
	if observing {
		fmt.Fprintf(w, "\nLet it happen: joinery connection update %s --no-observe\n", quoted(c.Connection))
	}
}

// observedAction says what would happen, in words where the action says too
// little.
func observedAction(action string) string {
	switch action {
	case "suspend", "resume", "end":
		return action + " the membership"
	}
	return action
}

// observedAccount is the account that would be made or touched, or that is in
// the way.
func observedAccount(o *wire.Observed) string {
	if o.Account == nil && o.Username != "" {
		return "a new one, " + o.Username
	}
	return accountName(o.Account)
}
