package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// TokenCmd holds the commands about tokens.
type TokenCmd struct {
	Create TokenCreateCmd `cmd:"" help:"Make a token and print it, once."`
	List   TokenListCmd   `cmd:"" help:"List the tokens of a connection."`
	Revoke TokenRevokeCmd `cmd:"" help:"End a token at once."`
}

// TokenCreateCmd makes a token.
type TokenCreateCmd struct {
	Client
	connectionArg
	Name    string `arg:"" help:"To tell tokens apart, such as where it is used."`
	Expires string `help:"When the token stops working: a date (2027-06-30), a time (2027-06-30T12:00:00Z), or days from now (90d). Default: never." placeholder:"WHEN"`
}

// Run calls the admin API.
func (c *TokenCreateCmd) Run(ctx context.Context, k *kong.Kong) error {
	expires, err := parseExpires(c.Expires, time.Now())
	if err != nil {
		return err
	}
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	made, err := c.api().CreateToken(ctx, id, wire.NewToken{Name: c.Name, Expires: expires})
	if err != nil {
		return err
	}
	return c.print(k, made, func(w io.Writer) {
		fmt.Fprintf(w, "id:\t%s\nname:\t%s\nexpires:\t%s\ntoken:\t%s\n", made.ID, made.Name, when(made.Expires), made.Secret)
		fmt.Fprintln(w, "\nEnter the token at the identity provider. It is not shown again.")
	})
}

// parseExpires reads the end of a token's life; "" is never.
func parseExpires(s string, now time.Time) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			t := now.AddDate(0, 0, n).UTC().Truncate(time.Second)
			return &t, nil
		}
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return &t, nil
		}
	}
	return nil, fmt.Errorf("--expires %q is no time: give a date (2027-06-30), a time (2027-06-30T12:00:00Z), or days from now (90d)", s)
}

// TokenListCmd lists tokens.
type TokenListCmd struct {
	Client
	connectionArg
}

// Run calls the admin API.
func (c *TokenListCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	list, err := c.api().Tokens(ctx, id)
	if err != nil {
		return err
	}
	return c.print(k, list, func(w io.Writer) {
		fmt.Fprintln(w, "NAME\tID\tCREATED\tBY\tEXPIRES\tLAST USED")
		for _, t := range list.Tokens {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.Name, t.ID, when(&t.Created), t.CreatedBy, when(t.Expires), when(t.LastUsed))
		}
	})
}

// TokenRevokeCmd ends a token.
type TokenRevokeCmd struct {
	Client
	connectionArg
	Token string `arg:"" help:"Id of the token; joinery token list shows it."`
}

// Run calls the admin API.
func (c *TokenRevokeCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	if err := c.api().RevokeToken(ctx, id, c.Token); err != nil {
		return err
	}
	return c.print(k, map[string]string{"revoked": c.Token}, func(w io.Writer) { fmt.Fprintln(w, "revoked", c.Token) })
}
