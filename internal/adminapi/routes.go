package adminapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// routes registers every call of the API.
func (a *api) routes(h huma.API) {
	describePolicy(h)

	post(h, "create-organization", "/organizations", "Make an organization", a.createOrganization)
	get(h, "list-organizations", "/organizations", "List organizations", a.listOrganizations)
	get(h, "get-organization", "/organizations/{id}", "Show an organization", a.getOrganization)

	post(h, "create-connection", "/organizations/{id}/connections", "Make a connection", a.createConnection)
	get(h, "list-connections", "/organizations/{id}/connections", "List the connections of an organization", a.listConnections)
	get(h, "get-connection", "/connections/{id}", "Show a connection", a.getConnection)
	patch(h, "update-connection", "/connections/{id}", "Change a connection", a.updateConnection)
	del(h, "delete-connection", "/connections/{id}", "Delete a connection with its tokens, users and groups", a.deleteConnection)

	post(h, "create-token", "/connections/{id}/tokens", "Make a SCIM token", a.createToken)
	get(h, "list-tokens", "/connections/{id}/tokens", "List the tokens of a connection", a.listTokens)
	del(h, "revoke-token", "/connections/{id}/tokens/{token_id}", "Revoke a token at once", a.revokeToken)

	get(h, "list-events", "/events", "Read the sequence of events", a.listEvents)
}

func get[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, http.MethodGet, http.StatusOK, id, path, summary, f)
}

func post[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, http.MethodPost, http.StatusCreated, id, path, summary, f)
}

func patch[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, http.MethodPatch, http.StatusOK, id, path, summary, f)
}

func del[I, O any](h huma.API, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	register(h, http.MethodDelete, http.StatusNoContent, id, path, summary, f)
}

// register adds one call. Its errors are left to problemOf.
func register[I, O any](h huma.API, method string, status int, id, path, summary string, f func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, DefaultStatus: status, MaxBodyBytes: maxBody,
		Responses: map[string]*huma.Response{"default": {
			Description: "Error",
			Content:     map[string]*huma.MediaType{wire.ProblemType: {Schema: schemaOf[wire.Problem](h, true)}},
		}},
	}
	huma.Register(h, op, func(ctx context.Context, input *I) (*O, error) {
		output, err := f(ctx, input)
		if err != nil {
			return nil, &failure{err}
		}
		return output, nil
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
