package adminclient

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// Events reads at most limit events behind a cursor, "" for the first.
func (c *Client) Events(ctx context.Context, after string, limit int) (*wire.Events, error) {
	return ask[wire.Events](ctx, c, http.MethodGet, "/events"+Page{After: after, Limit: limit}.query(), nil)
}

// AuditQuery selects from all that happened. What is zero selects nothing out.
type AuditQuery struct {
	OrganizationID string
	ConnectionID   string
	SubjectID      string
	ActorID        string
	Type           string
	Since, Until   time.Time
}

func (q AuditQuery) pairs() []string {
	return []string{
		"organization_id", q.OrganizationID, "connection_id", q.ConnectionID, "subject_id", q.SubjectID,
		"actor_id", q.ActorID, "type", q.Type, "since", timeText(q.Since), "until", timeText(q.Until),
	}
}

// Audit lists what happened and who did it, the newest first.
func (c *Client) Audit(ctx context.Context, q AuditQuery, p Page) (*wire.Audit, error) {
	return ask[wire.Audit](ctx, c, http.MethodGet, "/audit"+p.query(q.pairs()...), nil)
}

// ExportAudit is Audit for all that matches.
func (c *Client) ExportAudit(ctx context.Context, q AuditQuery) iter.Seq2[wire.AuditEvent, error] {
	return exchange[wire.AuditEvent](ctx, c, http.MethodGet, "/audit"+export(q.pairs()), "", nil)
}

// RequestQuery selects SCIM requests. What is zero selects nothing out.
type RequestQuery struct {
	Status       string // such as 409, or 4xx
	UserID       string
	GroupID      string
	Case         string // id or code
	Since, Until time.Time
}

func (q RequestQuery) pairs() []string {
	return []string{
		"status", q.Status, "user_id", q.UserID, "group_id", q.GroupID, "case_id", q.Case,
		"since", timeText(q.Since), "until", timeText(q.Until),
	}
}

// Requests lists the SCIM requests of a connection, the newest first.
func (c *Client) Requests(ctx context.Context, connectionID string, q RequestQuery, p Page) (*wire.Requests, error) {
	return ask[wire.Requests](ctx, c, http.MethodGet, connectionPath(connectionID)+"/requests"+p.query(q.pairs()...), nil)
}

// ExportRequests is Requests for all that match.
func (c *Client) ExportRequests(ctx context.Context, connectionID string, q RequestQuery) iter.Seq2[wire.Request, error] {
	return exchange[wire.Request](ctx, c, http.MethodGet, connectionPath(connectionID)+"/requests"+export(q.pairs()), "", nil)
}

// Request returns one SCIM request of a connection.
func (c *Client) Request(ctx context.Context, connectionID, id string) (*wire.Request, error) {
	return ask[wire.Request](ctx, c, http.MethodGet, connectionPath(connectionID)+"/requests/"+url.PathEscape(id), nil)
}
