package adminclient

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CreateOrganization makes an organization.
func (c *Client) CreateOrganization(ctx context.Context, o wire.NewOrganization) (*wire.Organization, error) {
	return ask[wire.Organization](ctx, c, http.MethodPost, "/organizations", o)
}

// Organization returns one organization by its id.
func (c *Client) Organization(ctx context.Context, id string) (*wire.Organization, error) {
	return ask[wire.Organization](ctx, c, http.MethodGet, "/organizations/"+url.PathEscape(id), nil)
}

// Organizations calls yield for each organization, until it returns false.
func (c *Client) Organizations(ctx context.Context, yield func(wire.Organization) bool) error {
	for after := ""; ; {
		page, err := ask[wire.Organizations](ctx, c, http.MethodGet, "/organizations?limit=1000&after="+url.QueryEscape(after), nil)
		if err != nil {
			return err
		}
		for _, o := range page.Organizations {
			if !yield(o) {
				return nil
			}
		}
		if page.NextCursor == "" {
			return nil
		}
		after = page.NextCursor
	}
}

// CreateConnection makes a connection of an organization.
func (c *Client) CreateConnection(ctx context.Context, organizationID string, n wire.NewConnection) (*wire.Connection, error) {
	return ask[wire.Connection](ctx, c, http.MethodPost, "/organizations/"+url.PathEscape(organizationID)+"/connections", n)
}

// Connections lists the connections of an organization.
func (c *Client) Connections(ctx context.Context, organizationID string) (*wire.Connections, error) {
	return ask[wire.Connections](ctx, c, http.MethodGet, "/organizations/"+url.PathEscape(organizationID)+"/connections", nil)
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

// Events reads at most limit events behind a cursor, "" for the first.
func (c *Client) Events(ctx context.Context, after string, limit int) (*wire.Events, error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if after != "" {
		query.Set("after", after)
	}
	return ask[wire.Events](ctx, c, http.MethodGet, "/events?"+query.Encode(), nil)
}

func connectionPath(id string) string { return "/connections/" + url.PathEscape(id) }

// ask makes a call that is answered with a T.
func ask[T any](ctx context.Context, c *Client, method, path string, in any) (*T, error) {
	out := new(T)
	if err := c.call(ctx, method, path, in, out); err != nil {
		return nil, err
	}
	return out, nil
}
