package adminapi

import (
	"context"
	"crypto/subtle"
	"net/http"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
)

type callerKey struct{}

// caller is who asks, and under which URL.
type caller struct {
	actor   joinery.Actor
	baseURL string
	err     error // of a handler that writes its answer itself
}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// withCaller says who asks, and who makes the changes that are asked for.
func withCaller(ctx context.Context, c *caller) context.Context {
	ctx = joinery.WithActor(ctx, c.actor, web.RecordOf(ctx).ID)
	return context.WithValue(ctx, callerKey{}, c)
}

// configured is the name of the token that the server was configured with.
const configured = "admin"

// authenticate returns whose the admin token is that a request has.
func (a *api) authenticate(w http.ResponseWriter, r *http.Request) (joinery.Actor, error) {
	secret := web.ReadCredentials(r).Token
	if secret == "" {
		return joinery.Actor{}, unauthorized(w, "token_missing", "This call needs an admin token: send the header Authorization: Bearer <admin token>.")
	}
	hash := joinery.HashToken(secret)
	if a.tokenHash != nil && subtle.ConstantTimeCompare(hash[:], a.tokenHash[:]) == 1 {
		return joinery.Actor{Type: joinery.ActorAdmin, Name: configured}, nil
	}
	actor, err := a.Service.AuthenticateAdmin(r.Context(), secret)
	if err != nil && joinery.KindOf(err) == joinery.Unauthorized {
		return joinery.Actor{}, unauthorized(w, "token_refused", "This is no admin token of this server. Use the one that the server was given, or printed at its first start; a SCIM token does not work here.")
	}
	return actor, err
}

func unauthorized(w http.ResponseWriter, reason, message string) error {
	w.Header().Set("WWW-Authenticate", `Bearer realm="Joinery admin API"`)
	return problem(http.StatusUnauthorized, reason, message)
}
