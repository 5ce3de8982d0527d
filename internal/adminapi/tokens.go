package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func token(t *joinery.Token) wire.Token {
	return wire.Token{
		ID: t.ID, Name: t.Name, Created: t.Created, CreatedBy: t.CreatedBy,
		Expires: t.Expires, LastUsed: t.LastUsed,
	}
}

type newTokenInput struct {
	ID   string `path:"id" doc:"The connection"`
	Body wire.NewToken
}

func (a *api) createToken(ctx context.Context, in *newTokenInput) (*created[wire.Token], error) {
	t, secret, err := a.Service.CreateToken(ctx, in.ID, in.Body.Name, callerOf(ctx).actor.Name, in.Body.Expires)
	if err != nil {
		return nil, err
	}
	answer := token(t)
	answer.Secret = secret
	return &created[wire.Token]{Location: Prefix + "/connections/" + in.ID + "/tokens/" + t.ID, Body: answer}, nil
}

func (a *api) listTokens(ctx context.Context, in *idInput) (*body[wire.Tokens], error) {
	list, err := a.Service.Tokens(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Tokens]{wire.Tokens{Tokens: all(list, token)}}, nil
}

type tokenInput struct {
	ID      string `path:"id" doc:"The connection"`
	TokenID string `path:"token_id"`
}

func (a *api) revokeToken(ctx context.Context, in *tokenInput) (*empty, error) {
	return nil, a.Service.RevokeToken(ctx, in.ID, in.TokenID)
}
