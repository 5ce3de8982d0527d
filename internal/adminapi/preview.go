package adminapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/scim"
)

// maxPreview is how many lines a preview takes: it must remember each, to find
// the ones that are in each other's way.
const maxPreview = 1_000_000

func previewForms() map[string]*huma.Schema {
	return map[string]*huma.Schema{
		mediaNDJSON: {Type: huma.TypeObject, Description: "A SCIM User on each line", AdditionalProperties: true},
		mediaCSV:    {Type: huma.TypeString, Description: "A table with a header of SCIM paths, such as userName,externalId,displayName,active,name.givenName,emails"},
	}
}

// previewed is the verdict on one line, and whom it is about.
type previewed struct {
	joinery.PreviewLine
	userName string
}

// preview decides on each line as a User that the connection pushes, and
// changes nothing.
func (a *api) preview(w http.ResponseWriter, r *http.Request) error {
	p, err := a.Service.NewPreview(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	read, err := a.usersOf(r)
	if err != nil {
		return err
	}
	x := exchange[scim.Document, previewed]{
		read:   atMost(maxPreview, read),
		work:   func(ctx context.Context, docs []scim.Document) ([]previewed, error) { return decide(ctx, p, docs) },
		failed: func(err error) previewed { return previewed{PreviewLine: joinery.PreviewLine{Err: err}} },
		answer: previewLine,
	}
	return x.serve(w, r)
}

// usersOf reads the Users of a body, as CSV where it says that it is that.
func (a *api) usersOf(r *http.Request) (func() (entry[scim.Document], error), error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == mediaCSV {
		t, err := newTable(r.Body, a.Service.Registry().Type("User"))
		if err != nil {
			return nil, err
		}
		return t.next, nil
	}
	return linesOf(r.Body, userLine), nil
}

func userLine(text []byte) (scim.Document, error) {
	if text[0] != '{' || !json.Valid(text) {
		return nil, errNoUser
	}
	return scim.Parse(text)
}

var errNoUser = invalid("line", "The line is no JSON object. A table needs the header Content-Type: text/csv.")

// atMost ends a body behind so many lines, with an error for the next one.
func atMost[In any](most int, read func() (entry[In], error)) func() (entry[In], error) {
	ended := false
	return func() (entry[In], error) {
		if ended {
			return entry[In]{}, io.EOF
		}
		e, err := read()
		if ended = err == nil && e.line > most; ended {
			return unreadable[In](e.line, invalid("line", fmt.Sprintf("A preview takes at most %d lines. Send the rest on its own.", most))), nil
		}
		return e, err
	}
}

func decide(ctx context.Context, p *joinery.Preview, docs []scim.Document) ([]previewed, error) {
	lines, err := p.Decide(ctx, docs)
	if err != nil {
		return nil, err
	}
	out := make([]previewed, len(lines))
	for i, line := range lines {
		out[i] = previewed{line, docs[i].String("userName")}
	}
	return out, nil
}

func previewLine(line int, p previewed) any {
	if p.Err != nil {
		return wire.PreviewLine{Line: line, UserName: p.userName, Error: problemOf(p.Err).Detail}
	}
	e := explanation(p.Explanation)
	e.Trace = nil
	return wire.PreviewLine{Line: line, UserName: p.userName, Explanation: &e}
}
