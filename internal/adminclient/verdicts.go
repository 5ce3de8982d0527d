package adminclient

import (
	"context"
	"io"
	"iter"
	"net/http"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// Explain decides on a User or a sign-in without changing anything.
func (c *Client) Explain(ctx context.Context, e wire.Explain) (*wire.Explanation, error) {
	return ask[wire.Explanation](ctx, c, http.MethodPost, "/explain", e)
}

// Preview decides on many Users without changing anything, and tells the verdict
// on each while they are still read. The media type is that of users:
// application/x-ndjson or text/csv.
func (c *Client) Preview(ctx context.Context, connectionID, mediaType string, users io.Reader) iter.Seq2[wire.PreviewLine, error] {
	return exchange[wire.PreviewLine](ctx, c, http.MethodPost, connectionPath(connectionID)+"/preview", mediaType, users)
}

// Observed lists what would happen to Users once observing ends.
func (c *Client) Observed(ctx context.Context, connectionID string, p Page) (*wire.ObservedUsers, error) {
	return ask[wire.ObservedUsers](ctx, c, http.MethodGet, connectionPath(connectionID)+"/observed"+p.query(), nil)
}

// SignIn decides on a login.
func (c *Client) SignIn(ctx context.Context, s wire.SignIn) (*wire.SignInResult, error) {
	return ask[wire.SignInResult](ctx, c, http.MethodPost, "/sign-ins", s)
}

// SignOut notes the end of a session.
func (c *Client) SignOut(ctx context.Context, s wire.SignOut) (*wire.Account, error) {
	return ask[wire.Account](ctx, c, http.MethodPost, "/sign-outs", s)
}
