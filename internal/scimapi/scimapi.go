// Package scimapi serves SCIM 2.0 over HTTP: RFC 7644 with the cursor paging of
// RFC 9865, under /scim/v2 and /scim/v2/{connection}.
//
// A request goes through here in one order: its path finds a route (router.go),
// its token a connection (call.go), the connection's idp.Profile repairs what
// its vendor is known to get wrong (change.go), a use-case of the Service does
// the work, and the answer is written from the bytes that are stored
// (render.go). Every answer on every path is SCIM JSON.
package scimapi

import (
	"log/slog"
	"net/http"

	"golang.org/x/time/rate"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Prefix is the path under which the API lives.
const Prefix = "/scim/v2"

// DefaultMaxBody is the size of request bodies that is enough for a PUT of a
// group with some hundred thousand members.
const DefaultMaxBody = 16 << 20

// Options configures the API. Service is required.
type Options struct {
	Service *joinery.Service
	Logger  *slog.Logger // of the access log; nil: none
	Metrics *web.Metrics // nil: none
	Limits  web.Limits   // per connection; the zero value limits nothing
	MaxBody int64        // of a request, in bytes; 0: DefaultMaxBody
	// PublicURL is what locations in answers begin with, such as
	// https://scim.example.com; "" takes scheme and host from the request.
	PublicURL string
	// TrustProxy takes them from X-Forwarded-Proto and X-Forwarded-Host.
	TrustProxy bool
}

// api holds what the handlers need. It never changes once made.
type api struct {
	Options
	service  *joinery.Service
	limiter  *web.Limiter
	early    *rate.Limiter // of what is logged without the limiter's leave
	profiles map[string]*idp.Profile
	paths    []path
	types    map[string]*schema.Type // by folded endpoint, without its slash
	shapes   map[*schema.Type]shape  // of an answer where nothing was asked for
}

// New returns the API as a handler of all paths under Prefix.
func New(o Options) http.Handler {
	a := newAPI(o)
	return web.API{Name: "scim", Fail: a.fail, Logger: o.Logger, Metrics: o.Metrics, Done: a.log}.Serve(a.serve)
}

func newAPI(o Options) *api {
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	a := &api{
		Options:  o,
		service:  o.Service,
		limiter:  web.NewLimiter(o.Limits),
		early:    newEarlyLimit(),
		profiles: map[string]*idp.Profile{},
		types:    map[string]*schema.Type{},
		shapes:   map[*schema.Type]shape{},
	}
	for _, profile := range idp.Profiles() {
		a.profiles[profile.Name] = profile
	}
	for _, t := range a.service.Registry().Types() {
		a.types[scim.Fold(endpoint(t))] = t
		a.shapes[t] = defaultShape(t)
	}
	a.paths = compile(a.routes())
	return a
}

// serve takes a request from its path to its handler.
func (a *api) serve(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", contentType(scim.MediaType))
	c := &call{Request: r, rec: web.RecordOf(r.Context())}
	if err := a.find(c); err != nil {
		a.recognise(c)
		return err
	}
	c.caller.BaseURL = a.baseURL(c)
	if err := a.authenticate(w, c); err != nil {
		return err
	}
	release, err := a.limiter.Acquire(r.Context(), c.limitKey())
	if err != nil {
		return err
	}
	defer release()
	c.touch(c.t, c.id)
	return c.handle(w, c)
}
