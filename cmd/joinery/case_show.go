package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/match"
)

// CaseShowCmd shows one case.
type CaseShowCmd struct {
	Client
	caseArg
	Customer bool `help:"Show what the customer's own people may see of it."`
}

// Run calls the admin API.
func (c *CaseShowCmd) Run(ctx context.Context, k *kong.Kong) error {
	if c.Customer {
		seen, err := c.api().CustomerCase(ctx, c.Code)
		if err != nil {
			return err
		}
		return c.print(k, seen, func(w io.Writer) { printCustomerCase(w, seen) })
	}
	found, err := c.api().Case(ctx, c.Code)
	if err != nil {
		return err
	}
	page := casePage{k: k, c: found, names: c.names(ctx)}
	if holder, err := c.account(ctx, found.Subject.Email); err == nil {
		page.emailHolder = &holder.AccountRef
	}
	return c.print(k, found, page.print)
}

// casePage writes a case for people, part by part.
type casePage struct {
	k           *kong.Kong
	c           *wire.Case
	emailHolder *wire.AccountRef // by now; nil for nobody
	names       *names
}

func (p *casePage) print(w io.Writer) {
	fmt.Fprintf(w, "%s\n", bold(p.k.Stdout, fmt.Sprintf("%s  %s", p.c.Code, p.c.Title)))
	p.printStory(w)
	p.printSides(w)
	p.heading(w, "How it was decided")
	printTrace(w, p.c.Trace)
	p.printSteps(w)
	p.printHistory(w)
}

func (p *casePage) heading(w io.Writer, title string) {
	fmt.Fprintf(w, "\n%s\n", bold(p.k.Stdout, title))
}

// printStory says what happened.
func (p *casePage) printStory(w io.Writer) {
	c := p.c
	fact(w, "status", p.status())
	fact(w, "connection", p.names.connection(c.ConnectionID))
	fact(w, "refused", p.attempt())
	fact(w, "tries", tries(c.Attempts, c.LastSeen))
	if c.Attribute != "" {
		fact(w, "because of", c.Attribute+" "+c.Value)
	}
	if c.Rule != c.Reason {
		fact(w, "reason", c.Reason+", by the rule "+c.Rule)
		return
	}
	fact(w, "reason", c.Reason)
}

func tries(n int, last time.Time) string {
	if n == 1 {
		return "1, on " + when(&last)
	}
	return fmt.Sprintf("%s, the last on %s", number(n), when(&last))
}

func (p *casePage) status() string {
	c := p.c
	switch {
	case c.Status == string(joinery.CaseOpen):
		return c.Status
	case c.Status == string(joinery.CaseDismissed):
		return c.Status + " on " + when(c.Closed)
	case c.Confirmed != nil:
		return fmt.Sprintf("%s by %s on %s; the identity provider was served on %s", c.Status, c.Resolution, when(c.Closed), when(c.Confirmed))
	}
	return fmt.Sprintf("%s by %s on %s; the identity provider was not here since", c.Status, c.Resolution, when(c.Closed))
}

// attempt says what the identity provider wanted.
func (p *casePage) attempt() string {
	source := match.Source("")
	if p.c.Request != nil {
		source = p.c.Request.Source
	}
	what := map[match.Source]string{
		match.Create: "to create the user", match.Change: "to change the user", match.SignIn: "the sign-in of",
		"suspend": "to deactivate the user", "delete": "to delete the user", "group": "to take a group from the user",
	}[source]
	return cmp.Or(what, "the user") + " " + caseWho(p.c)
}

// printSteps lists what can be done, each with the command to type.
func (p *casePage) printSteps(w io.Writer) {
	if len(p.c.Actions) == 0 {
		return
	}
	p.heading(w, "What can be done")
	for _, step := range caseSteps {
		if slices.Contains(p.c.Actions, step.action) && (step.of == "" || step.of == match.Reason(p.c.Reason)) {
			fmt.Fprintf(w, "  joinery case %s\n", step.command(p.c))
			paragraph(w, "      ", step.does)
		}
	}
	reasons := joinery.CaseReasons()
	if i := slices.IndexFunc(reasons, func(r joinery.CaseReason) bool { return string(r.Reason) == p.c.Reason }); i >= 0 {
		p.heading(w, "What the customer is told")
		paragraph(w, "  ", reasons[i].Customer)
	}
}

func (p *casePage) printHistory(w io.Writer) {
	p.heading(w, "History")
	for _, h := range p.c.History {
		row(w, "  "+when(&h.Time), h.What, actorName(h.Actor), h.Detail)
	}
	if p.c.Request != nil && p.c.Request.Source != match.SignIn {
		fmt.Fprintf(w, "\nThe requests: joinery requests %s --case %s\n", quoted(p.names.connection(p.c.ConnectionID)), p.c.Code)
	}
}

// actorName is who did something.
func actorName(a joinery.Actor) string {
	kind := map[string]string{
		joinery.ActorAdmin: "admin", joinery.ActorToken: "identity provider", joinery.ActorSignIn: "sign-in",
		joinery.ActorOwner: "owner of the account", joinery.ActorSystem: "server",
	}[a.Type]
	kind = cmp.Or(kind, a.Type)
	if a.Name != "" && a.Name != kind {
		return kind + " (" + a.Name + ")"
	}
	return kind
}

// printTrace lists the rules that were tried, with a mark at the one that
// decided.
func printTrace(w io.Writer, trace []match.Step) {
	for _, step := range trace {
		mark := " "
		if step.Decided {
			mark = "✓"
		}
		row(w, "  "+mark+" "+step.Rule, step.Finding)
	}
}

func printCustomerCase(w io.Writer, c *wire.CustomerCase) {
	fmt.Fprintf(w, "%s  %s\n", c.Code, c.Title)
	fact(w, "status", c.Status)
	fact(w, "refused", cmp.Or(c.Subject.UserName, c.Subject.Subject, c.Subject.Email))
	fact(w, "tries", tries(c.Attempts, c.LastSeen))
	fact(w, "because of", strings.TrimSpace(c.Attribute+" "+c.Value))
	if c.Holder != nil {
		fact(w, "in the way", accountName(c.Holder))
	}
	fmt.Fprintln(w)
	paragraph(w, "", c.WhatToDo)
}
