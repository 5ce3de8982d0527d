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

// pageInput asks for a part of a list.
type pageInput struct {
	After string `query:"after" doc:"The next_cursor of the page before; absent: from the beginning"`
	Limit int    `query:"limit" doc:"Length of the page" default:"100" minimum:"1" maximum:"1000"`
}

func (a *api) listOrganizations(ctx context.Context, in *pageInput) (*body[wire.Organizations], error) {
	// One more than asked for tells whether a page follows.
	list, err := a.Service.Organizations(ctx, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page := wire.Organizations{Organizations: []wire.Organization{}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		page.NextCursor = list[in.Limit-1].ID
	}
	for _, o := range list {
		page.Organizations = append(page.Organizations, organization(o))
	}
	return &body[wire.Organizations]{page}, nil
}
