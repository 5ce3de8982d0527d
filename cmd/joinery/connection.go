package main

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// ConnectionCmd holds the commands about connections.
type ConnectionCmd struct {
	Create ConnectionCreateCmd `cmd:"" help:"Make a connection and print what to enter at the identity provider."`
	List   ConnectionListCmd   `cmd:"" help:"List the connections of an organization."`
	Show   ConnectionShowCmd   `cmd:"" help:"Show a connection with its policy."`
	Update ConnectionUpdateCmd `cmd:"" help:"Change a connection."`
	Delete ConnectionDeleteCmd `cmd:"" help:"Delete a connection with its tokens, users and groups. This cannot be undone."`
}

// ConnectionCreateCmd makes a connection.
type ConnectionCreateCmd struct {
	Client
	Org    string      `arg:"" help:"Slug or id of the organization."`
	Name   string      `arg:"" help:"How people call the connection, such as \"Okta\"."`
	IdP    string      `name:"idp" help:"Which identity provider: ${idps}. Default: ${default}." default:"generic" placeholder:"IDP"`
	Policy policyFlags `help:"Policy key that shall differ from the recommended one; others may follow it." placeholder:"KEY=VALUE"`
	Token  string      `help:"Make a token of this name, too, and print it." placeholder:"NAME"`
}

// Help is printed below the flags.
func (c *ConnectionCreateCmd) Help() string { return profileHelp + "\n\n" + policyHelp }

// Run calls the admin API.
func (c *ConnectionCreateCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	made, err := c.api().CreateConnection(ctx, o.ID, wire.NewConnection{Name: c.Name, IdP: c.IdP, Policy: c.Policy.json()})
	if err != nil {
		return err
	}
	answer := struct {
		*wire.Connection
		Token *wire.Token `json:"token,omitempty"`
	}{Connection: made}
	if c.Token != "" {
		if answer.Token, err = c.api().CreateToken(ctx, made.ID, wire.NewToken{Name: c.Token}); err != nil {
			return fmt.Errorf("the connection %s was made, but no token: %w", made.ID, err)
		}
	}
	return c.print(k, answer, func(w io.Writer) {
		printConnection(w, made)
		if answer.Token != nil {
			fmt.Fprintf(w, "token:\t%s\n\nEnter the SCIM base URL and the token at the identity provider. The token is not shown again.\n", answer.Token.Secret)
			return
		}
		fmt.Fprintf(w, "\nNext, make a token: joinery token create %s NAME\n", made.ID)
	})
}

func printConnection(w io.Writer, c *wire.Connection) {
	fmt.Fprintf(w, "id:\t%s\nname:\t%s\nidp:\t%s\n", c.ID, c.Name, c.IdP)
	if c.Strict {
		fmt.Fprintf(w, "strict:\t%t\n", c.Strict)
	}
	if c.Observe {
		fmt.Fprintf(w, "observes:\t%t, pushes touch no account yet\n", c.Observe)
	}
	if c.Guard.State != "" && c.Guard.State != "quiet" {
		fmt.Fprintf(w, "guard:\t%s\n", guardText(c.Guard.State))
	}
	fmt.Fprintf(w, "SCIM base URL:\t%s\n", c.SCIMBaseURL)
}

func printConnections(w io.Writer, org string, list *wire.Connections) {
	if len(list.Connections) == 0 {
		fmt.Fprintf(w, "There are no connections yet. Make one: joinery connection create %s NAME --idp IDP --token NAME\n", org)
		return
	}
	fmt.Fprintln(w, "NAME\tIDP\tID\tSCIM BASE URL")
	for _, c := range list.Connections {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.Name, c.IdP, c.ID, c.SCIMBaseURL)
	}
}

// ConnectionListCmd lists connections.
type ConnectionListCmd struct {
	Client
	Org string `arg:"" help:"Slug or id of the organization."`
}

// Run calls the admin API.
func (c *ConnectionListCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	list, err := c.api().Connections(ctx, o.ID)
	if err != nil {
		return err
	}
	return c.print(k, list, func(w io.Writer) { printConnections(w, o.Slug, list) })
}

// connectionArg names the connection that a command is about.
type connectionArg struct {
	Connection string `arg:"" help:"Id of the connection, or ORG/NAME."`
}

// ConnectionShowCmd shows one connection.
type ConnectionShowCmd struct {
	Client
	connectionArg
}

// Run calls the admin API.
func (c *ConnectionShowCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	found, err := c.api().Connection(ctx, id)
	if err != nil {
		return err
	}
	return c.print(k, found, func(w io.Writer) {
		printConnection(w, found)
		printPolicy(w, found)
	})
}

// ConnectionUpdateCmd changes a connection.
type ConnectionUpdateCmd struct {
	Client
	connectionArg
	Name    *string     `help:"New name." placeholder:"NAME"`
	IdP     *string     `name:"idp" help:"Which identity provider: ${idps}." placeholder:"IDP"`
	Strict  *bool       `help:"Refuse requests that are not proper SCIM, rather than repair what this identity provider is known for." negatable:""`
	Observe *bool       `help:"Touch no account yet: see first what would happen, with joinery observe. --no-observe lets it happen." negatable:""`
	Policy  policyFlags `help:"Policy key to change; others may follow it. A preset comes first, whatever the order." placeholder:"KEY=VALUE"`
}

// Help is printed below the flags.
func (c *ConnectionUpdateCmd) Help() string { return profileHelp + "\n\n" + policyHelp }

// Run calls the admin API.
func (c *ConnectionUpdateCmd) Run(ctx context.Context, k *kong.Kong) error {
	if c.Name == nil && c.IdP == nil && c.Strict == nil && c.Observe == nil && len(c.Policy) == 0 {
		return fmt.Errorf("nothing to change: give --name, --idp, --strict, --no-strict, --observe, --no-observe or --policy KEY=VALUE")
	}
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	changed, err := c.api().UpdateConnection(ctx, id, wire.ConnectionChange{
		Name: c.Name, IdP: c.IdP, Strict: c.Strict, Observe: c.Observe, Policy: c.Policy.json(),
	})
	if err != nil {
		return err
	}
	return c.print(k, changed, func(w io.Writer) {
		printConnection(w, changed)
		printPolicy(w, changed)
		for i := range changed.Warnings {
			printFinding(w, &changed.Warnings[i])
		}
	})
}

// ConnectionDeleteCmd deletes a connection.
type ConnectionDeleteCmd struct {
	Client
	connectionArg
}

// Run calls the admin API.
func (c *ConnectionDeleteCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	if err := c.api().DeleteConnection(ctx, id); err != nil {
		return err
	}
	return c.print(k, map[string]string{"deleted": id}, func(w io.Writer) { fmt.Fprintln(w, "deleted", id) })
}
