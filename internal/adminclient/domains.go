package adminclient

import (
	"context"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// AddDomain adds an email domain to an organization.
func (c *Client) AddDomain(ctx context.Context, organizationID string, n wire.NewDomain) (*wire.Domain, error) {
	return ask[wire.Domain](ctx, c, http.MethodPost, organizationPath(organizationID)+"/domains", n)
}

// Domains lists the domains of an organization.
func (c *Client) Domains(ctx context.Context, organizationID string) (*wire.Domains, error) {
	return ask[wire.Domains](ctx, c, http.MethodGet, organizationPath(organizationID)+"/domains", nil)
}

// VerifyDomain has the server look for the DNS record that verifies a domain.
func (c *Client) VerifyDomain(ctx context.Context, organizationID, domain string) (*wire.Domain, error) {
	return ask[wire.Domain](ctx, c, http.MethodPost, domainPath(organizationID, domain)+"/verify", nil)
}

// RemoveDomain removes a domain from an organization.
func (c *Client) RemoveDomain(ctx context.Context, organizationID, domain string) error {
	return c.call(ctx, http.MethodDelete, domainPath(organizationID, domain), nil, nil)
}

func domainPath(organizationID, domain string) string {
	return organizationPath(organizationID) + "/domains/" + url.PathEscape(domain)
}
