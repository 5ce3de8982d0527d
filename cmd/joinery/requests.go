package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/url"
	"slices"
	"strconv"
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

// periodFlags select from a history, the newest first.
type periodFlags struct {
	Since string `help:"Only from then on: a time (2027-06-30T12:00:00Z), a date (2027-06-30), or how long ago (30m, 7d)." placeholder:"WHEN"`
	Until string `help:"Only until then, as --since." placeholder:"WHEN"`
	Limit *int   `help:"How many to print at most, 0 for all. Default: 50; with --json, all." placeholder:"N"`
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

func (c *RequestsCmd) printTable(w io.Writer, list []wire.Request) {
	if len(list) == 0 {
		fmt.Fprintln(w, "There are no such requests.")
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

// show prints one request whole.
func (c *RequestsCmd) show(ctx context.Context, k *kong.Kong, connectionID string) error {
	r, err := c.api().Request(ctx, connectionID, c.Request)
	if err != nil {
		return err
	}
	return c.print(k, r, func(w io.Writer) {
		fact(w, "time", r.Time)
		fact(w, "request", r.Method+" "+r.Path)
		fact(w, "status", r.Status)
		fact(w, "took", took(r))
		for _, f := range []struct{ name, value string }{
			{"outcome", requestOutcome(r)}, {"case", c.names(ctx).code(r.CaseID)},
			{"user id", r.UserID}, {"group id", r.GroupID}, {"token id", r.TokenID}, {"request id", r.RequestID},
		} {
			if f.value != "" {
				fact(w, f.name, f.value)
			}
		}
		printBody(w, "Sent", r.Body)
		printBody(w, "Answered", r.Answer)
	})
}

// printBody writes a body with an indentation, or as it is where it is no JSON.
func printBody(w io.Writer, title string, body json.RawMessage) {
	if len(body) == 0 {
		return
	}
	var text bytes.Buffer
	var cut string
	if json.Unmarshal(body, &cut) == nil {
		text.WriteString(cut)
	} else if json.Indent(&text, body, "  ", "  ") != nil {
		text.Write(body)
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for line := range strings.SplitSeq(text.String(), "\n") {
		fmt.Fprintf(w, "  %s\n", shown(strings.TrimPrefix(line, "  ")))
	}
}

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
