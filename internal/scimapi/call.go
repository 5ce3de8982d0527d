package scimapi

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// call is a request together with what was found out about it.
type call struct {
	*http.Request
	route
	connectionID string       // of the path; "" where it names none
	t            *schema.Type // of the path; nil where it names none
	id           string       // of the path
	caller       joinery.Caller
	profile      *idp.Profile
	query        params
	rec          *web.Record
}

// strict reports whether repairs are refusals.
func (c *call) strict() bool { return c.caller.Connection != nil && c.caller.Connection.Strict }

// limitKey is what the call is limited by: its connection, or, where it has
// none, the address it comes from.
func (c *call) limitKey() string {
	if c.caller.Connection != nil {
		return c.caller.Connection.ID
	}
	host, _, _ := net.SplitHostPort(c.RemoteAddr)
	return "address " + host
}

// authenticate finds the connection of the call's token. A call to a public
// route may come without a token, but not with a wrong one.
func (a *api) authenticate(w http.ResponseWriter, c *call) error {
	credentials := web.ReadCredentials(c.Request)
	if !credentials.Given {
		if c.public {
			c.query = parseQuery(c.URL.RawQuery)
			return nil
		}
		return unauthorized("The request has no Authorization header. Enter the connection's SCIM token in the identity provider.")
	}
	connection, token, err := a.connection(c.Context(), credentials.Token)
	if err != nil {
		return err
	}
	if c.connectionID != "" && !strings.EqualFold(c.connectionID, connection.ID) {
		return unauthorized(badToken)
	}
	c.caller.Connection, c.caller.TokenID = connection, token.ID
	c.caller.TokenName, c.caller.RequestID = token.Name, c.rec.ID
	c.rec.ConnectionID, c.rec.TokenID = connection.ID, token.ID
	if c.profile = a.profiles[connection.IdP]; c.profile == nil {
		c.profile = a.profiles["generic"]
	}
	if c.profile.MediaType != "" && !strings.Contains(strings.ToLower(c.Header.Get("Accept")), scim.MediaType) {
		w.Header().Set("Content-Type", contentType(c.profile.MediaType))
	}
	if credentials.Bare {
		if c.strict() {
			return unauthorized("The Authorization header holds the token alone. Send it as: Bearer <token>.")
		}
		c.rec.AddRepair(idp.BareToken)
	}
	c.query = parseQuery(c.URL.RawQuery)
	return nil
}

const badToken = "The token is not valid here: it is unknown, revoked, expired, or made for another connection than the one in the URL. Make a new token for this connection and enter it in the identity provider."

func (a *api) connection(ctx context.Context, secret string) (*joinery.Connection, *joinery.Token, error) {
	if secret == "" {
		return nil, nil, unauthorized("The Authorization header holds no bearer token. Enter the connection's SCIM token in the identity provider, sent as: Bearer <token>.")
	}
	connection, token, err := a.service.Authenticate(ctx, secret)
	if joinery.KindOf(err) == joinery.Unauthorized {
		return nil, nil, unauthorized(badToken)
	}
	return connection, token, err
}

func unauthorized(detail string) error {
	return &scim.Error{Status: http.StatusUnauthorized, Detail: detail}
}

// baseURL is the base of the URLs in the answer: with the connection's id where
// the client uses that form.
func (a *api) baseURL(c *call) string {
	base := web.Origin{PublicURL: a.PublicURL, TrustProxy: a.TrustProxy}.Of(c.Request) + Prefix
	if c.connectionID != "" {
		base += "/" + c.connectionID
	}
	return base
}
