package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// PreviewCmd says what would become of many users.
type PreviewCmd struct {
	Client
	Connection string `required:"" help:"The connection that would push them: its id, or ORG/NAME." placeholder:"CONNECTION"`
	File       string `arg:"" help:"Table of users with a header of SCIM paths (.csv), or a SCIM User on each line (.ndjson); - is standard input."`
	Format     string `help:"csv or ndjson. Default: what the name of the file says, else ndjson." enum:"auto,csv,ndjson" default:"auto" placeholder:"FORMAT"`
}

// Help is printed below the flags.
func (c *PreviewCmd) Help() string {
	return `Changes nothing. Export the users from the identity provider before it pushes for the first time, and see who would get a new account, who would be joined to one that is there, and who would be refused, and why:

    userName,externalId,displayName,emails
    lea@acme.example,00u1,Lea Moser,lea@acme.example

With --json, the verdict on each line is a line of its own. Up to a million lines.`
}

// Run calls the admin API.
func (c *PreviewCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	file, err := openUpload(c.File, k.Stderr)
	if err != nil {
		return err
	}
	defer file.Close()
	outcome := &previewed{counts: map[outcome]int{}}
	for line, err := range c.api().Preview(ctx, id, c.mediaType(), file) {
		if err == nil && c.JSON {
			err = printLine(k.Stdout, line)
		}
		if err != nil {
			file.end()
			return err
		}
		outcome.add(line)
		file.step(line.Line, outcome)
	}
	file.end()
	if !c.JSON {
		if err := c.print(k, nil, outcome.print); err != nil {
			return err
		}
	}
	return outcome.err()
}

func (c *PreviewCmd) mediaType() string {
	if c.Format == "csv" || c.Format == "auto" && strings.EqualFold(filepath.Ext(c.File), ".csv") {
		return "text/csv"
	}
	return "application/x-ndjson"
}

// outcome is what would become of a line.
type outcome struct {
	verdict string // "wrong" where there is none
	reason  string // of a refusal
}

// wrong is the verdict on a line that cannot be read.
const wrong = "wrong"

// previewed is what would become of all lines.
type previewed struct {
	counts  map[outcome]int
	lines   int
	refused []wire.PreviewLine // the first maxFailures that are refused or wrong
	rest    int                // how many more there are
}

func (p *previewed) add(line wire.PreviewLine) {
	p.lines++
	o := outcome{verdict: wrong}
	if line.Explanation != nil {
		o = outcome{line.Verdict, line.Reason}
	}
	p.counts[o]++
	switch {
	case o.verdict != wrong && o.verdict != "refuse":
	case len(p.refused) < maxFailures:
		p.refused = append(p.refused, line)
	default:
		p.rest++
	}
}

func (p *previewed) String() string { return counted(p.lines, "line") }

// err is the error of a file with lines that cannot be read.
func (p *previewed) err() error {
	if n := p.counts[outcome{verdict: wrong}]; n > 0 {
		return fmt.Errorf("%s cannot be taken as a user", counted(n, "line"))
	}
	return nil
}

// verdictOrder is the order of a summary.
var verdictOrder = []string{"create", "adopt", "return", "refuse", wrong}

func (p *previewed) print(w io.Writer) {
	if len(p.refused) > 0 {
		row(w, "LINE", "USER", "IN THE WAY", "WHY NOT")
		for _, line := range p.refused {
			row(w, line.Line, line.UserName, inTheWay(&line), whyNot(&line))
		}
		if p.rest > 0 {
			fmt.Fprintf(w, "… and %s more; --json prints every line\n", number(p.rest))
		}
		fmt.Fprintln(w)
	}
	row(w, "WOULD", "WHY", "LINES")
	keys := slices.SortedFunc(maps.Keys(p.counts), func(a, b outcome) int {
		return cmp.Or(slices.Index(verdictOrder, a.verdict)-slices.Index(verdictOrder, b.verdict), cmp.Compare(a.reason, b.reason))
	})
	for _, key := range keys {
		row(w, key.verdict, cmp.Or(key.reason, verdictWhy[key.verdict]), number(p.counts[key]))
	}
	fmt.Fprintf(w, "\n%s; nothing was changed.\n", p)
}

// inTheWay is the account or the User that a line collides with.
func inTheWay(line *wire.PreviewLine) string {
	switch {
	case line.Explanation == nil:
		return ""
	case line.Account == nil && line.UserID == "" && line.Attribute != "":
		return "an earlier line"
	}
	return cmp.Or(accountName(line.Account), line.UserID)
}

// whyNot is the reason of a refusal with the rule, where that says more, or what
// is wrong with the line.
func whyNot(line *wire.PreviewLine) string {
	switch {
	case line.Explanation == nil:
		return line.Error
	case line.Rule != line.Reason:
		return line.Reason + ", by the rule " + line.Rule
	}
	return line.Reason
}

// verdictWhy says what a verdict means.
var verdictWhy = map[string]string{
	"create": "a new account",
	"adopt":  "joined to an account that is there",
	"return": "the user was here before",
	wrong:    "the line cannot be read",
}
