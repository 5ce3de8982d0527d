package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// AccountCmd holds the commands about accounts.
type AccountCmd struct {
	Create AccountCreateCmd `cmd:"" help:"Make an account."`
	List   AccountListCmd   `cmd:"" help:"List accounts, or find one by its email or username."`
	Show   AccountShowCmd   `cmd:"" help:"Show an account with all that belongs to it."`
	Update AccountUpdateCmd `cmd:"" help:"Change an account's email, username, name or protection."`
	Relink AccountRelinkCmd `cmd:"" help:"Give a user that was pushed another account, in place."`
}

// Help is printed below the flags.
func (c *AccountCmd) Help() string {
	return `An account is a user of your product. It may be there before any identity provider pushes the person, and belong to several organizations. Its email and username are handles: one account alone has them in the whole deployment, whatever the case of letters.

Where an account is asked for, give its email, its username or its id.`
}

// AccountCreateCmd makes an account.
type AccountCreateCmd struct {
	Client
	Email     string `help:"Email. An account needs an email, a username, or both." placeholder:"EMAIL"`
	Username  string `help:"Username. Default: made of what stands before the @ of the email." placeholder:"NAME"`
	Name      string `help:"How people call the person." placeholder:"NAME"`
	Protected bool   `help:"No push and no sign-in shall take the account over or suspend it: for who must get in when all else fails."`
}

// Run calls the admin API.
func (c *AccountCreateCmd) Run(ctx context.Context, k *kong.Kong) error {
	made, err := c.api().CreateAccount(ctx, wire.NewAccount{
		Email: c.Email, Username: c.Username, DisplayName: c.Name, Protected: c.Protected,
	})
	if err != nil {
		return err
	}
	return c.print(k, made, func(w io.Writer) {
		printAccount(w, made)
		fmt.Fprintf(w, "\nNext, make it a member: joinery member add ORG %s\n", quoted(accountName(&made.AccountRef)))
	})
}

// printAccount writes what an account is, without what belongs to it.
func printAccount(w io.Writer, a *wire.Account) {
	fact(w, "id", a.ID)
	fact(w, "email", a.Email)
	fact(w, "username", a.Username)
	fact(w, "name", a.DisplayName)
	fact(w, "state", accountState(a))
}

func accountState(a *wire.Account) string {
	if a.Protected {
		return a.State + ", protected"
	}
	return a.State
}

// AccountListCmd lists accounts.
type AccountListCmd struct {
	Client
	Email    string `help:"Only the account that has this email, or had it and has it reserved." placeholder:"EMAIL"`
	Username string `help:"Only the account that has this username, or had it and has it reserved." placeholder:"NAME"`
	listFlags
}

// Run calls the admin API.
func (c *AccountListCmd) Run(ctx context.Context, k *kong.Kong) error {
	query := adminclient.AccountQuery{Email: c.Email, Username: c.Username}
	list, next, err := collect(c.listFlags, func(p adminclient.Page) ([]wire.Account, string, error) {
		page, err := c.api().Accounts(ctx, query, p)
		if err != nil {
			return nil, "", err
		}
		return page.Accounts, page.NextCursor, nil
	})
	if err != nil {
		return err
	}
	err = c.print(k, wire.Accounts{Accounts: list, NextCursor: next}, func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, c.none())
			return
		}
		printAccounts(w, c.names(ctx), list)
	})
	more(k, next)
	return err
}

func (c *AccountListCmd) none() string {
	if c.Email != "" || c.Username != "" {
		return "There is no such account."
	}
	return "There are no accounts yet. Make one: joinery account create --email EMAIL, or many: joinery import FILE"
}

func printAccounts(w io.Writer, names *names, list []wire.Account) {
	row(w, "EMAIL", "USERNAME", "NAME", "STATE", "MEMBER OF", "LAST SIGN-IN", "ID")
	for i := range list {
		a := &list[i]
		var organizations []string
		for _, m := range a.Memberships {
			organizations = append(organizations, names.organization(m.OrganizationID))
		}
		row(w, a.Email, a.Username, a.DisplayName, accountState(a), strings.Join(organizations, ", "), a.LastSignIn, a.ID)
	}
}

// AccountUpdateCmd changes an account.
type AccountUpdateCmd struct {
	Client
	accountArg
	Email     *string `help:"New email; --email= takes it away." placeholder:"EMAIL"`
	Username  *string `help:"New username." placeholder:"NAME"`
	Name      *string `help:"How people call the person." placeholder:"NAME"`
	Protected *bool   `help:"No push and no sign-in shall take the account over or suspend it." negatable:""`
}

// Help is printed below the flags.
func (c *AccountUpdateCmd) Help() string {
	return `An email or username that is given up stays reserved for the account for 30 days, so that nobody else gets its mail or its mentions. To free an email for somebody else at once, settle the case with: joinery case release CODE.`
}

// Run calls the admin API.
func (c *AccountUpdateCmd) Run(ctx context.Context, k *kong.Kong) error {
	change := wire.AccountChange{Email: c.Email, Username: c.Username, DisplayName: c.Name, Protected: c.Protected}
	if change == (wire.AccountChange{}) {
		return fmt.Errorf("nothing to change: give --email, --username, --name, --protected or --no-protected")
	}
	id, err := c.accountID(ctx, c.Account)
	if err != nil {
		return err
	}
	changed, err := c.api().UpdateAccount(ctx, id, change)
	if err != nil {
		return err
	}
	return c.print(k, changed, func(w io.Writer) { printAccount(w, changed) })
}
