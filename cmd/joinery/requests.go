package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// RequestsCmd lists the SCIM requests of a connection.
type RequestsCmd struct {
	Client
	connectionArg
	Request string        `arg:"" optional:"" help:"Id of one of them, to see it whole, with what was sent and answered."`
	Status  string        `help:"Only those answered with this status, such as 409, or 4xx." placeholder:"STATUS"`
	User    string        `help:"Only those that touched this User, by its id." placeholder:"ID"`
	Group   string        `help:"Only those that touched this Group, by its id." placeholder:"ID"`
	Case    string        `help:"Only those that were refused with this case." placeholder:"CODE"`
	Follow  bool          `short:"f" help:"Print requests as they come, until Ctrl-C."`
	Every   time.Duration `help:"How often --follow looks for more. Default: ${default}." default:"1s" placeholder:"TIME"`
	periodFlags
}

// Help is printed below the flags.
func (c *RequestsCmd) Help() string {
	return `Each SCIM request is kept for 30 days, with what was sent and answered, without passwords and tokens. With --json, each is a line of its own, with its bodies:

    joinery requests acme/okta --status 4xx --since 1h
    joinery requests acme/okta --follow
    joinery requests acme/okta --json > requests.ndjson`
}

// Run calls the admin API.
func (c *RequestsCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	if c.Request != "" {
		return c.show(ctx, k, id)
	}
	query := adminclient.RequestQuery{Status: c.Status, UserID: c.User, GroupID: c.Group, Case: c.Case}
	if query.Since, query.Until, err = c.period(time.Now()); err != nil {
		return err
	}
	if c.Follow {
		return c.follow(ctx, k, id, query)
	}
	list := c.api().ExportRequests(ctx, id, query)
	if c.JSON {
		return printLines(k.Stdout, list, c.most(0))
	}
	newest, rest, err := take(list, c.most(50))
	if err != nil {
		return err
	}
	if err := c.print(k, nil, func(w io.Writer) { c.printTable(w, newest) }); err != nil {
		return err
	}
	if rest {
		fmt.Fprintf(k.Stderr, "there are older ones; see them with --limit, or --until %s\n", newest[len(newest)-1].Time.UTC().Format(time.RFC3339Nano))
	}
	return nil
}

func (c *RequestsCmd) printTable(w io.Writer, list []wire.Request) {
	if len(list) == 0 {
		fmt.Fprintln(w, "There are no such requests. What may be wrong at the identity provider: joinery readiness", quoted(c.Connection))
		return
	}
	row(w, "TIME", "STATUS", "METHOD", "PATH", "OUTCOME", "TOOK", "ID")
	for _, r := range list {
		row(w, requestCells(&r)...)
	}
	fmt.Fprintf(w, "\nSee one whole: joinery requests %s ID\n", quoted(c.Connection))
}

func requestCells(r *wire.Request) []any {
	return []any{r.Time.Local().Format(time.DateTime), r.Status, r.Method, cut(shortPath(r.Path), 60), requestOutcome(r), took(r), r.ID}
}

// shortPath is the path below the SCIM base URL, with its query as people write
// it.
func shortPath(path string) string {
	if parts := strings.SplitN(path, "/", 5); len(parts) == 5 && parts[1] == "scim" {
		path = "/" + parts[4]
	}
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}

func took(r *wire.Request) string {
	return time.Duration(r.DurationMS * float64(time.Millisecond)).Round(100 * time.Microsecond).String()
}

// requestOutcome says what is worth knowing beside the status.
func requestOutcome(r *wire.Request) string {
	var parts []string
	if r.Reason != "" {
		parts = append(parts, r.Reason)
	}
	if len(r.Repairs) > 0 {
		parts = append(parts, "repaired: "+strings.Join(r.Repairs, ", "))
	}
	if len(r.Ignored) > 0 {
		parts = append(parts, "ignored: "+strings.Join(r.Ignored, ", "))
	}
	if r.Pending > 0 {
		parts = append(parts, counted(r.Pending, "pending member"))
	}
	return strings.Join(parts, "; ")
}
