package adminapi

import (
	"context"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func (a *api) listEvents(ctx context.Context, in *pageInput) (*body[wire.Events], error) {
	page, err := a.Service.Events(ctx, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := wire.Events{Events: []wire.Event{}, NextCursor: page.Next}
	for _, e := range page.Events {
		out.Events = append(out.Events, wire.Event{
			ID: e.ID, Type: string(e.Type), Time: e.Time,
			OrganizationID: e.OrganizationID, ConnectionID: e.ConnectionID, SubjectID: e.SubjectID, Data: e.Data,
		})
	}
	return &body[wire.Events]{out}, nil
}
