package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CaseQuery selects cases. What is "" selects nothing out.
type CaseQuery struct {
	OrganizationID string
	ConnectionID   string
	Status         string // open, resolved, dismissed
	Reason         string
	AccountID      string // in the way
}

// Cases lists cases, the newest first.
func (c *Client) Cases(ctx context.Context, q CaseQuery, p Page) (*wire.Cases, error) {
	return ask[wire.Cases](ctx, c, http.MethodGet, "/cases"+p.query(
		"organization_id", q.OrganizationID, "connection_id", q.ConnectionID, "status", q.Status,
		"reason", q.Reason, "account_id", q.AccountID,
	), nil)
}

// Case returns a case by its id or code.
func (c *Client) Case(ctx context.Context, idOrCode string) (*wire.Case, error) {
	return ask[wire.Case](ctx, c, http.MethodGet, casePath(idOrCode), nil)
}

// CustomerCase returns what the customer's own people may see of a case.
func (c *Client) CustomerCase(ctx context.Context, idOrCode string) (*wire.CustomerCase, error) {
	return ask[wire.CustomerCase](ctx, c, http.MethodGet, casePath(idOrCode)+"?view=customer", nil)
}

// ActOnCase carries out an action on a case.
func (c *Client) ActOnCase(ctx context.Context, idOrCode string, action wire.CaseAction) (*wire.Case, error) {
	return ask[wire.Case](ctx, c, http.MethodPost, casePath(idOrCode)+"/actions", action)
}

func casePath(idOrCode string) string { return "/cases/" + url.PathEscape(idOrCode) }
