package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// AddMember makes an account a member of an organization.
func (c *Client) AddMember(ctx context.Context, organizationID string, n wire.NewMember) (*wire.Member, error) {
	return ask[wire.Member](ctx, c, http.MethodPost, organizationPath(organizationID)+"/members", n)
}

// Members lists the members of an organization.
func (c *Client) Members(ctx context.Context, organizationID string, p Page) (*wire.Members, error) {
	return ask[wire.Members](ctx, c, http.MethodGet, organizationPath(organizationID)+"/members"+p.query(), nil)
}

// Member returns one member of an organization.
func (c *Client) Member(ctx context.Context, organizationID, accountID string) (*wire.Member, error) {
	return ask[wire.Member](ctx, c, http.MethodGet, memberPath(organizationID, accountID), nil)
}

// UpdateMember changes a membership.
func (c *Client) UpdateMember(ctx context.Context, organizationID, accountID string, change wire.MemberChange) (*wire.Member, error) {
	return ask[wire.Member](ctx, c, http.MethodPatch, memberPath(organizationID, accountID), change)
}

// RemoveMember ends a membership.
func (c *Client) RemoveMember(ctx context.Context, organizationID, accountID string) error {
	return c.call(ctx, http.MethodDelete, memberPath(organizationID, accountID), nil, nil)
}

// Duplicates finds at most limit sets of accounts that may be one person's.
func (c *Client) Duplicates(ctx context.Context, organizationID string, limit int) (*wire.Duplicates, error) {
	return ask[wire.Duplicates](ctx, c, http.MethodGet, organizationPath(organizationID)+"/duplicates"+Page{Limit: limit}.query(), nil)
}

func memberPath(organizationID, accountID string) string {
	return organizationPath(organizationID) + "/members/" + url.PathEscape(accountID)
}
