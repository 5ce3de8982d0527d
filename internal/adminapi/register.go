package adminapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/web"
)

func get[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, operation(h, id, http.MethodGet, path, summary, http.StatusOK), f)
}

func post[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, operation(h, id, http.MethodPost, path, summary, http.StatusCreated), f)
}

// act is post for a call that makes nothing of its own.
func act[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, operation(h, id, http.MethodPost, path, summary, http.StatusOK), f)
}

func patch[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, operation(h, id, http.MethodPatch, path, summary, http.StatusOK), f)
}

func del[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, operation(h, id, http.MethodDelete, path, summary, http.StatusNoContent), f)
}

// either is get for an answer that has one of two forms.
func either[A, B, I any](h huma.API, id, path, summary string, f func(context.Context, *I) (*body[any], error)) {
	op := operation(h, id, http.MethodGet, path, summary, http.StatusOK)
	op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{AnyOf: []*huma.Schema{schemaOf[A](h, true), schemaOf[B](h, true)}}},
	}}
	register(h, op, f)
}

// list is get for a list that can be exported: as a Page, or as lines that each
// are an Item.
func list[Page, Item, I any](h huma.API, id, path, summary string, f func(context.Context, *I) (*listing, error)) {
	op := operation(h, id, http.MethodGet, path, summary, http.StatusOK)
	op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{
		"application/json": {Schema: schemaOf[Page](h, true)},
		mediaNDJSON:        {Schema: schemaOf[Item](h, true)},
	}}
	register(h, op, f)
}

// operation is what all calls have in common.
func operation(h huma.API, id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, DefaultStatus: status, MaxBodyBytes: maxBody,
		Responses: map[string]*huma.Response{"default": {
			Description: "Error",
			Content:     map[string]*huma.MediaType{wire.ProblemType: {Schema: schemaOf[wire.Problem](h, true)}},
		}},
	}
}

// register adds one call. Its errors are left to problemOf.
func register[I, O any](h huma.API, op huma.Operation, f func(context.Context, *I) (*O, error)) {
	huma.Register(h, op, func(ctx context.Context, input *I) (*O, error) {
		output, err := f(ctx, input)
		if err != nil {
			return nil, &failure{err}
		}
		return output, nil
	})
}

// lines adds a call that answers each line of its body with an Out, as they
// come: past huma, which would read the body as a whole. In are the forms that a
// body may have.
func lines[Out any](h huma.API, id, path, summary string, in map[string]*huma.Schema, f web.Handler) {
	op := operation(h, id, http.MethodPost, path, summary, http.StatusOK)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for kind, schema := range in {
		op.RequestBody.Content[kind] = &huma.MediaType{Schema: schema}
	}
	op.Responses["200"] = &huma.Response{
		Description: "A line for each line, while the body is still sent",
		Content:     map[string]*huma.MediaType{mediaNDJSON: {Schema: schemaOf[Out](h, true)}},
	}
	if strings.Contains(path, "{id}") {
		op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	}
	h.OpenAPI().AddOperation(&op)
	h.Adapter().Handle(&op, func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		callerOf(r.Context()).err = f(w, r)
	})
}

// empty is the answer that has no body.
type empty struct{}

// idInput is the input of calls that only name a thing.
type idInput struct {
	ID string `path:"id"`
}

// body is an answer that consists of a JSON document.
type body[T any] struct {
	Body T
}

// created is the answer to a call that made something.
type created[T any] struct {
	Location string `header:"Location"`
	Body     T
}
