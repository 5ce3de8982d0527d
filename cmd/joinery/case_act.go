package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/match"
)

// caseStep is an action on a case as it is typed.
type caseStep struct {
	action string
	of     match.Reason // only for this reason; "" for any
	args   string       // behind the code; EMAIL-HOLDER and USERNAME-HOLDER stand for accounts
	does   string
}

// caseSteps lists what a page of a case proposes, in its order.
var caseSteps = []caseStep{
	{joinery.ActionConnect, match.ReasonEmailTaken, "", "joins the account in the way to the user. Only where you know that both are one person."},
	{joinery.ActionConnect, match.ReasonEmailTaken, "--consent owner", "asks the account's owner, by a one-time link for you to send."},
	{joinery.ActionConnect, match.ReasonAlreadyLinked, "", "moves the account from the earlier user to this one."},
	{joinery.ActionConnect, match.ReasonProtected, "", "joins the protected account to the user all the same."},
	{joinery.ActionRelease, "", "[--email NEW]", "takes the email from the account, or gives it another one; the user gets a new account."},
	{joinery.ActionRename, "", "USERNAME", "lets the user in, and calls the account so. The userName stays as the identity provider has it."},
	{joinery.ActionMerge, "", "EMAIL-HOLDER", "makes one account of the two; the one that holds the email stays."},
	{joinery.ActionMerge, "", "USERNAME-HOLDER", "the same; the one that holds the username stays."},
	{joinery.ActionRelink, "", "ACCOUNT", "gives the earlier user this account instead, so that the one in the way is free for the new user."},
	{joinery.ActionDismiss, "", "WHY", "closes the case and changes nothing else."},
}

func (s caseStep) command(c *wire.Case) string {
	holders := strings.NewReplacer("EMAIL-HOLDER", quoted(c.Subject.Email), "USERNAME-HOLDER", quoted(accountName(c.Holder)))
	return strings.TrimSpace(s.action + " " + c.Code + " " + holders.Replace(s.args))
}

// act takes an action on a case and prints the outcome.
func (c *Client) act(ctx context.Context, k *kong.Kong, code string, action wire.CaseAction) error {
	settled, err := c.api().ActOnCase(ctx, code, action)
	if err != nil {
		return err
	}
	return c.print(k, settled, func(w io.Writer) { printOutcome(w, settled) })
}

func printOutcome(w io.Writer, c *wire.Case) {
	if c.ConsentURL != "" {
		fmt.Fprintf(w, "Send this link to the owner of %s. Who opens it can connect the account, once; until then the case stays open.\n\n    %s\n", shown(accountName(c.Holder)), c.ConsentURL)
		return
	}
	fmt.Fprintf(w, "%s is %s.\n", c.Code, c.Status)
	if c.Status != string(joinery.CaseResolved) {
		return
	}
	if c.Request != nil && c.Request.Source == match.SignIn {
		fmt.Fprintf(w, "The next sign-in of %s is let in.\n", shown(caseWho(c)))
		return
	}
	fmt.Fprintf(w, "The user %s has the id %s; the identity provider finds it at its next look-up.\n", shown(caseWho(c)), c.Subject.UserID)
}

// CaseConnectCmd joins the account in the way to the user.
type CaseConnectCmd struct {
	Client
	caseArg
	Consent string `help:"owner: ask the account's owner first, by a one-time link. Default: your word counts." placeholder:"owner"`
}

// Run calls the admin API.
func (c *CaseConnectCmd) Run(ctx context.Context, k *kong.Kong) error {
	return c.act(ctx, k, c.Code, wire.CaseAction{Action: joinery.ActionConnect, Consent: c.Consent})
}

// CaseReleaseCmd frees the email.
type CaseReleaseCmd struct {
	Client
	caseArg
	Email string `help:"What the account gets instead. Default: none." placeholder:"EMAIL"`
}

// Run calls the admin API.
func (c *CaseReleaseCmd) Run(ctx context.Context, k *kong.Kong) error {
	return c.act(ctx, k, c.Code, wire.CaseAction{Action: joinery.ActionRelease, Email: c.Email})
}

// CaseRenameCmd gives the incoming account another username.
type CaseRenameCmd struct {
	Client
	caseArg
	Username string `arg:"" help:"What the account is called. The identity provider need not change anything."`
}

// Run calls the admin API.
func (c *CaseRenameCmd) Run(ctx context.Context, k *kong.Kong) error {
	return c.act(ctx, k, c.Code, wire.CaseAction{Action: joinery.ActionRename, Username: c.Username})
}

// CaseRelinkCmd gives the user in the way another account.
type CaseRelinkCmd struct {
	Client
	caseArg
	accountArg
}

// Run calls the admin API.
func (c *CaseRelinkCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.accountID(ctx, c.Account)
	if err != nil {
		return err
	}
	return c.act(ctx, k, c.Code, wire.CaseAction{Action: joinery.ActionRelink, AccountID: id})
}

// CaseDismissCmd closes a case.
type CaseDismissCmd struct {
	Client
	caseArg
	Why string `arg:"" help:"Why, for whoever looks at it later."`
}

// Run calls the admin API.
func (c *CaseDismissCmd) Run(ctx context.Context, k *kong.Kong) error {
	return c.act(ctx, k, c.Code, wire.CaseAction{Action: joinery.ActionDismiss, Reason: c.Why})
}
