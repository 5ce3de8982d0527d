package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// connection is a connection with the state of its guard.
func (a *api) connection(ctx context.Context, c *joinery.Connection) (wire.Connection, error) {
	g, err := a.Service.Guard(ctx, c.ID)
	if err != nil {
		return wire.Connection{}, err
	}
	return wire.Connection{
		ID: c.ID, OrganizationID: c.OrganizationID, Name: c.Name, IdP: c.IdP, Strict: c.Strict,
		SCIMBaseURL: callerOf(ctx).baseURL + "/scim/v2/" + c.ID,
		Observe:     c.Observe, Guard: guard(g), Policy: c.Policy, Created: c.Created,
	}, nil
}

func (a *api) connectionBody(ctx context.Context, c *joinery.Connection, err error) (*body[wire.Connection], error) {
	if err != nil {
		return nil, err
	}
	out, err := a.connection(ctx, c)
	if err != nil {
		return nil, err
	}
	return &body[wire.Connection]{out}, nil
}

type newConnectionInput struct {
	ID   string `path:"id" doc:"The organization"`
	Body wire.NewConnection
}

func (a *api) createConnection(ctx context.Context, in *newConnectionInput) (*created[wire.Connection], error) {
	idp := in.Body.IdP
	if idp == "" {
		idp = "generic"
	}
	c, err := a.Service.CreateConnection(ctx, in.ID, in.Body.Name, idp, in.Body.Policy)
	if err != nil {
		return nil, err
	}
	out, err := a.connection(ctx, c)
	if err != nil {
		return nil, err
	}
	return &created[wire.Connection]{Location: Prefix + "/connections/" + c.ID, Body: out}, nil
}

func (a *api) listConnections(ctx context.Context, in *idInput) (*body[wire.Connections], error) {
	list, err := a.Service.Connections(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := wire.Connections{Connections: []wire.Connection{}}
	for _, c := range list {
		one, err := a.connection(ctx, c)
		if err != nil {
			return nil, err
		}
		out.Connections = append(out.Connections, one)
	}
	return &body[wire.Connections]{out}, nil
}

func (a *api) getConnection(ctx context.Context, in *idInput) (*body[wire.Connection], error) {
	c, err := a.Service.Connection(ctx, in.ID)
	return a.connectionBody(ctx, c, err)
}

type connectionChangeInput struct {
	ID   string `path:"id"`
	Body wire.ConnectionChange
}

func (a *api) updateConnection(ctx context.Context, in *connectionChangeInput) (*body[wire.Connection], error) {
	c, err := a.Service.UpdateConnection(ctx, in.ID, joinery.ConnectionChange{
		Name: in.Body.Name, IdP: in.Body.IdP, Strict: in.Body.Strict, Observe: in.Body.Observe, Policy: in.Body.Policy,
	})
	out, err := a.connectionBody(ctx, c, err)
	if err != nil || len(in.Body.Policy) == 0 {
		return out, err
	}
	findings, err := a.Service.PolicyFindings(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out.Body.Warnings = all(findings, finding)
	return out, nil
}

func (a *api) deleteConnection(ctx context.Context, in *idInput) (*empty, error) {
	return nil, a.Service.DeleteConnection(ctx, in.ID)
}
