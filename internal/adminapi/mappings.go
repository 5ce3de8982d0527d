package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func mapping(m *joinery.MappingView) wire.Mapping {
	return wire.Mapping{
		ID: m.ID, GroupID: m.GroupID, GroupName: m.GroupName, Target: m.Target, Role: m.Role, Seen: m.Seen, Created: m.Created,
	}
}

type newMappingInput struct {
	ID   string `path:"id" doc:"The connection"`
	Body wire.NewMapping
}

func (a *api) createMapping(ctx context.Context, in *newMappingInput) (*created[wire.Mapping], error) {
	m, err := a.Service.CreateMapping(ctx, in.ID, joinery.NewMapping{
		GroupID: in.Body.GroupID, GroupName: in.Body.GroupName, Target: in.Body.Target, Role: in.Body.Role,
	})
	if err != nil {
		return nil, err
	}
	return &created[wire.Mapping]{Location: Prefix + "/connections/" + in.ID + "/mappings/" + m.ID, Body: mapping(m)}, nil
}

func (a *api) listMappings(ctx context.Context, in *idInput) (*body[wire.Mappings], error) {
	list, err := a.Service.Mappings(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Mappings]{wire.Mappings{Mappings: all(list, mapping)}}, nil
}

type mappingInput struct {
	ID        string `path:"id" doc:"The connection"`
	MappingID string `path:"mapping_id"`
}

func (a *api) deleteMapping(ctx context.Context, in *mappingInput) (*empty, error) {
	return nil, a.Service.DeleteMapping(ctx, in.ID, in.MappingID)
}
