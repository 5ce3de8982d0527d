package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func connection(ctx context.Context, c *joinery.Connection) wire.Connection {
	return wire.Connection{
		ID: c.ID, OrganizationID: c.OrganizationID, Name: c.Name, IdP: c.IdP, Strict: c.Strict,
		SCIMBaseURL: callerOf(ctx).baseURL + "/scim/v2/" + c.ID, Policy: c.Policy, Created: c.Created,
	}
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
	return &created[wire.Connection]{Location: Prefix + "/connections/" + c.ID, Body: connection(ctx, c)}, nil
}

func (a *api) listConnections(ctx context.Context, in *idInput) (*body[wire.Connections], error) {
	list, err := a.Service.Connections(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := wire.Connections{Connections: []wire.Connection{}}
	for _, c := range list {
		out.Connections = append(out.Connections, connection(ctx, c))
	}
	return &body[wire.Connections]{out}, nil
}

func (a *api) getConnection(ctx context.Context, in *idInput) (*body[wire.Connection], error) {
	c, err := a.Service.Connection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Connection]{connection(ctx, c)}, nil
}

type connectionChangeInput struct {
	ID   string `path:"id"`
	Body wire.ConnectionChange
}

func (a *api) updateConnection(ctx context.Context, in *connectionChangeInput) (*body[wire.Connection], error) {
	c, err := a.Service.UpdateConnection(ctx, in.ID, joinery.ConnectionChange{
		Name: in.Body.Name, IdP: in.Body.IdP, Strict: in.Body.Strict, Policy: in.Body.Policy,
	})
	if err != nil {
		return nil, err
	}
	return &body[wire.Connection]{connection(ctx, c)}, nil
}

func (a *api) deleteConnection(ctx context.Context, in *idInput) (*empty, error) {
	return nil, a.Service.DeleteConnection(ctx, in.ID)
}
