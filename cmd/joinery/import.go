package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// ImportCmd makes many accounts.
type ImportCmd struct {
	Client
	File   string `arg:"" help:"File with an account on each line, as JSON; - is standard input."`
	Errors string `help:"Write every failure to this file, as JSON lines." placeholder:"FILE" type:"path"`
}

// Help is printed below the flags.
func (c *ImportCmd) Help() string {
	return `Brings in the accounts that your product has already, before any identity provider pushes. Each line stands for itself: one that fails spoils no other, and a second run of the same file fails only where the accounts are there by now. There may be millions of lines:

    {"email":"lea@acme.example","username":"lea","display_name":"Lea Moser","organization":"acme","role":"admin"}
    {"email":"sam@bolt.example"}

An account needs an email, a username, or both; "organization" is the slug or id of one to make it a member of, "protected":true keeps every push off it. With --json, what became of each line is a line of its own. The exit status is 1 where a line failed.`
}

// maxFailures is how many failures are printed; there may be millions.
const maxFailures = 20

// Run calls the admin API.
func (c *ImportCmd) Run(ctx context.Context, k *kong.Kong) (err error) {
	file, err := openUpload(c.File, k.Stderr)
	if err != nil {
		return err
	}
	defer file.Close()
	outcome := &imported{JSON: c.JSON, out: k.Stdout}
	if c.Errors != "" {
		errorsFile, err := os.Create(c.Errors)
		if err != nil {
			return err
		}
		defer func() { _ = errorsFile.Close() }()
		outcome.errors = errorsFile
	}
	for result, err := range c.api().ImportAccounts(ctx, file) {
		if err == nil {
			err = outcome.add(result)
		}
		if err != nil {
			file.end()
			return outcome.brokenOff(err)
		}
		file.step(outcome.String)
	}
	file.end()
	return outcome.end(c, k)
}

// imported is what became of the lines.
type imported struct {
	JSON            bool
	out             io.Writer // for JSON
	errors          io.Writer // nil: not asked for
	created, failed int
	failures        []wire.ImportResult // the first maxFailures
}

// add counts the outcome of a line.
func (i *imported) add(r wire.ImportResult) error {
	if i.JSON {
		if err := printLine(i.out, r); err != nil {
			return err
		}
	}
	if r.Status == "created" {
		i.created++
		return nil
	}
	i.failed++
	if len(i.failures) < maxFailures {
		i.failures = append(i.failures, r)
	}
	if i.errors == nil {
		return nil
	}
	return printLine(i.errors, r)
}

func (i *imported) String() string {
	return fmt.Sprintf("%s created, %s failed", number(i.created), number(i.failed))
}

// brokenOff says how far it came.
func (i *imported) brokenOff(err error) error {
	if i.created+i.failed == 0 {
		return err
	}
	return fmt.Errorf("it broke off after %s: %s. Run it again: what is there already fails, and stays as it is\n%w", counted(i.created+i.failed, "line"), i, err)
}

// end prints the outcome, and fails where a line did.
func (i *imported) end(c *ImportCmd, k *kong.Kong) error {
	if !c.JSON {
		err := c.print(k, nil, i.print)
		if err != nil {
			return err
		}
	}
	if i.failed == 0 {
		return nil
	}
	if c.Errors != "" {
		return fmt.Errorf("%s failed; %s lists what and why", counted(i.failed, "line"), c.Errors)
	}
	return fmt.Errorf("%s failed", counted(i.failed, "line"))
}

func (i *imported) print(w io.Writer) {
	if len(i.failures) > 0 {
		row(w, "LINE", "REASON", "WHAT IS WRONG")
		for _, r := range i.failures {
			row(w, r.Line, r.Reason, r.Message)
		}
		if rest := i.failed - len(i.failures); rest > 0 {
			fmt.Fprintf(w, "… and %s more; --errors FILE writes them all\n", number(rest))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%s.\n", i)
}

// printLine writes a value as JSON on a line of its own.
func printLine(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
