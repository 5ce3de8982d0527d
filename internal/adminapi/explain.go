package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/scim"
)

func explanation(e *joinery.Explanation) wire.Explanation {
	return wire.Explanation{
		Verdict: string(e.Kind), Rule: e.Rule, Reason: string(e.Reason), Attribute: e.Attribute, Ask: e.Ask,
		UserID: e.UserID, Account: accountRef(e.Account), Username: e.Username, Trace: e.Trace,
	}
}

func (a *api) explain(ctx context.Context, in *body[wire.Explain]) (*body[wire.Explanation], error) {
	e, err := a.explainOne(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &body[wire.Explanation]{explanation(e)}, nil
}

func (a *api) explainOne(ctx context.Context, in wire.Explain) (*joinery.Explanation, error) {
	switch {
	case (in.User == nil) == (in.SignIn == nil):
		return nil, invalid("user", "Give either user, a SCIM User, or sign_in.")
	case in.User != nil:
		if in.User[0] != '{' {
			return nil, invalid("user", "The user must be a SCIM User: a JSON object.")
		}
		doc, err := scim.Parse(in.User)
		if err != nil {
			return nil, err
		}
		return a.Service.ExplainUser(ctx, in.ConnectionID, doc)
	case in.SignIn.ConnectionID != "" && in.SignIn.ConnectionID != in.ConnectionID:
		return nil, invalid("sign_in.connection_id", "The connection_id of the sign_in is another one than that beside it.")
	}
	return a.Service.ExplainSignIn(ctx, signIn(in.ConnectionID, in.SignIn.SignInData))
}

type observedInput struct {
	ID string `path:"id" doc:"The connection"`
	PageInput
}

func (a *api) listObserved(ctx context.Context, in *observedInput) (*body[wire.ObservedUsers], error) {
	list, err := a.Service.Observed(ctx, in.ID, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, next := page(list, in.Limit, func(o joinery.Observed) string { return o.User.ID })
	return &body[wire.ObservedUsers]{wire.ObservedUsers{Observed: all(list, observed), NextCursor: next}}, nil
}

func observed(o joinery.Observed) wire.Observed {
	doc, _ := o.User.Document() // what was stored can be read
	return wire.Observed{
		UserID: o.User.ID, UserName: doc.String("userName"), ExternalID: doc.String("externalId"), Action: o.Action,
		Rule: o.Rule, Reason: string(o.Reason), Account: accountRef(o.Account), Username: o.Username,
	}
}
