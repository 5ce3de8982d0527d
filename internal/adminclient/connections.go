package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CreateConnection makes a connection of an organization.
func (c *Client) CreateConnection(ctx context.Context, organizationID string, n wire.NewConnection) (*wire.Connection, error) {
	return ask[wire.Connection](ctx, c, http.MethodPost, organizationPath(organizationID)+"/connections", n)
}

// Connections lists the connections of an organization.
func (c *Client) Connections(ctx context.Context, organizationID string) (*wire.Connections, error) {
	return ask[wire.Connections](ctx, c, http.MethodGet, organizationPath(organizationID)+"/connections", nil)
}

// Connection returns one connection.
func (c *Client) Connection(ctx context.Context, id string) (*wire.Connection, error) {
	return ask[wire.Connection](ctx, c, http.MethodGet, connectionPath(id), nil)
}

// UpdateConnection changes a connection.
func (c *Client) UpdateConnection(ctx context.Context, id string, change wire.ConnectionChange) (*wire.Connection, error) {
	return ask[wire.Connection](ctx, c, http.MethodPatch, connectionPath(id), change)
}

// DeleteConnection deletes a connection with all that belongs to it.
func (c *Client) DeleteConnection(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, connectionPath(id), nil, nil)
}

// Guard returns what the guard of a connection does at present.
func (c *Client) Guard(ctx context.Context, connectionID string) (*wire.Guard, error) {
	return ask[wire.Guard](ctx, c, http.MethodGet, connectionPath(connectionID)+"/guard", nil)
}

// DecideGuard lets departures through that wait, or refuses them.
func (c *Client) DecideGuard(ctx context.Context, connectionID string, d wire.GuardDecision) (*wire.Guard, error) {
	return ask[wire.Guard](ctx, c, http.MethodPost, connectionPath(connectionID)+"/guard", d)
}

// Readiness checks how a connection is set up.
func (c *Client) Readiness(ctx context.Context, connectionID string) (*wire.Readiness, error) {
	return ask[wire.Readiness](ctx, c, http.MethodGet, connectionPath(connectionID)+"/readiness", nil)
}

func connectionPath(id string) string { return "/connections/" + url.PathEscape(id) }
