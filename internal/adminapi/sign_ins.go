package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func signIn(connectionID string, in wire.SignInData) joinery.SignIn {
	return joinery.SignIn{
		ConnectionID: connectionID, Subject: in.Subject, SubjectFormat: in.SubjectFormat, Email: in.Email,
		Username: in.Username, DisplayName: in.DisplayName, Groups: in.Groups, Time: in.Time,
	}
}

func (a *api) signIn(ctx context.Context, in *body[wire.SignIn]) (*body[wire.SignInResult], error) {
	r, err := a.Service.SignIn(ctx, signIn(in.Body.ConnectionID, in.Body.SignInData))
	if err != nil {
		return nil, err
	}
	out := wire.SignInResult{
		Decision: r.Decision, Scope: r.Scope, Account: accountRef(r.Account), UserID: r.UserID, Rule: r.Rule, Reason: string(r.Reason),
		Memberships: all(r.Memberships, ownMember), Trace: r.Trace,
	}
	if r.Case != nil {
		ref := caseRef(r.Case)
		out.Case = &ref
	}
	return &body[wire.SignInResult]{out}, nil
}

func (a *api) signOut(ctx context.Context, in *body[wire.SignOut]) (*body[wire.Account], error) {
	return accountBody(a.Service.SignOut(ctx, in.Body.ConnectionID, in.Body.Subject, in.Body.Time))
}
