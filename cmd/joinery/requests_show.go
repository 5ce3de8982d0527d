package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// show prints one request whole.
func (c *RequestsCmd) show(ctx context.Context, k *kong.Kong, connectionID string) error {
	r, err := c.api().Request(ctx, connectionID, c.Request)
	if err != nil {
		return err
	}
	return c.print(k, r, func(w io.Writer) {
		fact(w, "time", r.Time)
		fact(w, "request", r.Method+" "+r.Path)
		fact(w, "status", r.Status)
		fact(w, "took", took(r))
		for _, f := range []struct{ name, value string }{
			{"outcome", requestOutcome(r)}, {"case", c.names(ctx).code(r.CaseID)},
			{"user id", r.UserID}, {"group id", r.GroupID}, {"token id", r.TokenID}, {"request id", r.RequestID},
		} {
			if f.value != "" {
				fact(w, f.name, f.value)
			}
		}
		printBody(w, "Sent", r.Body)
		printBody(w, "Answered", r.Answer)
	})
}

// printBody writes a body with an indentation, or as it is where it is no JSON.
func printBody(w io.Writer, title string, body json.RawMessage) {
	if len(body) == 0 {
		return
	}
	var text bytes.Buffer
	var cut string
	if json.Unmarshal(body, &cut) == nil {
		text.WriteString(cut)
	} else if json.Indent(&text, body, "  ", "  ") != nil {
		text.Write(body)
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for line := range strings.SplitSeq(text.String(), "\n") {
		fmt.Fprintf(w, "  %s\n", shown(strings.TrimPrefix(line, "  ")))
	}
}
