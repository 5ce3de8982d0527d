package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func (a *api) getReadiness(ctx context.Context, in *idInput) (*body[wire.Readiness], error) {
	r, err := a.Service.Readiness(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Readiness]{wire.Readiness{
		ConnectionID: r.ConnectionID, Ready: r.Ready, Checked: r.Checked, Findings: all(r.Findings, finding),
	}}, nil
}

func finding(f joinery.Finding) wire.Finding {
	return wire.Finding{
		Code: f.Code, Severity: string(f.Severity), Summary: f.Summary, Action: f.Action,
		Count: f.Count, Of: f.Of, Examples: f.Examples, Since: f.Since,
	}
}
