package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/test/conformance"
)

// ProbeCmd holds a SCIM server to the standards.
type ProbeCmd struct {
	BaseURL string   `arg:"" name:"base-url" help:"SCIM base URL of the server: what ends before /Users."`
	Token   string   `env:"JOINERY_SCIM_TOKEN" help:"Bearer token. Better in the environment: other users of this machine can read flags." placeholder:"TOKEN"`
	Only    []string `help:"Only requirements whose id begins so, such as 7644-3.5.2." placeholder:"ID"`
	Must    bool     `help:"Only what is MUST or MUST NOT."`
	Verbose bool     `short:"v" help:"Print the requests of failed checks, and what is not applicable."`
	JSON    bool     `name:"json" help:"Print JSON."`
}

// Help is printed below the flags.
func (c *ProbeCmd) Help() string {
	return `Checks what RFC 7644 (SCIM protocol), RFC 9865 (cursor-based pagination) and the parts of RFC 7643 (schema) that the protocol leans on demand of a server. The checks make users and groups under names of their own and delete them again. docs/conformance.md explains each requirement.

Of Joinery itself, probe a connection that is strict: others repair, on purpose, some of what the standards have refused.

The exit status is 1 where a check failed.`
}

// Run probes.
func (c *ProbeCmd) Run(ctx context.Context, k *kong.Kong) error {
	if !slices.ContainsFunc(conformance.Requirements(), c.wanted) {
		return fmt.Errorf("there is nothing to check: no requirement has an id that begins with %s. docs/conformance.md lists all", strings.Join(c.Only, " or "))
	}
	suite := conformance.Suite{BaseURL: c.BaseURL, Token: c.Token, Select: c.wanted}
	if !c.JSON && isTerminal(k.Stdout) {
		suite.Observer = countdown(k.Stdout)
	}
	results, err := suite.Run(ctx)
	if suite.Observer != nil {
		fmt.Fprint(k.Stdout, "\r\x1b[K")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(k.Stdout, results)
	} else {
		c.print(k.Stdout, results)
	}
	if count := conformance.Count(results); err == nil && count[conformance.Fail] > 0 {
		return fmt.Errorf("%d of %d checks failed", count[conformance.Fail], count[conformance.Fail]+count[conformance.Pass])
	}
	return err
}

func (c *ProbeCmd) wanted(r conformance.Requirement) bool {
	if c.Must && r.Level != conformance.Must && r.Level != conformance.MustNot {
		return false
	}
	return len(c.Only) == 0 || slices.ContainsFunc(c.Only, func(prefix string) bool { return strings.HasPrefix(r.ID, prefix) })
}

// countdown shows how many checks are done.
func countdown(w io.Writer) func(conformance.Result) {
	done := 0
	return func(r conformance.Result) {
		done++
		fmt.Fprintf(w, "\r\x1b[K  %d of %d  %s", done, len(conformance.Requirements()), r.ID)
	}
}

func (c *ProbeCmd) print(w io.Writer, results []conformance.Result) {
	for _, r := range results {
		if r.Outcome == conformance.NotApplicable && !c.Verbose {
			continue
		}
		fmt.Fprintf(w, "%-8s %-16s %-10s %s\n", label(r.Outcome), r.ID, r.Level, r.Sentence)
		if r.Reason != "" {
			fmt.Fprintf(w, "%37s%s\n", "", r.Reason)
		}
		if c.Verbose {
			for _, e := range r.Exchanges {
				fmt.Fprintf(w, "%39s%s\n", "", strings.ReplaceAll(e, "\n", "\n"+strings.Repeat(" ", 39)))
			}
		}
	}
	count := conformance.Count(results)
	fmt.Fprintf(w, "\n%d passed, %d failed, %d skipped, %d not applicable (they concern clients or cannot be seen from outside)\n",
		count[conformance.Pass], count[conformance.Fail], count[conformance.Skipped], count[conformance.NotApplicable])
}

func label(o conformance.Outcome) string {
	switch o {
	case conformance.Fail:
		return "FAIL"
	case conformance.NotApplicable:
		return "n/a"
	}
	return string(o)
}

// probed is a result as JSON.
type probed struct {
	ID        string              `json:"id"`
	RFC       string              `json:"rfc"`
	Section   string              `json:"section"`
	Level     conformance.Level   `json:"level"`
	Sentence  string              `json:"sentence"`
	Outcome   conformance.Outcome `json:"outcome"`
	Reason    string              `json:"reason,omitempty"`
	Exchanges []string            `json:"exchanges,omitempty"`
}

func printJSON(w io.Writer, results []conformance.Result) error {
	list := []probed{}
	for _, r := range results {
		list = append(list, probed{r.ID, r.RFC(), r.Section(), r.Level, r.Sentence, r.Outcome, r.Reason, r.Exchanges})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{"summary": conformance.Count(results), "results": list})
}
