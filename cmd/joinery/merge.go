package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// MergeCmd holds the commands about merges.
type MergeCmd struct {
	Accounts MergeAccountsCmd `cmd:"" default:"withargs" help:"Make two accounts one: joinery merge SURVIVOR ABSORBED."`
	Undo     MergeUndoCmd     `cmd:"" help:"Take a merge back."`
}

// confirmFlags ask before something is done that is hard to take back.
type confirmFlags struct {
	Yes bool `short:"y" help:"Do not ask."`
}

// errNotConfirmed says that nothing was done for want of a yes.
var errNotConfirmed = errors.New("nothing was merged. Where nobody can be asked, give --yes")

// confirm asks on a terminal; elsewhere it needs --yes.
func (f confirmFlags) confirm(k *kong.Kong, question string) error {
	if f.Yes {
		return nil
	}
	if !isTerminal(os.Stdin) {
		return errNotConfirmed
	}
	fmt.Fprintf(k.Stderr, "\n%s [y/N] ", question)
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		fmt.Fprintln(k.Stderr)
		return errNotConfirmed
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errors.New("nothing was merged")
	}
	return nil
}

// MergeAccountsCmd merges two accounts.
type MergeAccountsCmd struct {
	Client
	Survivor string `arg:"" help:"Email, username or id of the account that stays."`
	Absorbed string `arg:"" help:"The same of the account that becomes part of it."`
	confirmFlags
}

// Help is printed below the flags.
func (c *MergeAccountsCmd) Help() string {
	return `Shows first what would move, then asks. Where there is no terminal, nothing is merged without --yes.

The survivor gets the emails, usernames, memberships and sign-ins of the other account. What your product keeps for the absorbed account is for your product to move: it is told by the event account.merged. A merge can be undone for 30 days.`
}

// Run calls the admin API.
func (c *MergeAccountsCmd) Run(ctx context.Context, k *kong.Kong) error {
	merge, err := c.merge(ctx, c.Survivor, c.Absorbed)
	if err != nil {
		return err
	}
	plan, err := c.preview(ctx, k, merge)
	if err != nil {
		return err
	}
	if err := c.confirm(k, "Merge?"); err != nil {
		return err
	}
	merged, err := c.api().MergeAccounts(ctx, merge)
	if err != nil {
		return err
	}
	return c.print(k, merged, func(w io.Writer) {
		fmt.Fprintf(w, "\n%s is part of %s now.\n", shown(accountName(&plan.Absorbed)), shown(accountName(&plan.Survivor)))
		fmt.Fprintf(w, "Until %s it can be taken back: joinery merge undo %s\n", when(merged.UndoUntil), merged.ID)
	})
}

// merge finds the two accounts.
func (c *Client) merge(ctx context.Context, survivor, absorbed string) (wire.NewMerge, error) {
	survivorID, err := c.accountID(ctx, survivor)
	if err != nil {
		return wire.NewMerge{}, err
	}
	absorbedID, err := c.accountID(ctx, absorbed)
	return wire.NewMerge{Survivor: survivorID, Absorbed: absorbedID}, err
}

// preview shows to people what a merge would move. It fails where it cannot be
// done.
func (c *Client) preview(ctx context.Context, k *kong.Kong, merge wire.NewMerge) (*wire.MergePlan, error) {
	plan, err := c.api().PreviewMerge(ctx, merge)
	switch {
	case err != nil:
		return nil, err
	case plan.Refused != nil:
		return nil, errors.New(plan.Refused.Message)
	case c.JSON:
		return plan, nil
	}
	return plan, c.print(k, plan, mergePage{c.names(ctx), plan}.print)
}

// mergePage writes for people what a merge would move.
type mergePage struct {
	names *names
	plan  *wire.MergePlan
}

func (p mergePage) print(w io.Writer) {
	row(w, " ", "EMAIL", "USERNAME", "NAME", "ID")
	for _, side := range []struct {
		title   string
		account wire.AccountRef
	}{{"stays:", p.plan.Survivor}, {"becomes part of it:", p.plan.Absorbed}} {
		a := side.account
		row(w, side.title, a.Email, a.Username, a.DisplayName, a.ID)
	}
	fmt.Fprintln(w, "\nWhat moves:")
	if len(p.plan.Handles)+len(p.plan.Memberships)+len(p.plan.Links)+len(p.plan.DroppedUsers) == 0 {
		fmt.Fprintln(w, "  nothing")
	}
	for _, h := range p.plan.Handles {
		row(w, "  "+h.Kind, h.Value)
	}
	for _, m := range p.plan.Memberships {
		row(w, "  membership", fmt.Sprintf("%s, %s, %s", p.names.organization(m.OrganizationID), m.State, cmp.Or(m.Role, "no role by hand")))
	}
	for _, l := range p.plan.Links {
		row(w, "  user", fmt.Sprintf("%s of %s", l.UserID, p.names.connection(l.ConnectionID)))
	}
	for _, l := range p.plan.DroppedUsers {
		row(w, "  goes", fmt.Sprintf("the user %s of %s, which only sign-ins made; its sign-ins go to the pushed one", l.UserID, p.names.connection(l.ConnectionID)))
	}
}

// MergeUndoCmd takes a merge back.
type MergeUndoCmd struct {
	Client
	ID string `arg:"" help:"Id of the merge; joinery account show tells it."`
}

// Run calls the admin API.
func (c *MergeUndoCmd) Run(ctx context.Context, k *kong.Kong) error {
	undone, err := c.api().UndoMerge(ctx, c.ID)
	if err != nil {
		return err
	}
	return c.print(k, undone, func(w io.Writer) {
		names := c.names(ctx)
		fmt.Fprintf(w, "%s and %s are two accounts again.\n", shown(names.account(undone.SurvivorID)), shown(names.account(undone.AbsorbedID)))
	})
}

// CaseMergeCmd merges the two accounts that a case is about.
type CaseMergeCmd struct {
	Client
	caseArg
	Survivor string `arg:"" help:"Email, username or id of the account that stays: the one that holds the email, or the one that holds the username."`
	confirmFlags
}

// Help is printed below the flags.
func (c *CaseMergeCmd) Help() string {
	return `Shows first what would move, then asks. Where there is no terminal, nothing is merged without --yes. It can be undone for 30 days, with joinery merge undo.`
}

// Run calls the admin API.
func (c *CaseMergeCmd) Run(ctx context.Context, k *kong.Kong) error {
	found, err := c.api().Case(ctx, c.Code)
	if err != nil {
		return err
	}
	survivor, err := c.account(ctx, c.Survivor)
	if err != nil {
		return err
	}
	other := found.Subject.Email // of a split identity, the holder has the username
	if found.Holder != nil && found.Holder.ID != survivor.ID {
		other = found.Holder.ID
	}
	merge, err := c.merge(ctx, survivor.ID, other)
	if err != nil {
		return err
	}
	if _, err := c.preview(ctx, k, merge); err != nil {
		return err
	}
	if err := c.confirm(k, "Merge, and let the refused user in?"); err != nil {
		return err
	}
	return c.act(ctx, k, c.Code, wire.CaseAction{Action: joinery.ActionMerge, Survivor: survivor.ID})
}
