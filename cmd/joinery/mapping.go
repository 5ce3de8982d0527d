package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"
	"github.com/google/uuid"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// MappingCmd holds the commands about what groups give.
type MappingCmd struct {
	List   MappingListCmd   `cmd:"" help:"List the mappings of a connection."`
	Add    MappingAddCmd    `cmd:"" help:"Give the members of a group a role."`
	Remove MappingRemoveCmd `cmd:"" help:"End a mapping, and with it the roles that it gives."`
}

// Help is printed below the flags.
func (c *MappingCmd) Help() string {
	return `A mapping gives the members of a group a role on a target. Whose groups count is the connection's policy group_authority: those that the identity provider pushes (scim), those that a sign-in claims (claims), or both (union).

A target is a string of your product's own, such as repo:acme/api; org:acme is the organization itself. Who has several roles on the organization has the highest; removing one takes no other away.`
}

// MappingListCmd lists mappings.
type MappingListCmd struct {
	Client
	connectionArg
}

// Run calls the admin API.
func (c *MappingListCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	list, err := c.api().Mappings(ctx, id)
	if err != nil {
		return err
	}
	return c.print(k, list, func(w io.Writer) {
		if len(list.Mappings) == 0 {
			fmt.Fprintf(w, "There are no mappings yet. Add one: joinery mapping add %s GROUP --role ROLE\n", quoted(c.Connection))
			return
		}
		printMappings(w, list.Mappings...)
	})
}

func printMappings(w io.Writer, list ...wire.Mapping) {
	row(w, "GROUP", "SEEN", "TARGET", "ROLE", "ID")
	for _, m := range list {
		seen := "not yet"
		if m.Seen {
			seen = "yes"
		}
		row(w, cmp.Or(m.GroupName, m.GroupID), seen, m.Target, m.Role, m.ID)
	}
}

// MappingAddCmd adds a mapping.
type MappingAddCmd struct {
	Client
	connectionArg
	Group  string `arg:"" help:"Name of the group, as the identity provider calls it, or its id. It need not have been pushed yet."`
	Role   string `required:"" help:"The role to give." placeholder:"ROLE"`
	Target string `help:"What it is a role on. Default: the organization, org:SLUG." placeholder:"TARGET"`
}

// Run calls the admin API.
func (c *MappingAddCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	mapping := wire.NewMapping{GroupName: c.Group, Target: c.Target, Role: c.Role}
	if uuid.Validate(c.Group) == nil {
		mapping.GroupID, mapping.GroupName = c.Group, ""
	}
	if mapping.Target == "" {
		if mapping.Target, err = c.ownTarget(ctx, id); err != nil {
			return err
		}
	}
	added, err := c.api().CreateMapping(ctx, id, mapping)
	if err != nil {
		return err
	}
	return c.print(k, added, func(w io.Writer) {
		printMappings(w, *added)
		if !added.Seen {
			fmt.Fprintln(w, "\nThe group was not seen yet. The mapping has effect as soon as it is pushed, or claimed by a sign-in.")
		}
	})
}

// ownTarget is the organization of a connection as a target.
func (c *MappingAddCmd) ownTarget(ctx context.Context, connectionID string) (string, error) {
	connection, err := c.api().Connection(ctx, connectionID)
	if err != nil {
		return "", err
	}
	o, err := c.api().Organization(ctx, connection.OrganizationID)
	if err != nil {
		return "", err
	}
	return "org:" + o.Slug, nil
}

// MappingRemoveCmd ends a mapping.
type MappingRemoveCmd struct {
	Client
	connectionArg
	Mapping string `arg:"" help:"Id of the mapping; joinery mapping list shows it."`
}

// Run calls the admin API.
func (c *MappingRemoveCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	if err := c.api().DeleteMapping(ctx, id, c.Mapping); err != nil {
		return err
	}
	return c.print(k, map[string]string{"removed": c.Mapping}, func(w io.Writer) { fmt.Fprintln(w, "removed", c.Mapping) })
}
