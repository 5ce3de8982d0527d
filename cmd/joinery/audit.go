package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// AuditCmd lists what happened and who did it.
type AuditCmd struct {
	Client
	Org        string `help:"Only what concerns this organization: its slug or id." placeholder:"ORG"`
	Connection string `help:"Only what concerns this connection: its id, or ORG/NAME." placeholder:"CONNECTION"`
	Account    string `help:"Only what is about this account: its email, username or id." placeholder:"ACCOUNT" xor:"subject"`
	Subject    string `help:"Only what is about the User, Group, case or other thing with this id." placeholder:"ID" xor:"subject"`
	Actor      string `help:"Only what the token with this id did, or the owner of the account with it." placeholder:"ID"`
	Type       string `help:"Only this type, such as account.created." placeholder:"TYPE"`
	periodFlags
}

// Help is printed below the flags.
func (c *AuditCmd) Help() string {
	return `All that changed, by whom, and as it was before: what identity providers pushed, what sign-ins did, and what was done by hand. The newest comes first. With --json, each is a line of its own:

    joinery audit --account lea@acme.example
    joinery audit --org acme --since 7d
    joinery audit --json > audit.ndjson`
}

// Run calls the admin API.
func (c *AuditCmd) Run(ctx context.Context, k *kong.Kong) error {
	query, err := c.query(ctx)
	if err != nil {
		return err
	}
	list := c.api().ExportAudit(ctx, query)
	if c.JSON {
		return printLines(k.Stdout, list, c.most(0))
	}
	newest, rest, err := take(list, c.most(50))
	if err != nil {
		return err
	}
	if err := c.print(k, nil, func(w io.Writer) { printAudit(w, c.names(ctx), newest) }); err != nil {
		return err
	}
	if rest {
		fmt.Fprintf(k.Stderr, "there is more; see it with --limit, or --until %s\n", newest[len(newest)-1].Time.UTC().Format(time.RFC3339Nano))
	}
	return nil
}

func (c *AuditCmd) query(ctx context.Context) (query adminclient.AuditQuery, err error) {
	query = adminclient.AuditQuery{SubjectID: c.Subject, ActorID: c.Actor, Type: c.Type}
	if query.Since, query.Until, err = c.period(time.Now()); err != nil {
		return query, err
	}
	if c.Org != "" {
		o, err := c.organization(ctx, c.Org)
		if err != nil {
			return query, err
		}
		query.OrganizationID = o.ID
	}
	if c.Connection != "" {
		if query.ConnectionID, err = c.connectionID(ctx, c.Connection); err != nil {
			return query, err
		}
	}
	if c.Account != "" {
		query.SubjectID, err = c.accountID(ctx, c.Account)
	}
	return query, err
}

// maxDetails is how much of an event's details a table shows.
const maxDetails = 120

func printAudit(w io.Writer, names *names, list []wire.AuditEvent) {
	if len(list) == 0 {
		fmt.Fprintln(w, "Nothing of that kind has happened.")
		return
	}
	row(w, "TIME", "WHO", "WHAT", "ABOUT", "DETAILS")
	for i := range list {
		e := &list[i]
		row(w, e.Time.Local().Format(time.DateTime), actorName(e.Actor), e.Type, names.about(&e.Event), cut(names.details(e), maxDetails))
	}
}

// about is what an event is about: by name, where that can be told.
func (n *names) about(e *wire.Event) string {
	kind, _, _ := strings.Cut(e.Type, ".")
	switch kind {
	case "account", "membership", "sign_in", "sign_out", "handle":
		return n.account(e.SubjectID)
	case "connection", "guard":
		return n.connection(e.SubjectID)
	case "organization":
		return n.organization(e.SubjectID)
	}
	data := membersOf(e.Data)
	for _, key := range []string{"code", "user_name", "display_name", "name", "domain", "group", "email"} {
		if name := brief(data[key]); name != "" {
			return name
		}
	}
	return e.SubjectID
}

// details says what changed or, where nothing was before, what the event says.
func (n *names) details(e *wire.AuditEvent) string {
	if len(e.Before) == 0 {
		return listed(n.facts(&e.Event))
	}
	if len(e.After) == 0 {
		return difference(e.Before, e.Data)
	}
	return difference(e.Before, e.After)
}

// facts are the values that an event carries, without what it is about, and
// with names in place of ids.
func (n *names) facts(e *wire.Event) map[string]string {
	about := n.about(e)
	facts := map[string]string{}
	for key, value := range membersOf(e.Data) {
		text := brief(value)
		switch key {
		case "organization_id":
			key, text = "organization", n.organization(text)
		case "connection_id":
			key, text = "connection", n.connection(text)
		case "account_id":
			key, text = "account", n.account(text)
		case "policy", "user_id":
			continue // joinery connection show tells the one, --json the other
		}
		if text != "" && text != about {
			facts[key] = text
		}
	}
	return facts
}
