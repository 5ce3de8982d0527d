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
func (c *ImportCmd) Run(ctx context.Context, k *kong.Kong) error {
	file, err := openUpload(c.File, k.Stderr)
	if err != nil {
		return err
	}
	defer file.Close()
	outcome := &imported{errors: io.Discard}
	if c.Errors != "" {
		errorsFile, err := os.Create(c.Errors)
		if err != nil {
			return err
		}
		defer errorsFile.Close()
		outcome.errors = errorsFile
	}
	if err := c.send(ctx, k, file, outcome); err != nil {
		return outcome.brokenOff(k, err)
	}
	if !c.JSON {
		if err := c.print(k, nil, outcome.print); err != nil {
			return err
		}
	}
	return outcome.err(c.Errors)
}

// send sends the lines, and counts what becomes of them.
func (c *ImportCmd) send(ctx context.Context, k *kong.Kong, file *upload, outcome *imported) error {
	defer file.end()
	for result, err := range c.api().ImportAccounts(ctx, file) {
		if err == nil && c.JSON {
			err = printLine(k.Stdout, result)
		}
		if err == nil {
			err = outcome.add(result)
		}
		if err != nil {
			return err
		}
		file.step(result.Line, outcome)
	}
	return nil
}

// imported is what became of the lines.
type imported struct {
	errors          io.Writer // gets every failure
	created, failed int
	failures        []wire.ImportResult // the first maxFailures
}

// add counts the outcome of a line.
func (i *imported) add(r wire.ImportResult) error {
	if r.Status == "created" {
		i.created++
		return nil
	}
	i.failed++
	if len(i.failures) < maxFailures {
		i.failures = append(i.failures, r)
	}
	return printLine(i.errors, r)
}

func (i *imported) String() string {
	return fmt.Sprintf("%s created, %s failed", number(i.created), number(i.failed))
}

// brokenOff says how far it came.
func (i *imported) brokenOff(k *kong.Kong, err error) error {
	if lines := i.created + i.failed; lines > 0 {
		fmt.Fprintf(k.Stderr, "It broke off after %s: %s. Run it again: accounts that are there by now fail, and stay as they are.\n", counted(lines, "line"), i)
	}
	return err
}

// err is the error of an import of which lines failed.
func (i *imported) err(errorsFile string) error {
	switch {
	case i.failed == 0:
		return nil
	case errorsFile == "":
		return fmt.Errorf("%s failed", counted(i.failed, "line"))
	}
	return fmt.Errorf("%s failed; %s lists what and why", counted(i.failed, "line"), errorsFile)
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
