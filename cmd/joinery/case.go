package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// CaseCmd holds the commands about cases.
type CaseCmd struct {
	List    CaseListCmd    `cmd:"" help:"List what was refused and waits to be settled."`
	Show    CaseShowCmd    `cmd:"" help:"Show a case: what happened, why, and what can be done."`
	Connect CaseConnectCmd `cmd:"" help:"Join the account in the way to the refused user."`
	Release CaseReleaseCmd `cmd:"" help:"Take the email from the account in the way."`
	Rename  CaseRenameCmd  `cmd:"" help:"Give the refused user's account another username."`
	Merge   CaseMergeCmd   `cmd:"" help:"Make one account of the two that hold the email and the username."`
	Relink  CaseRelinkCmd  `cmd:"" help:"Give the user in the way another account, in place."`
	Dismiss CaseDismissCmd `cmd:"" help:"Close a case and leave the refusal as it is."`
}

// Help is printed below the flags.
func (c *CaseCmd) Help() string {
	return `Each push or sign-in that is refused, and that a person can settle, opens a case with a code such as C-7F3K2. The identity provider's own log shows the code. Attempts by the same person for the same reason count to one case.

Begin with: joinery case list, then joinery case show CODE. It tells which of the actions can be taken. After an action Joinery runs the refused request again by itself, so that the identity provider finds the user at its next look-up. Where the fix is made at the identity provider, its next success closes the case.`
}

// caseArg names the case that a command is about.
type caseArg struct {
	Code string `arg:"" help:"Code of the case, such as C-7F3K2, or its id."`
}

// CaseListCmd lists cases.
type CaseListCmd struct {
	Client
	Org        string `help:"Only those of this organization: its slug or id." placeholder:"ORG"`
	Connection string `help:"Only those of this connection: its id, or ORG/NAME." placeholder:"CONNECTION"`
	Status     string `help:"open, resolved, dismissed or all. Default: ${default}." default:"open" enum:"open,resolved,dismissed,all" placeholder:"STATUS"`
	Reason     string `help:"Only those of this reason, such as email_taken." placeholder:"REASON"`
	listFlags
}

// Run calls the admin API.
func (c *CaseListCmd) Run(ctx context.Context, k *kong.Kong) error {
	query, err := c.query(ctx)
	if err != nil {
		return err
	}
	list, next, err := collect(c.listFlags, func(p adminclient.Page) ([]wire.Case, string, error) {
		page, err := c.api().Cases(ctx, query, p)
		if err != nil {
			return nil, "", err
		}
		return page.Cases, page.NextCursor, nil
	})
	if err != nil {
		return err
	}
	err = c.print(k, wire.Cases{Cases: list, NextCursor: next}, func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, c.none())
			return
		}
		printCases(w, c.names(ctx), list)
		fmt.Fprintln(w, "\nSee one, with what can be done: joinery case show CODE")
	})
	more(k, next)
	return err
}

func (c *CaseListCmd) query(ctx context.Context) (query adminclient.CaseQuery, err error) {
	query = adminclient.CaseQuery{Status: c.Status, Reason: c.Reason}
	if c.Status == "all" {
		query.Status = ""
	}
	if c.Org != "" {
		o, err := c.organization(ctx, c.Org)
		if err != nil {
			return query, err
		}
		query.OrganizationID = o.ID
	}
	if c.Connection != "" {
		query.ConnectionID, err = c.connectionID(ctx, c.Connection)
	}
	return query, err
}

func (c *CaseListCmd) none() string {
	switch c.Status {
	case "all":
		return "There are no cases: nothing was refused that a person could settle."
	case "open":
		return "There are no open cases: nothing waits to be settled. See also: --status resolved"
	}
	return "There are no cases that are " + c.Status + "."
}

func printCases(w io.Writer, names *names, list []wire.Case) {
	row(w, "CODE", "STATUS", "REASON", "VALUE", "WHO", "CONNECTION", "TRIES", "LAST SEEN")
	for _, c := range list {
		row(w, c.Code, c.Status, c.Reason, c.Value, caseWho(&c), names.connection(c.ConnectionID), c.Attempts, c.LastSeen)
	}
}

// caseWho is what the identity provider calls who was refused.
func caseWho(c *wire.Case) string {
	return cmp.Or(c.Subject.UserName, c.Subject.Subject, c.Subject.Email, c.Subject.DisplayName)
}
