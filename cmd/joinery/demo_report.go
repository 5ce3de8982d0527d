package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"text/tabwriter"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/simulate"
)

// warnings is a logger for what must not be missed.
func warnings(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// introduce says who will push what.
func (d *demo) introduce() {
	fmt.Fprintf(d.k.Stdout, "%d people have signed up already. %s now connects two identity providers:\n", d.accounts, bold(d.k.Stdout, d.organization.Name))
	for _, c := range []*demoConnection{d.okta, d.entra} {
		fmt.Fprintf(d.k.Stdout, "  %-6s pushes %d people and %d groups to %s\n", c.Name, len(c.directory.People), len(c.directory.Groups), c.SCIMBaseURL)
	}
	fmt.Fprintln(d.k.Stdout)
}

// printEvents prints how many events of each type there are, and compares them
// with what the providers did.
func (d *demo) printEvents(ctx context.Context) error {
	counts, err := d.countEvents(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.k.Stdout, "%s, each written in the transaction of its change\n\n", bold(d.k.Stdout, "Events"))
	w := tabwriter.NewWriter(d.k.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%-22s\t%s\t%s\t\n", "", "okta", "entra")
	for _, kind := range eventTypes(counts) {
		fmt.Fprintf(w, "%-22s\t%d\t%d\t\n", kind, counts[d.okta.ID][kind], counts[d.entra.ID][kind])
	}
	_ = w.Flush() // as any other line for people
	fmt.Fprintln(d.k.Stdout)
	return errors.Join(compareEvents("okta", counts[d.okta.ID], d.okta.report), compareEvents("entra", counts[d.entra.ID], d.entra.report))
}

type eventCounts map[joinery.EventType]int

func (d *demo) countEvents(ctx context.Context) (map[string]eventCounts, error) {
	counts := map[string]eventCounts{d.okta.ID: {}, d.entra.ID: {}}
	for after := ""; ; {
		page, err := d.api.Events(ctx, after, 1000)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Events {
			if of := counts[e.ConnectionID]; of != nil {
				of[joinery.EventType(e.Type)]++
			}
		}
		if len(page.Events) == 0 {
			return counts, nil
		}
		after = page.NextCursor
	}
}

// eventTypes lists the types that occur, those of users first.
func eventTypes(counts map[string]eventCounts) []joinery.EventType {
	order := []joinery.EventType{
		joinery.UserCreated, joinery.UserUpdated, joinery.UserDeactivated, joinery.UserReactivated, joinery.UserDeleted,
		joinery.GroupCreated, joinery.GroupRenamed, joinery.GroupDeleted, joinery.GroupMemberAdded, joinery.GroupMemberRemoved,
	}
	var others []joinery.EventType
	for _, of := range counts {
		for kind := range of {
			if !slices.Contains(order, kind) && !slices.Contains(others, kind) {
				others = append(others, kind)
			}
		}
	}
	slices.Sort(others)
	return append(order, others...)
}

// compareEvents holds the events to what the provider did.
func compareEvents(client string, counts eventCounts, report *simulate.Report) error {
	var errs []error
	for _, pair := range []struct {
		kind joinery.EventType
		did  int
	}{
		{joinery.UserCreated, report.Created}, {joinery.UserDeactivated, report.Deactivated},
		{joinery.UserReactivated, report.Reactivated}, {joinery.UserDeleted, report.Deleted},
		{joinery.GroupCreated, report.Groups}, {joinery.GroupRenamed, report.GroupsRenamed},
		{joinery.GroupDeleted, report.GroupsDeleted}, {joinery.GroupMemberAdded, report.MembersAdded},
	} {
		if counts[pair.kind] != pair.did {
			errs = append(errs, fmt.Errorf("%s did %d of what makes %s, there are %d such events", client, pair.did, pair.kind, counts[pair.kind]))
		}
	}
	return errors.Join(errs...)
}

// printWhere says where to look.
func (d *demo) printWhere() {
	out := d.k.Stdout
	fmt.Fprintf(out, "\n%s\n\n", bold(out, "Where to look"))
	for _, c := range []*demoConnection{d.okta, d.entra} {
		fmt.Fprintf(out, "  What %s pushed\n    curl -s -H 'Authorization: Bearer %s' '%s/Users?count=3'\n", c.Name, c.token, c.SCIMBaseURL)
	}
	fmt.Fprintf(out, "  The events\n    curl -s -H 'Authorization: Bearer %s' '%s/api/v1/events?limit=5'\n", d.token, d.url)
	fmt.Fprintf(out, "  The admin API as OpenAPI: %s/api/v1/openapi.json\n", d.url)
	fmt.Fprintf(out, "  With the joinery command\n    export JOINERY_URL=%s JOINERY_TOKEN=%s\n    joinery case list\n    joinery account list\n    joinery connection list %s\n\n", d.url, d.token, d.organization.Slug)
}
