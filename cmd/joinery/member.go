package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// MemberCmd holds the commands about an organization's members.
type MemberCmd struct {
	List   MemberListCmd   `cmd:"" help:"List the members of an organization, with roles and where they come from."`
	Add    MemberAddCmd    `cmd:"" help:"Make an account a member by hand."`
	Update MemberUpdateCmd `cmd:"" help:"Change the role given by hand, suspend a member, or bring one back."`
	Remove MemberRemoveCmd `cmd:"" help:"End a membership. The account stays: it is the person's."`
}

// orgArg names the organization that a command is about.
type orgArg struct {
	Org string `arg:"" help:"Slug or id of the organization."`
}

// MemberListCmd lists members.
type MemberListCmd struct {
	Client
	orgArg
	listFlags
}

// Run calls the admin API.
func (c *MemberListCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	list, next, err := collect(c.listFlags, func(p adminclient.Page) ([]wire.Member, string, error) {
		page, err := c.api().Members(ctx, o.ID, p)
		if err != nil {
			return nil, "", err
		}
		return page.Members, page.NextCursor, nil
	})
	if err != nil {
		return err
	}
	err = c.print(k, wire.Members{Members: list, NextCursor: next}, func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintf(w, "%s has no members yet. Add one: joinery member add %s ACCOUNT\n", o.Slug, o.Slug)
			return
		}
		printMembers(w, c.names(ctx), o.Slug, list...)
	})
	more(k, next)
	return err
}

func printMembers(w io.Writer, names *names, slug string, list ...wire.Member) {
	row(w, "EMAIL", "USERNAME", "STATE", "ROLE", "ACCOUNT ID", "ROLES AND WHERE THEY COME FROM")
	for _, m := range list {
		a := cmp.Or(m.Account, &wire.AccountRef{})
		row(w, a.Email, a.Username, m.State, m.EffectiveRole, m.AccountID, names.roles(slug, m.Roles))
	}
}

// roles lists roles with their sources. Those on the organization itself come
// without their target.
func (n *names) roles(slug string, grants []wire.RoleGrant) string {
	var texts []string
	for _, g := range grants {
		text := g.Role
		if g.Target != "org:"+slug {
			text += " on " + g.Target
		}
		texts = append(texts, text+" "+n.source(g))
	}
	return strings.Join(texts, "; ")
}

// source says where a role comes from.
func (n *names) source(g wire.RoleGrant) string {
	switch g.Source {
	case "direct":
		return "by hand"
	case "group":
		return fmt.Sprintf("by the group %s of %s", g.Group, n.connection(g.ConnectionID))
	case "sign_in":
		return fmt.Sprintf("by sign-in with the group %s to %s", g.Group, n.connection(g.ConnectionID))
	}
	return "by default"
}

// MemberAddCmd adds a member.
type MemberAddCmd struct {
	Client
	orgArg
	accountArg
	Role string `help:"Role to give by hand, beside what groups and sign-ins give." placeholder:"ROLE"`
}

// Run calls the admin API.
func (c *MemberAddCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	id, err := c.accountID(ctx, c.Account)
	if err != nil {
		return err
	}
	added, err := c.api().AddMember(ctx, o.ID, wire.NewMember{AccountID: id, Role: c.Role})
	if err != nil {
		return err
	}
	return c.print(k, added, func(w io.Writer) { printMembers(w, c.names(ctx), o.Slug, *added) })
}

// MemberUpdateCmd changes a membership.
type MemberUpdateCmd struct {
	Client
	orgArg
	accountArg
	Role  *string `help:"Role given by hand; --role= takes it away." placeholder:"ROLE"`
	State *string `help:"active or suspended. Who is suspended keeps groups and roles, without effect." placeholder:"STATE"`
}

// Run calls the admin API.
func (c *MemberUpdateCmd) Run(ctx context.Context, k *kong.Kong) error {
	if c.Role == nil && c.State == nil {
		return fmt.Errorf("nothing to change: give --role or --state")
	}
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	id, err := c.accountID(ctx, c.Account)
	if err != nil {
		return err
	}
	changed, err := c.api().UpdateMember(ctx, o.ID, id, wire.MemberChange{Role: c.Role, State: c.State})
	if err != nil {
		return err
	}
	return c.print(k, changed, func(w io.Writer) { printMembers(w, c.names(ctx), o.Slug, *changed) })
}

// MemberRemoveCmd ends a membership.
type MemberRemoveCmd struct {
	Client
	orgArg
	accountArg
}

// Run calls the admin API.
func (c *MemberRemoveCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	a, err := c.account(ctx, c.Account)
	if err != nil {
		return err
	}
	if err := c.api().RemoveMember(ctx, o.ID, a.ID); err != nil {
		return err
	}
	return c.print(k, map[string]string{"removed": a.ID}, func(w io.Writer) {
		fmt.Fprintf(w, "removed %s from %s\n", accountName(&a.AccountRef), o.Slug)
	})
}
