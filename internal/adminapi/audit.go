package adminapi

import (
	"context"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func auditEvent(e *joinery.Event) wire.AuditEvent {
	return wire.AuditEvent{Event: event(e), Actor: e.Actor, RequestID: e.RequestID, Before: e.Before, After: e.After}
}

type auditInput struct {
	OrganizationID string    `query:"organization_id" maxLength:"255"`
	ConnectionID   string    `query:"connection_id" maxLength:"255"`
	SubjectID      string    `query:"subject_id" doc:"What it is about: a User, Group, account, case …" maxLength:"255"`
	ActorID        string    `query:"actor_id" doc:"The token, or the account, that did it" maxLength:"255"`
	Type           string    `query:"type" doc:"Such as account.created" maxLength:"255"`
	Since          time.Time `query:"since" doc:"From this time on"`
	Until          time.Time `query:"until" doc:"Before this time"`
	ExportInput
}

func (a *api) listAudit(ctx context.Context, in *auditInput) (*listing, error) {
	query := joinery.AuditQuery{
		OrganizationID: in.OrganizationID, ConnectionID: in.ConnectionID, SubjectID: in.SubjectID, ActorID: in.ActorID,
		Type: joinery.EventType(in.Type), Since: in.Since, Before: in.Until,
	}
	read := func(ctx context.Context, after string, limit int) ([]wire.AuditEvent, string, error) {
		query.After, query.Limit = after, limit+1
		list, err := a.Service.Audit(ctx, query)
		if err != nil {
			return nil, "", err
		}
		list, next := page(list, limit, func(e *joinery.Event) string { return e.ID })
		return all(list, auditEvent), next, nil
	}
	return answerList(ctx, in.ExportInput, read, func(list []wire.AuditEvent, next string) any {
		return wire.Audit{Events: list, NextCursor: next}
	})
}
