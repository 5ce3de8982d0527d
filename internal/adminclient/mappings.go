package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CreateMapping gives the members of a group a role.
func (c *Client) CreateMapping(ctx context.Context, connectionID string, n wire.NewMapping) (*wire.Mapping, error) {
	return ask[wire.Mapping](ctx, c, http.MethodPost, connectionPath(connectionID)+"/mappings", n)
}

// Mappings lists the mappings of a connection.
func (c *Client) Mappings(ctx context.Context, connectionID string) (*wire.Mappings, error) {
	return ask[wire.Mappings](ctx, c, http.MethodGet, connectionPath(connectionID)+"/mappings", nil)
}

// DeleteMapping deletes a mapping.
func (c *Client) DeleteMapping(ctx context.Context, connectionID, id string) error {
	return c.call(ctx, http.MethodDelete, connectionPath(connectionID)+"/mappings/"+url.PathEscape(id), nil, nil)
}
