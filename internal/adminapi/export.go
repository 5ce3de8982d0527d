package adminapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// ExportInput asks for a part of a list, or for all of it.
type ExportInput struct {
	Format string `query:"format" doc:"ndjson: all that matches, a line each, without pages. The header Accept: application/x-ndjson asks for the same" enum:"json,ndjson" default:"json"`
	Accept string `header:"Accept" hidden:"true"`
	PageInput
}

func (in ExportInput) whole() bool {
	return in.Format == "ndjson" || strings.Contains(in.Accept, mediaNDJSON)
}

// fetch reads at most limit items behind a cursor, and returns the cursor to go
// on from, "" at the end.
type fetch[T any] func(ctx context.Context, after string, limit int) (items []T, next string, err error)

// listing is the answer to a list that can be exported.
type listing struct{ Body func(huma.Context) }

// exportPage is how many items of an export are read at once.
const exportPage = 200

// answerList answers with a page, made by pageOf, or with all that there is.
func answerList[T any](ctx context.Context, in ExportInput, read fetch[T], pageOf func(items []T, next string) any) (*listing, error) {
	limit := in.Limit
	if in.whole() {
		limit = exportPage
	}
	items, next, err := read(ctx, in.After, limit)
	if err != nil {
		return nil, err
	}
	if !in.whole() {
		return &listing{func(h huma.Context) { writeJSON(h, pageOf(items, next)) }}, nil
	}
	return &listing{func(h huma.Context) {
		out := newLineWriter(h.BodyWriter().(http.ResponseWriter))
		callerOf(ctx).err = export(ctx, out, items, next, read)
	}}, nil
}

func writeJSON(h huma.Context, v any) {
	h.SetHeader("Content-Type", "application/json")
	encoder := json.NewEncoder(h.BodyWriter())
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // of types that encode; the client may be gone
}

// export writes items and all that follow them.
func export[T any](ctx context.Context, out *lineWriter, items []T, next string, read fetch[T]) (err error) {
	for {
		for _, item := range items {
			if err := out.add(item); err != nil {
				return err
			}
		}
		if err := out.flush(); err != nil || next == "" {
			return err
		}
		if items, next, err = read(ctx, next, exportPage); err != nil {
			return out.broken(ctx, err)
		}
	}
}
