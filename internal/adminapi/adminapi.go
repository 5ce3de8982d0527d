// Package adminapi is the admin API: organizations, connections, accounts,
// cases and what else there is to administer as JSON under /api/v1, for
// operators and for the joinery command. The host asks it about sign-ins.
//
// Errors are problem documents (RFC 9457). The API describes itself in OpenAPI
// 3.1 at /api/v1/openapi.json, made from the Go types in package wire.
package adminapi

import (
	"log/slog"
	"net/http"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
)

// Prefix is the path under which the API lives.
const Prefix = "/api/v1"

// Options configures the API. Service and BaseURL are required.
type Options struct {
	Service *joinery.Service
	// AdminToken is the secret of a token that is always let in, besides those
	// that the Service knows; "" for none.
	AdminToken string
	// BaseURL returns the public URL of the server, without a slash at its end,
	// as far as it is known from the request.
	BaseURL func(*http.Request) string
	Version string
	Logger  *slog.Logger // nil: no access log
	Metrics *web.Metrics // nil: none
}

// api holds what the handlers need.
type api struct {
	Options
	tokenHash *joinery.TokenHash
}

// maxBody is the size to which request bodies are read.
const maxBody = 1 << 20

// New returns the API as a handler of all paths that begin with Prefix.
func New(o Options) http.Handler {
	a := &api{Options: o}
	if o.AdminToken != "" {
		hash := joinery.HashToken(o.AdminToken)
		a.tokenHash = &hash
	}
	mux := http.NewServeMux()
	h := humago.NewWithPrefix(mux, Prefix, humaConfig(o.Version, transform))
	h.UseMiddleware(badRequest)
	a.routes(h)
	serve := web.API{Name: "admin", Fail: Fail, Logger: o.Logger, Metrics: o.Metrics}.Serve
	return serve(a.handler(mux, openAPI(h)))
}

// handler leads a request to its call, past the check of the token.
func (a *api) handler(mux *http.ServeMux, openAPI []byte) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == Prefix+"/openapi.json" && r.Method == http.MethodGet {
			w.Header().Set("Content-Type", "application/openapi+json")
			_, err := w.Write(openAPI)
			return err
		}
		actor, err := a.authenticate(w, r)
		if err != nil {
			return err
		}
		if err := routed(mux, w, r); err != nil {
			return err
		}
		if err := checkText(r.URL); err != nil {
			return err
		}
		c := &caller{actor: actor, baseURL: a.BaseURL(r)}
		mux.ServeHTTP(w, r.WithContext(withCaller(r.Context(), c)))
		return c.err
	}
}

// routed fails where the mux would answer 404 or 405 in a form of its own, or
// redirect an unclean path, at which a POST would lose its body.
func routed(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) error {
	handler, pattern := mux.Handler(r)
	if pattern != "" && r.URL.Path == path.Clean(r.URL.Path) {
		_, web.RecordOf(r.Context()).Route, _ = strings.Cut(pattern, " ")
		return nil
	}
	answer := &headerOnly{header: http.Header{}}
	handler.ServeHTTP(answer, r)
	if answer.status != http.StatusMethodNotAllowed {
		return problem(http.StatusNotFound, "no_such_path", "There is no such call. See "+Prefix+"/openapi.json for all there are.")
	}
	allow := answer.header.Get("Allow")
	w.Header().Set("Allow", allow)
	return problem(http.StatusMethodNotAllowed, "method_not_allowed", "This path does not take "+r.Method+". It takes: "+allow+".")
}

// headerOnly keeps status and header of an answer.
type headerOnly struct {
	header http.Header
	status int
}

func (h *headerOnly) Header() http.Header         { return h.header }
func (h *headerOnly) Write(b []byte) (int, error) { return len(b), nil }
func (h *headerOnly) WriteHeader(status int)      { h.status = status }

// humaConfig leaves out what huma does by default: links to schemas in every
// answer, and a documentation page that loads scripts from elsewhere.
func humaConfig(version string, transform huma.Transformer) huma.Config {
	c := huma.DefaultConfig("Joinery admin API", version)
	c.Info.Description = "Organizations, connections, accounts, cases and sign-ins of a Joinery deployment. " +
		"Every call needs an admin token: `Authorization: Bearer …`. Errors are problem documents (RFC 9457) with a stable `reason`."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Transformers = []huma.Transformer{transform}
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"adminToken": {Type: "http", Scheme: "bearer", Description: "An admin token."},
	}
	c.Security = []map[string][]string{{"adminToken": {}}}
	return c
}
