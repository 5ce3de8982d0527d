package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/simulate"
)

// SimulateCmd plays identity providers against any SCIM server.
type SimulateCmd struct {
	Okta  SimulateOktaCmd  `cmd:"" help:"Push people and groups the way Okta does."`
	Entra SimulateEntraCmd `cmd:"" help:"Push people and groups the way Microsoft Entra ID does."`
}

// Simulated holds the flags of both.
type Simulated struct {
	BaseURL string `name:"base-url" required:"" help:"SCIM base URL of the server: what an admin would enter at the identity provider." placeholder:"URL"`
	Token   string `required:"" env:"JOINERY_SCIM_TOKEN" help:"Bearer token. Better in the environment: other users of this machine can read flags." placeholder:"TOKEN"`
	People  int    `default:"24" help:"How many people to push. Default: ${default}." placeholder:"N"`
	Groups  int    `default:"3" help:"How many groups to push. Default: ${default}." placeholder:"N"`
	Domain  string `help:"Domain of the people's names. Default: a new one for each run." placeholder:"NAME"`
	Verbose bool   `short:"v" help:"Print each request."`
}

// SimulateOktaCmd plays Okta.
type SimulateOktaCmd struct {
	Simulated
	Mode string `default:"oin" enum:"oin,aiw" help:"Which of Okta's two clients: oin (apps of its catalogue, PATCH) or aiw (apps made with its wizard, PUT). Default: ${default}." placeholder:"MODE"`
}

// Run plays.
func (c *SimulateOktaCmd) Run(ctx context.Context, k *kong.Kong) error {
	d := c.directory()
	return c.play(k, "okta", func(observer func(simulate.Step)) (*simulate.Report, error) {
		return simulate.Okta{
			BaseURL: c.BaseURL, Token: c.Token, Mode: simulate.OktaMode(c.Mode),
			People: d.People, Groups: d.Groups, Observer: observer,
		}.Run(ctx)
	})
}

// SimulateEntraCmd plays Entra.
type SimulateEntraCmd struct {
	Simulated
	Flag bool `help:"Speak the dialect of the flag aadOptscim062020, as a base URL that carries it does."`
}

// Run plays.
func (c *SimulateEntraCmd) Run(ctx context.Context, k *kong.Kong) error {
	d := c.directory()
	return c.play(k, "entra", func(observer func(simulate.Step)) (*simulate.Report, error) {
		return simulate.Entra{
			BaseURL: c.BaseURL, Token: c.Token, Flag: c.Flag,
			People: d.People, Groups: d.Groups, Observer: observer,
		}.Run(ctx)
	})
}

func (c *Simulated) directory() simulate.Directory {
	domain := cmp.Or(c.Domain, strings.ToLower(rand.Text()[:6])+".example")
	return simulate.NewDirectory(domain, max(c.People, 0), max(c.Groups, 0))
}

func (c *Simulated) play(k *kong.Kong, name string, run func(func(simulate.Step)) (*simulate.Report, error)) error {
	p := newProgress(k.Stdout, name)
	observer := p.step
	if c.Verbose {
		observer = func(s simulate.Step) { fmt.Fprintln(k.Stdout, s) }
	}
	report, err := run(observer)
	p.end()
	if report != nil {
		printReports(k.Stdout, report)
	}
	if err != nil {
		return err
	}
	return failed(report)
}

// failed is the error of runs whose expectations did not all hold.
func failed(reports ...*simulate.Report) error {
	count := 0
	for _, r := range reports {
		count += len(r.Failures)
	}
	switch count {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("one expectation did not hold; it is listed above")
	}
	return fmt.Errorf("%d expectations did not hold; they are listed above", count)
}

// printReports prints what happened, a column for each provider.
func printReports(out io.Writer, reports ...*simulate.Report) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	row := func(title string, cell func(*simulate.Report) string) {
		fmt.Fprintf(w, "%s\t", pad(title))
		for _, r := range reports {
			fmt.Fprintf(w, "%s\t", cell(r))
		}
		fmt.Fprintln(w)
	}
	number := func(title string, value func(*simulate.Report) int) {
		row(title, func(r *simulate.Report) string { return fmt.Sprint(value(r)) })
	}
	fmt.Fprintln(out)
	row("", func(r *simulate.Report) string { return r.Client })
	number("people created", func(r *simulate.Report) int { return r.Created })
	number("  updated", func(r *simulate.Report) int { return r.Updated })
	number("  deactivated", func(r *simulate.Report) int { return r.Deactivated })
	number("  reactivated", func(r *simulate.Report) int { return r.Reactivated })
	number("  deleted", func(r *simulate.Report) int { return r.Deleted })
	number("groups created", func(r *simulate.Report) int { return r.Groups })
	number("  renamed", func(r *simulate.Report) int { return r.GroupsRenamed })
	number("  deleted", func(r *simulate.Report) int { return r.GroupsDeleted })
	number("members added", func(r *simulate.Report) int { return r.MembersAdded })
	number("  removed", func(r *simulate.Report) int { return r.MembersRemoved })
	number("requests", func(r *simulate.Report) int { return r.Requests })
	number("  failed", func(r *simulate.Report) int { return len(r.Failures) })
	row("time", func(r *simulate.Report) string { return r.Duration.Round(10 * time.Millisecond).String() })
	_ = w.Flush() // as any other line for people
	fmt.Fprintln(out)
}

// pad makes the first column, which is aligned to the left, as wide as its
// longest title.
func pad(title string) string { return fmt.Sprintf("%-22s", title) }
