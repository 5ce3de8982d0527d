package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/scim"
)

// accountRef returns nil for no account.
func accountRef(a *joinery.Account) *wire.AccountRef {
	if a == nil {
		return nil
	}
	return &wire.AccountRef{ID: a.ID, Email: a.Email, Username: a.Username, DisplayName: a.DisplayName, Protected: a.Protected}
}

func account(v *joinery.AccountView) wire.Account {
	return wire.Account{
		AccountRef: *accountRef(v.Account), State: v.State, Origin: string(v.Origin), ConnectionID: v.ConnectionID,
		Created: v.Created, Updated: v.Updated, LastSignIn: v.LastSignIn, LastSignOut: v.LastSignOut, MergedInto: v.MergedInto,
		Handles: all(v.Handles, handle), Memberships: all(v.Memberships, ownMember), Links: all(v.Links, link),
		NotFollowed: all(v.NotFollowed, difference), Merges: all(v.Merges, merge),
	}
}

func handle(h *joinery.Handle) wire.Handle {
	return wire.Handle{Kind: string(h.Kind), Value: h.Value, Since: h.Since, Until: h.Until}
}

func link(l *joinery.Link) wire.Link {
	return wire.Link{
		ConnectionID: l.ConnectionID, UserID: l.UserID, AccountID: l.AccountID, Subject: l.Subject, SubjectFormat: l.SubjectFormat,
		Rule: l.Rule, Origin: string(l.Origin), Created: l.Created, LastSignIn: l.LastSignIn, LastSignOut: l.LastSignOut, Ended: l.Ended,
	}
}

func difference(d joinery.Difference) wire.Difference {
	return wire.Difference{ConnectionID: d.ConnectionID, UserID: d.UserID, Attribute: d.Attribute, User: d.User, Account: d.Account}
}

func newAccount(n wire.NewAccount) joinery.NewAccount {
	return joinery.NewAccount{Email: n.Email, Username: n.Username, DisplayName: n.DisplayName, Protected: n.Protected}
}

func (a *api) createAccount(ctx context.Context, in *body[wire.NewAccount]) (*created[wire.Account], error) {
	view, err := a.Service.CreateAccount(ctx, newAccount(in.Body))
	if err != nil {
		return nil, err
	}
	return &created[wire.Account]{Location: Prefix + "/accounts/" + view.ID, Body: account(view)}, nil
}

type accountsInput struct {
	Email    string `query:"email" doc:"Only the account that has this email, without case" maxLength:"254"`
	Username string `query:"username" doc:"Only the account that has this username, without case" maxLength:"128"`
	PageInput
}

func (a *api) listAccounts(ctx context.Context, in *accountsInput) (*body[wire.Accounts], error) {
	list, err := a.Service.Accounts(ctx, joinery.AccountQuery{
		Email: scim.Fold(in.Email), Username: scim.Fold(in.Username), After: in.After, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	list, next := page(list, in.Limit, func(v *joinery.AccountView) string { return v.ID })
	return &body[wire.Accounts]{wire.Accounts{Accounts: all(list, account), NextCursor: next}}, nil
}

func (a *api) getAccount(ctx context.Context, in *idInput) (*body[wire.Account], error) {
	return accountBody(a.Service.Account(ctx, in.ID))
}

type accountChangeInput struct {
	ID   string `path:"id"`
	Body wire.AccountChange
}

func (a *api) updateAccount(ctx context.Context, in *accountChangeInput) (*body[wire.Account], error) {
	return accountBody(a.Service.UpdateAccount(ctx, in.ID, joinery.AccountChange{
		Email: in.Body.Email, Username: in.Body.Username, DisplayName: in.Body.DisplayName, Protected: in.Body.Protected,
	}))
}

func accountBody(view *joinery.AccountView, err error) (*body[wire.Account], error) {
	if err != nil {
		return nil, err
	}
	return &body[wire.Account]{account(view)}, nil
}

type relinkInput struct {
	ID     string `path:"id" doc:"The connection"`
	UserID string `path:"user_id"`
	Body   wire.Relink
}

func (a *api) relinkUser(ctx context.Context, in *relinkInput) (*body[wire.Account], error) {
	view, err := a.Service.RelinkUser(ctx, in.ID, in.UserID, in.Body.AccountID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Account]{account(view)}, nil
}
