package adminclient

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// CreateAccount makes an account.
func (c *Client) CreateAccount(ctx context.Context, n wire.NewAccount) (*wire.Account, error) {
	return ask[wire.Account](ctx, c, http.MethodPost, "/accounts", n)
}

// Account returns an account with what belongs to it.
func (c *Client) Account(ctx context.Context, id string) (*wire.Account, error) {
	return ask[wire.Account](ctx, c, http.MethodGet, accountPath(id), nil)
}

// AccountQuery selects accounts by a handle. What is "" selects nothing out.
type AccountQuery struct{ Email, Username string }

// Accounts lists accounts.
func (c *Client) Accounts(ctx context.Context, q AccountQuery, p Page) (*wire.Accounts, error) {
	return ask[wire.Accounts](ctx, c, http.MethodGet, "/accounts"+p.query("email", q.Email, "username", q.Username), nil)
}

// UpdateAccount changes an account.
func (c *Client) UpdateAccount(ctx context.Context, id string, change wire.AccountChange) (*wire.Account, error) {
	return ask[wire.Account](ctx, c, http.MethodPatch, accountPath(id), change)
}

// ImportAccounts makes an account of each line of NDJSON (wire.NewImport), and
// tells what became of each while the lines are still read.
func (c *Client) ImportAccounts(ctx context.Context, lines io.Reader) iter.Seq2[wire.ImportResult, error] {
	return exchange[wire.ImportResult](ctx, c, http.MethodPost, "/accounts:import", mediaNDJSON, lines)
}

// PreviewMerge says what a merge would move.
func (c *Client) PreviewMerge(ctx context.Context, n wire.NewMerge) (*wire.MergePlan, error) {
	return ask[wire.MergePlan](ctx, c, http.MethodPost, "/merges/preview", n)
}

// MergeAccounts merges two accounts.
func (c *Client) MergeAccounts(ctx context.Context, n wire.NewMerge) (*wire.Merge, error) {
	return ask[wire.Merge](ctx, c, http.MethodPost, "/merges", n)
}

// UndoMerge undoes a merge.
func (c *Client) UndoMerge(ctx context.Context, id string) (*wire.Merge, error) {
	return ask[wire.Merge](ctx, c, http.MethodPost, "/merges/"+url.PathEscape(id)+"/undo", nil)
}

func accountPath(id string) string { return "/accounts/" + url.PathEscape(id) }

// RelinkUser gives a User another account, in place.
func (c *Client) RelinkUser(ctx context.Context, connectionID, userID string, r wire.Relink) (*wire.Account, error) {
	return ask[wire.Account](ctx, c, http.MethodPost, connectionPath(connectionID)+"/users/"+url.PathEscape(userID)+"/relink", r)
}
