package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// GuardCmd shows the guard of a connection, or decides what it holds.
type GuardCmd struct {
	Client
	connectionArg
	Action string `arg:"" optional:"" help:"approve lets the departures through, reject refuses them. Default: show what the guard does."`
}

// Help is printed below the flags.
func (c *GuardCmd) Help() string {
	return `The guard watches for a mass of users that leave at once, as after a mistake at the identity provider. Under the policy guard.action=hold further departures wait for your word; the identity provider is told to try again later. Your word holds for one window of the policy:

    joinery connection update CONNECTION --policy guard.action=hold guard.max=10 guard.window=1h`
}

// Run calls the admin API.
func (c *GuardCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	guard, err := c.decide(ctx, id)
	if err != nil {
		return err
	}
	return c.print(k, guard, func(w io.Writer) { c.printGuard(w, guard) })
}

func (c *GuardCmd) decide(ctx context.Context, id string) (*wire.Guard, error) {
	if c.Action == "" {
		return c.api().Guard(ctx, id)
	}
	return c.api().DecideGuard(ctx, id, wire.GuardDecision{Action: c.Action})
}

func (c *GuardCmd) printGuard(w io.Writer, g *wire.Guard) {
	fact(w, "state", guardText(g.State))
	if g.State == "quiet" {
		return
	}
	fact(w, "since", g.Since)
	fact(w, "until", g.Until)
	fact(w, "leaving", fmt.Sprintf("%s of %s when it tripped", number(g.Departed), counted(g.Users, "user")))
	if len(g.Held) > 0 {
		fact(w, "waiting", strings.Join(g.Held, ", "))
	}
	if g.State == "tripped" {
		fmt.Fprintf(w, "\nLet them go: joinery guard %s approve\nKeep them: joinery guard %s reject\n", quoted(c.Connection), quoted(c.Connection))
	}
}

// guardText is the state of a guard in words.
func guardText(state string) string {
	return map[string]string{
		"quiet":    "quiet: nobody leaves in unusual numbers",
		"tripped":  "tripped: more users left than the policy lets go at once",
		"approved": "approved: departures go through",
		"rejected": "rejected: departures are refused",
	}[state]
}
