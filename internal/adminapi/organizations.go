package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func organization(o *joinery.Organization) wire.Organization {
	return wire.Organization{ID: o.ID, Name: o.Name, Slug: o.Slug, Created: o.Created}
}

func (a *api) createOrganization(ctx context.Context, in *body[wire.NewOrganization]) (*created[wire.Organization], error) {
	o, err := a.Service.CreateOrganization(ctx, in.Body.Name, in.Body.Slug)
	if err != nil {
		return nil, err
	}
	return &created[wire.Organization]{Location: Prefix + "/organizations/" + o.ID, Body: organization(o)}, nil
}

func (a *api) getOrganization(ctx context.Context, in *idInput) (*body[wire.Organization], error) {
	o, err := a.Service.Organization(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Organization]{organization(o)}, nil
}

func (a *api) listOrganizations(ctx context.Context, in *PageInput) (*body[wire.Organizations], error) {
	list, err := a.Service.Organizations(ctx, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, next := page(list, in.Limit, func(o *joinery.Organization) string { return o.ID })
	return &body[wire.Organizations]{wire.Organizations{Organizations: all(list, organization), NextCursor: next}}, nil
}
