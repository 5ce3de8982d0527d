package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CreateOrganization makes an organization.
func (c *Client) CreateOrganization(ctx context.Context, o wire.NewOrganization) (*wire.Organization, error) {
	return ask[wire.Organization](ctx, c, http.MethodPost, "/organizations", o)
}

// Organization returns one organization by its id.
func (c *Client) Organization(ctx context.Context, id string) (*wire.Organization, error) {
	return ask[wire.Organization](ctx, c, http.MethodGet, organizationPath(id), nil)
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

func organizationPath(id string) string { return "/organizations/" + url.PathEscape(id) }
