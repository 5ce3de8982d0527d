package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// DuplicatesCmd lists accounts that may be one person's.
type DuplicatesCmd struct {
	Client
	orgArg
	Limit int `help:"How many to find at most. Default: ${default}." default:"100" placeholder:"N"`
}

// Run calls the admin API.
func (c *DuplicatesCmd) Run(ctx context.Context, k *kong.Kong) error {
	o, err := c.organization(ctx, c.Org)
	if err != nil {
		return err
	}
	list, err := c.api().Duplicates(ctx, o.ID, c.Limit)
	if err != nil {
		return err
	}
	return c.print(k, list, func(w io.Writer) {
		if len(list.Duplicates) == 0 {
			fmt.Fprintf(w, "No two accounts of %s look like one person's.\n", o.Slug)
			return
		}
		for i, d := range list.Duplicates {
			if i > 0 {
				fmt.Fprintln(w)
			}
			printDuplicate(w, d)
		}
	})
}

// duplicateReasons says in words why accounts look like one person's.
var duplicateReasons = map[string]string{
	"email_variant":    "the same email but for a tag or the case of letters",
	"numbered_name":    "the same username but for a number at its end",
	"verified_domains": "the same name at two verified domains",
	"external_id":      "the same externalId in two connections",
}

// printDuplicate writes accounts that look like one person's, with what to type
// to see what a merge would do.
func printDuplicate(w io.Writer, d wire.Duplicate) {
	var reasons []string
	for _, code := range d.Reasons {
		reason := duplicateReasons[code]
		if reason == "" {
			reason = code
		}
		reasons = append(reasons, reason)
	}
	fmt.Fprintf(w, "They have %s:\n", strings.Join(reasons, ", and "))
	for i := range d.Accounts {
		a := &d.Accounts[i]
		row(w, "  "+accountName(a), a.Username, a.DisplayName, a.ID)
	}
	for i := 1; i < len(d.Accounts); i++ {
		fmt.Fprintf(w, "  See what would move, and merge: joinery merge %s %s\n", quoted(accountName(&d.Accounts[0])), quoted(accountName(&d.Accounts[i])))
	}
}
