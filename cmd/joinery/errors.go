package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// explain says on a line what went wrong and what to do.
func explain(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	if e, ok := errors.AsType[*kong.ParseError](err); ok {
		return explainUsage(e)
	}
	if e, ok := errors.AsType[*adminclient.UnreachableError](err); ok {
		return within(err, e, fmt.Sprintf("%v. Start the server with `joinery serve`, or set JOINERY_URL to where it runs.", e))
	}
	if e, ok := errors.AsType[*adminclient.StrangerError](err); ok {
		return within(err, e, fmt.Sprintf("%v. Check JOINERY_URL.", e))
	}
	if e, ok := errors.AsType[*wire.Problem](err); ok {
		return within(err, e, explainProblem(e))
	}
	return err.Error()
}

// within is the text of an error in which the one that it wraps is explained.
func within(err, wrapped error, explained string) string {
	return strings.Replace(err.Error(), wrapped.Error(), explained, 1)
}

func explainUsage(e *kong.ParseError) string {
	help := "joinery --help"
	if e.Context != nil && e.Context.Selected() != nil {
		help = "joinery " + e.Context.Selected().Path() + " --help"
		help = strings.Replace(help, "joinery joinery ", "joinery ", 1)
	}
	return fmt.Sprintf("%v\nSee: %s", e, help)
}

func explainProblem(p *wire.Problem) string {
	switch {
	case p.Status == http.StatusUnauthorized && p.Reason == "token_missing":
		return "the admin token is missing. Set JOINERY_TOKEN to the one that `joinery serve` was given, or printed at its first start."
	case p.Status == http.StatusUnauthorized:
		return "the server refuses the admin token in JOINERY_TOKEN. Use the one that it was given, or printed at its first start."
	case p.Status >= http.StatusInternalServerError && p.RequestID != "":
		return fmt.Sprintf("%s (request id %s)", p.Detail, p.RequestID)
	}
	return detailOf(p)
}

// detailOf lists all that is wrong with a request, each on a line of its own.
func detailOf(p *wire.Problem) string {
	lines := []string{p.Detail}
	if len(p.Errors) > 1 {
		lines = nil
		for _, e := range p.Errors {
			lines = append(lines, e.Field+": "+e.Message+".")
		}
	}
	if p.Reason == "invalid_policy" {
		lines = append(lines, "See: joinery connection create --help")
	}
	return strings.Join(lines, "\n")
}
