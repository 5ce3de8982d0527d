package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CreateToken makes a token of a connection. Its secret is only in this answer.
func (c *Client) CreateToken(ctx context.Context, connectionID string, n wire.NewToken) (*wire.Token, error) {
	return ask[wire.Token](ctx, c, http.MethodPost, connectionPath(connectionID)+"/tokens", n)
}

// Tokens lists the tokens of a connection.
func (c *Client) Tokens(ctx context.Context, connectionID string) (*wire.Tokens, error) {
	return ask[wire.Tokens](ctx, c, http.MethodGet, connectionPath(connectionID)+"/tokens", nil)
}

// RevokeToken ends a token at once.
func (c *Client) RevokeToken(ctx context.Context, connectionID, id string) error {
	return c.call(ctx, http.MethodDelete, connectionPath(connectionID)+"/tokens/"+url.PathEscape(id), nil, nil)
}
