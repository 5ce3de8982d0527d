package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func event(e *joinery.Event) wire.Event {
	return wire.Event{
		ID: e.ID, Type: string(e.Type), Time: e.Time,
		OrganizationID: e.OrganizationID, ConnectionID: e.ConnectionID, SubjectID: e.SubjectID, Data: e.Data,
	}
}

func (a *api) listEvents(ctx context.Context, in *PageInput) (*body[wire.Events], error) {
	page, err := a.Service.Events(ctx, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	return &body[wire.Events]{wire.Events{Events: all(page.Events, event), NextCursor: page.Next}}, nil
}
