package joinery

import "context"

// Actor is who makes a change.
type Actor struct {
	Type string `json:"type" enum:"admin,token,sign_in,owner,system"`
	ID   string `json:"id,omitempty"`   // of the token
	Name string `json:"name,omitempty"` // of the token
}

// The types of actor.
const (
	ActorAdmin  = "admin"   // who has an admin token
	ActorToken  = "token"   // an identity provider with a SCIM token
	ActorSignIn = "sign_in" // a sign-in that the host reported
	ActorOwner  = "owner"   // the owner of an account, by a one-time link
	ActorSystem = "system"  // the server itself
)

type actorKey struct{}

type acting struct {
	actor     Actor
	requestID string
}

// WithActor says who makes the changes under a context, and for which request.
// The audit tells it. Without, it is the server itself.
func WithActor(ctx context.Context, actor Actor, requestID string) context.Context {
	return context.WithValue(ctx, actorKey{}, acting{actor, requestID})
}

func actorOf(ctx context.Context) acting {
	if a, ok := ctx.Value(actorKey{}).(acting); ok {
		return a
	}
	return acting{actor: Actor{Type: ActorSystem}}
}
