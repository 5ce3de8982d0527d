package main

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// AccountShowCmd shows one account.
type AccountShowCmd struct {
	Client
	accountArg
}

// Run calls the admin API.
func (c *AccountShowCmd) Run(ctx context.Context, k *kong.Kong) error {
	a, err := c.account(ctx, c.Account)
	if err != nil {
		return err
	}
	page := accountPage{k, a, c.names(ctx)}
	return c.print(k, a, page.print)
}

// accountPage writes an account for people, part by part.
type accountPage struct {
	k     *kong.Kong
	a     *wire.Account
	names *names
}

func (p *accountPage) print(w io.Writer) {
	printAccount(w, p.a)
	fact(w, "made by", p.madeBy())
	fact(w, "created", p.a.Created)
	fact(w, "last sign-in", p.a.LastSignIn)
	fact(w, "last sign-out", p.a.LastSignOut)
	if p.a.MergedInto != "" {
		fact(w, "merged into", p.names.account(p.a.MergedInto)+" ("+p.a.MergedInto+")")
	}
	p.printHandles(w)
	p.printMemberships(w)
	p.printLinks(w)
	p.printNotFollowed(w)
	p.printMerges(w)
}

func (p *accountPage) heading(w io.Writer, title string) {
	fmt.Fprintf(w, "\n%s\n", bold(p.k.Stdout, title))
}

func (p *accountPage) madeBy() string {
	by := map[string]string{"api": "hand", "import": "import", "scim": "a push", "sign_in": "a sign-in"}[p.a.Origin]
	if p.a.ConnectionID != "" {
		by += " of " + p.names.connection(p.a.ConnectionID)
	}
	return by
}

func (p *accountPage) printHandles(w io.Writer) {
	if len(p.a.Handles) == 0 {
		return
	}
	p.heading(w, "Handles: nobody else can have these")
	row(w, "  HANDLE", "VALUE", "SINCE", "RESERVED UNTIL")
	for _, h := range p.a.Handles {
		row(w, "  "+h.Kind, h.Value, h.Since, h.Until)
	}
}

func (p *accountPage) printMemberships(w io.Writer) {
	if len(p.a.Memberships) == 0 {
		return
	}
	p.heading(w, "Member of")
	row(w, "  ORGANIZATION", "STATE", "ROLE", "ROLES AND WHERE THEY COME FROM")
	for _, m := range p.a.Memberships {
		slug := p.names.organization(m.OrganizationID)
		row(w, "  "+slug, m.State, m.EffectiveRole, p.names.roles(slug, m.Roles))
	}
}

func (p *accountPage) printLinks(w io.Writer) {
	if len(p.a.Links) == 0 {
		return
	}
	p.heading(w, "Users that it is joined to")
	row(w, "  CONNECTION", "USER ID", "SINCE", "JOINED BY", "SIGN-IN SUBJECT", "LAST SIGN-IN", "LAST SIGN-OUT", "ENDED")
	for _, l := range p.a.Links {
		row(w, "  "+p.names.connection(l.ConnectionID), l.UserID, l.Created, l.Rule, l.Subject, l.LastSignIn, l.LastSignOut, l.Ended)
	}
}

func (p *accountPage) printNotFollowed(w io.Writer) {
	if len(p.a.NotFollowed) == 0 {
		return
	}
	p.heading(w, "Not followed: the identity provider says something else")
	row(w, "  CONNECTION", "WHAT", "THE USER HAS", "THE ACCOUNT HAS")
	for _, d := range p.a.NotFollowed {
		row(w, "  "+p.names.connection(d.ConnectionID), d.Attribute, d.User, d.Account)
	}
	fmt.Fprintln(w, "  An account follows where the organization has verified the domains of both emails, or where it is this connection's alone.")
}

func (p *accountPage) printMerges(w io.Writer) {
	if len(p.a.Merges) == 0 {
		return
	}
	p.heading(w, "Merges")
	row(w, "  WHEN", "WHAT", "UNDO UNTIL", "HOW")
	for _, m := range p.a.Merges {
		what, how := "took in "+p.names.account(m.AbsorbedID), "joinery merge undo "+m.ID
		if m.AbsorbedID == p.a.ID {
			what = "became part of " + p.names.account(m.SurvivorID)
		}
		if m.Undone != nil {
			what, how = what+", undone "+when(m.Undone), ""
		}
		row(w, "  "+when(&m.Created), what, m.UndoUntil, how)
	}
}
