package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// OrgCmd holds the commands about organizations.
type OrgCmd struct {
	Create OrgCreateCmd `cmd:"" help:"Make an organization."`
	List   OrgListCmd   `cmd:"" help:"List all organizations."`
	Show   OrgShowCmd   `cmd:"" help:"Show an organization with its connections."`
}

// OrgCreateCmd makes an organization.
type OrgCreateCmd struct {
	Client
	Name string `arg:"" help:"How people call it, such as \"Acme Inc.\"."`
	Slug string `help:"Short unique name: lower-case letters, digits, hyphens. Default: made from the name." placeholder:"SLUG"`
}

// Run calls the admin API.
func (c *OrgCreateCmd) Run(ctx context.Context, k *kong.Kong) error {
	slug := c.Slug
	if slug == "" {
		if slug = slugOf(c.Name); slug == "" {
			return fmt.Errorf("no slug can be made from the name %q: give one with --slug", c.Name)
		}
	}
	o, err := c.api().CreateOrganization(ctx, wire.NewOrganization{Name: c.Name, Slug: slug})
	if err != nil {
		return err
	}
	return c.print(k, o, func(w io.Writer) {
		printOrganization(w, o)
		fmt.Fprintf(w, "\nNext, make a connection: joinery connection create %s NAME --idp IDP --token NAME\n", o.Slug)
	})
}

// slugOf makes a slug of a name: "Acme Inc." becomes acme-inc. It is "" where
// the name has letters that no slug has: to leave them out would spoil it.
func slugOf(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) {
		return ""
	}
	slug := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-")
	return strings.Trim(slug[:min(len(slug), 63)], "-")
}

func printOrganization(w io.Writer, o *wire.Organization) {
	fmt.Fprintf(w, "id:\t%s\nname:\t%s\nslug:\t%s\n", o.ID, o.Name, o.Slug)
}

// OrgListCmd lists organizations.
type OrgListCmd struct{ Client }

// Run calls the admin API.
func (c *OrgListCmd) Run(ctx context.Context, k *kong.Kong) error {
	list := wire.Organizations{Organizations: []wire.Organization{}}
	err := c.api().Organizations(ctx, func(o wire.Organization) bool {
		list.Organizations = append(list.Organizations, o)
		return true
	})
	if err != nil {
		return err
	}
	return c.print(k, list, func(w io.Writer) {
		if len(list.Organizations) == 0 {
			fmt.Fprintln(w, "There are no organizations yet. Make one: joinery org create NAME")
			return
		}
		fmt.Fprintln(w, "SLUG\tNAME\tID")
		for _, o := range list.Organizations {
			fmt.Fprintf(w, "%s\t%s\t%s\n", o.Slug, o.Name, o.ID)
		}
	})
}

// OrgShowCmd shows one organization.
type OrgShowCmd struct {
	Client
	Org string `arg:"" help:"Slug or id."`
}

// Run calls the admin API.
func (c *OrgShowCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	list, err := c.api().Connections(ctx, o.ID)
	if err != nil {
		return err
	}
	answer := struct {
		*wire.Organization
		*wire.Connections
	}{o, list}
	return c.print(k, answer, func(w io.Writer) {
		printOrganization(w, o)
		fmt.Fprintln(w)
		printConnections(w, o.Slug, list)
	})
}
