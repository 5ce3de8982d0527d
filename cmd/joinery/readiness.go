package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// ReadinessCmd shows what stands in the way of a connection.
type ReadinessCmd struct {
	Client
	connectionArg
}

// Help is printed below the flags.
func (c *ReadinessCmd) Help() string {
	return `Looks at the connection as a whole: its tokens, domains, mappings, users, requests and open cases. The exit status is 1 where a finding is an error: pushes or sign-ins fail, or soon will.

The customer can see the same with the SCIM token, at /readiness below the SCIM base URL.`
}

// errNotReady is the error of a connection with findings that are errors.
var errNotReady = errors.New("the connection is not ready; what is marked ✗ above says why")

// Run calls the admin API.
func (c *ReadinessCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	found, err := c.api().Readiness(ctx, id)
	if err != nil {
		return err
	}
	if err := c.print(k, found, func(w io.Writer) { printReadiness(w, found) }); err != nil {
		return err
	}
	if !found.Ready {
		return errNotReady
	}
	return nil
}

func printReadiness(w io.Writer, r *wire.Readiness) {
	if len(r.Findings) == 0 {
		fmt.Fprintln(w, "✓ Ready: nothing was found that stands in the way.")
		return
	}
	if r.Ready {
		fmt.Fprintf(w, "✓ Ready, with %s to look at.\n\n", counted(len(r.Findings), "thing"))
	}
	for _, f := range r.Findings {
		printFinding(w, &f)
	}
}

func printFinding(w io.Writer, f *wire.Finding) {
	mark := map[string]string{"error": "✗", "warning": "!", "info": "i"}[f.Severity]
	fmt.Fprintf(w, "%s %s %s: %s\n", mark, f.Severity, f.Code, shown(f.Summary))
	if len(f.Examples) > 0 {
		fmt.Fprintf(w, "    such as %s\n", shown(strings.Join(f.Examples, ", ")))
	}
	if f.Since != nil {
		fmt.Fprintf(w, "    since %s\n", when(f.Since))
	}
	if f.Action != "" {
		paragraph(w, "    → ", f.Action)
	}
}
