package adminapi

import (
	"context"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func guard(g *joinery.Guard) wire.Guard {
	if g.State == joinery.GuardQuiet {
		return wire.Guard{State: "quiet"}
	}
	return wire.Guard{
		State: string(g.State), Since: given(g.Since), Until: given(g.Until), Departed: g.Departed, Users: g.Users, Held: g.Held,
	}
}

// given is nil for no time.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *api) getGuard(ctx context.Context, in *idInput) (*body[wire.Guard], error) {
	return guardBody(a.Service.Guard(ctx, in.ID))
}

type guardInput struct {
	ID   string `path:"id" doc:"The connection"`
	Body wire.GuardDecision
}

func (a *api) decideGuard(ctx context.Context, in *guardInput) (*body[wire.Guard], error) {
	return guardBody(a.Service.DecideGuard(ctx, in.ID, in.Body.Action))
}

func guardBody(g *joinery.Guard, err error) (*body[wire.Guard], error) {
	if err != nil {
		return nil, err
	}
	return &body[wire.Guard]{guard(g)}, nil
}
