package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// names calls organizations, connections and accounts by what people call them.
// It lives as long as one command, whose context it keeps, and asks for each once.
type names struct {
	ctx   context.Context
	api   *adminclient.Client
	known map[string]string // by id
}

func (c *Client) names(ctx context.Context) *names { return &names{ctx, c.api(), map[string]string{}} }

// organization returns the slug, or the id where it cannot be told.
func (n *names) organization(id string) string {
	return n.name(id, func() (string, error) {
		o, err := n.api.Organization(n.ctx, id)
		if err != nil {
			return "", err
		}
		return o.Slug, nil
	})
}

// connection returns ORG/NAME, or the id where that cannot be told.
func (n *names) connection(id string) string {
	return n.name(id, func() (string, error) {
		c, err := n.api.Connection(n.ctx, id)
		if err != nil {
			return "", err
		}
		return n.organization(c.OrganizationID) + "/" + c.Name, nil
	})
}

// account returns the email, the username or the id.
func (n *names) account(id string) string {
	return n.name(id, func() (string, error) {
		a, err := n.api.Account(n.ctx, id)
		if err != nil {
			return "", err
		}
		return accountName(&a.AccountRef), nil
	})
}

// code returns the code of a case.
func (n *names) code(id string) string {
	return n.name(id, func() (string, error) {
		c, err := n.api.Case(n.ctx, id)
		if err != nil {
			return "", err
		}
		return c.Code, nil
	})
}

func (n *names) name(id string, ask func() (string, error)) string {
	name, known := n.known[id]
	if !known && id != "" {
		name, _ = ask()
		name = cmp.Or(name, id)
		n.known[id] = name
	}
	return name
}

// accountName is what an account is called, and can be given as: its email, its
// username or, of one that was merged into another, its id.
func accountName(a *wire.AccountRef) string {
	if a == nil {
		return ""
	}
	return cmp.Or(a.Email, a.Username, a.ID)
}

// accountArg names the account that a command is about.
type accountArg struct {
	Account string `arg:"" help:"Email, username or id of the account."`
}

// account finds an account by its id, email or username.
func (c *Client) account(ctx context.Context, name string) (*wire.Account, error) {
	if uuid.Validate(name) == nil {
		return c.api().Account(ctx, name)
	}
	var queries []adminclient.AccountQuery // one without a value would find anybody
	if strings.Contains(name, "@") {
		queries = append(queries, adminclient.AccountQuery{Email: name})
	}
	if name != "" {
		queries = append(queries, adminclient.AccountQuery{Username: name})
	}
	for _, query := range queries {
		page, err := c.api().Accounts(ctx, query, adminclient.Page{Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(page.Accounts) > 0 {
			return &page.Accounts[0], nil
		}
	}
	return nil, fmt.Errorf("there is no account with the id, email or username %q. See: joinery account list", name)
}

// accountID finds the id of an account by its id, email or username.
func (c *Client) accountID(ctx context.Context, name string) (string, error) {
	a, err := c.account(ctx, name)
	if err != nil {
		return "", err
	}
	return a.ID, nil
}
