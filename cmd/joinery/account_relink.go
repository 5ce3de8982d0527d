package main

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// AccountRelinkCmd gives a User another account.
type AccountRelinkCmd struct {
	Client
	Connection string `arg:"" help:"Connection that the user was pushed through: its id, or ORG/NAME."`
	User       string `arg:"" help:"Id of the user; joinery account show tells it."`
	Account    string `arg:"" help:"Account that the user is to have: email, username or id."`
}

// Help is printed below the flags.
func (c *AccountRelinkCmd) Help() string {
	return `For a user that is joined to the wrong account. The identity provider notices nothing, and nobody is deprovisioned: the membership that the connection made goes from the former account to this one.`
}

// Run calls the admin API.
func (c *AccountRelinkCmd) Run(ctx context.Context, k *kong.Kong) error {
	connection, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	account, err := c.accountID(ctx, c.Account)
	if err != nil {
		return err
	}
	a, err := c.api().RelinkUser(ctx, connection, c.User, wire.Relink{AccountID: account})
	if err != nil {
		return err
	}
	return c.print(k, a, func(w io.Writer) {
		fmt.Fprintf(w, "The user %s has the account %s now.\n", c.User, accountName(&a.AccountRef))
	})
}
