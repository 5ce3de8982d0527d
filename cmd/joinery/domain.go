package main

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// DomainCmd holds the commands about email domains.
type DomainCmd struct {
	List   DomainListCmd   `cmd:"" help:"List the email domains of an organization."`
	Add    DomainAddCmd    `cmd:"" help:"Add a domain and print the DNS record that proves whose it is."`
	Verify DomainVerifyCmd `cmd:"" help:"Look the DNS record up now."`
	Remove DomainRemoveCmd `cmd:"" help:"Take a domain away. Accounts that it let in stay."`
}

// Help is printed below the flags.
func (c *DomainCmd) Help() string {
	return `Who owns a domain decides who reads its mail. So an organization that has verified a domain may take in accounts with emails there, as the policy verified_domain says, and change their email and username.`
}

// domainArg names the domain that a command is about.
type domainArg struct {
	Domain string `arg:"" help:"Such as acme.example."`
}

// DomainListCmd lists domains.
type DomainListCmd struct {
	Client
	orgArg
}

// Run calls the admin API.
func (c *DomainListCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	list, err := c.api().Domains(ctx, o.ID)
	if err != nil {
		return err
	}
	return c.print(k, list, func(w io.Writer) {
		if len(list.Domains) == 0 {
			fmt.Fprintf(w, "%s has no domains yet. Add one: joinery domain add %s DOMAIN\n", o.Slug, o.Slug)
			return
		}
		row(w, "DOMAIN", "STATE", "VERIFIED", "BY", "TXT RECORD TO SET", "VALUE")
		for _, d := range list.Domains {
			name, value := d.TXTName, d.TXTValue
			if d.State == "verified" {
				name, value = "", ""
			}
			row(w, d.Domain, d.State, d.Verified, verifiedBy(&d), name, value)
		}
	})
}

func verifiedBy(d *wire.Domain) string {
	return map[string]string{"dns": "DNS", "operator": "an operator's word"}[d.Method]
}

// DomainAddCmd adds a domain.
type DomainAddCmd struct {
	Client
	orgArg
	domainArg
	Vouch bool `help:"Vouch for the domain by hand: it is verified at once, without a DNS record. The audit tells who did."`
}

// Run calls the admin API.
func (c *DomainAddCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	added, err := c.api().AddDomain(ctx, o.ID, wire.NewDomain{Domain: c.Domain, Verified: c.Vouch})
	if err != nil {
		return err
	}
	return c.print(k, added, func(w io.Writer) { printDomain(w, o.Slug, added) })
}

// printDomain writes a domain and, while it waits, the record to set.
func printDomain(w io.Writer, slug string, d *wire.Domain) {
	if d.State == "verified" {
		fmt.Fprintf(w, "%s is verified, by %s.\n", shown(d.Domain), verifiedBy(d))
		return
	}
	fmt.Fprintf(w, "%s is not verified yet. Set this DNS record at whoever runs the domain:\n\n", shown(d.Domain))
	fmt.Fprintf(w, "    type:\tTXT\n    name:\t%s\n    value:\t%s\n\n", d.TXTName, d.TXTValue)
	fmt.Fprintf(w, "As a line of a zone file:\n\n    %s. IN TXT \"%s\"\n\n", d.TXTName, d.TXTValue)
	fmt.Fprintf(w, "Then: joinery domain verify %s %s\n", slug, d.Domain)
}

// DomainVerifyCmd has a domain looked up.
type DomainVerifyCmd struct {
	Client
	orgArg
	domainArg
}

// Run calls the admin API.
func (c *DomainVerifyCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	verified, err := c.api().VerifyDomain(ctx, o.ID, c.Domain)
	if err != nil {
		return err
	}
	return c.print(k, verified, func(w io.Writer) { printDomain(w, o.Slug, verified) })
}

// DomainRemoveCmd takes a domain away.
type DomainRemoveCmd struct {
	Client
	orgArg
	domainArg
}

// Run calls the admin API.
func (c *DomainRemoveCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	if err := c.api().RemoveDomain(ctx, o.ID, c.Domain); err != nil {
		return err
	}
	return c.print(k, map[string]string{"removed": c.Domain}, func(w io.Writer) {
		fmt.Fprintf(w, "removed %s from %s\n", shown(c.Domain), o.Slug)
	})
}
