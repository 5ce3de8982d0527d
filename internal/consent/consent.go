// Package consent asks the owners of accounts, by one-time links, whether an
// organization may have their account as one of its users. GET shows the
// question and changes nothing, as mail scanners follow links; POST consents.
//
// The pages need no script, no cookie and no other file. Whoever has the secret
// at the end of the link is taken for the owner, so it stands in no log.
package consent

import (
	"context"
	"log/slog"
	"net/http"
	"path"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
)

// Prefix is the path under which the links live.
const Prefix = "/consent"

// Options configures the pages. Service is required.
type Options struct {
	Service *joinery.Service
	Logger  *slog.Logger // nil: no access log
	Metrics *web.Metrics // nil: none
}

type secretKey struct{}

// New returns the pages as a handler of all paths under Prefix.
func New(o Options) http.Handler {
	h := &handler{service: o.Service}
	serve := web.API{Name: "consent", Fail: fail, Logger: o.Logger, Metrics: o.Metrics}.Serve(h.serve)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve.ServeHTTP(w, withoutSecret(r))
	})
}

// withoutSecret takes the secret out of a request's path, where the log would
// find it.
func withoutSecret(r *http.Request) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), secretKey{}, path.Base(r.URL.Path)))
	url := *r.URL
	url.Path, url.RawPath, url.RawQuery = Prefix+"/redacted", "", ""
	r.URL, r.RequestURI = &url, ""
	return r
}

type handler struct{ service *joinery.Service }

func (h *handler) serve(w http.ResponseWriter, r *http.Request) error {
	rec := web.RecordOf(r.Context())
	rec.Route = Prefix + "/{secret}"
	ctx := joinery.WithActor(r.Context(), joinery.Actor{Type: joinery.ActorOwner}, rec.ID)
	secret, _ := ctx.Value(secretKey{}).(string)
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return h.ask(ctx, w, secret)
	case http.MethodPost:
		return h.consent(ctx, w, secret)
	}
	w.Header().Set("Allow", "GET, HEAD, POST")
	return show(w, http.StatusMethodNotAllowed, "problem", problems[http.StatusMethodNotAllowed])
}

func (h *handler) ask(ctx context.Context, w http.ResponseWriter, secret string) error {
	request, err := h.service.ConsentOf(ctx, secret)
	if err != nil {
		return err
	}
	return show(w, http.StatusOK, "ask", request)
}

func (h *handler) consent(ctx context.Context, w http.ResponseWriter, secret string) error {
	request, err := h.service.ConsentOf(ctx, secret)
	if err != nil {
		return err
	}
	if _, err := h.service.GiveConsent(ctx, secret); err != nil {
		return err
	}
	return show(w, http.StatusOK, "done", request)
}
