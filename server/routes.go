package server

import (
	"context"
	_ "embed"
	"log"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/joineryhq/joinery/internal/adminapi"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/consent"
	"github.com/joineryhq/joinery/internal/scimapi"
	"github.com/joineryhq/joinery/internal/web"
)

// routes is the whole of the server.
func (s *Server) routes(registry *prometheus.Registry) http.Handler {
	o := s.options
	metrics := web.NewMetrics(registry)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	root := web.API{Name: "root", Fail: adminapi.Fail, Logger: o.Logger, Metrics: metrics}
	return web.Mounts(root.Serve(index),
		web.Mount{Prefix: scimapi.Prefix, Handler: scimapi.New(scimapi.Options{
			Service: s.service, Logger: o.Logger, Metrics: metrics, Limits: limits(o.RateLimit),
			PublicURL: o.PublicURL, TrustProxy: o.TrustProxy,
		})},
		web.Mount{Prefix: adminapi.Prefix, Handler: adminapi.New(adminapi.Options{
			Service: s.service, Logger: o.Logger, Metrics: metrics,
			AdminToken: o.AdminToken, Version: o.Version, BaseURL: web.Origin{PublicURL: o.PublicURL, TrustProxy: o.TrustProxy}.Of,
		})},
		web.Mount{Prefix: consent.Prefix, Handler: consent.New(consent.Options{Service: s.service, Logger: o.Logger, Metrics: metrics})},
		web.Mount{Prefix: "/healthz", Handler: http.HandlerFunc(healthy)},
		web.Mount{Prefix: "/readyz", Handler: http.HandlerFunc(s.ready)},
		web.Mount{Prefix: "/metrics", Handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{})},
	)
}

// DefaultRateLimit is Options.RateLimit where none is given.
func DefaultRateLimit() float64 { return web.DefaultLimits().Rate }

// limits scales the default limits to a rate, so that bursts stay as many
// seconds of it.
func limits(limit *float64) web.Limits {
	l := web.DefaultLimits()
	if limit == nil {
		return l
	}
	l.Burst = int(float64(l.Burst) * *limit / l.Rate)
	l.Rate = *limit
	return l
}

func healthy(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }

// pingTimeout is how long the store may take to show that it answers.
const pingTimeout = 5 * time.Second

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.stopping.Load() {
		say(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		s.options.Logger.WarnContext(ctx, "not ready", "error", err)
		say(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	say(w, http.StatusOK, "ok")
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

//go:embed index.txt
var indexText string

// index says at the root where to look, and answers all that no API does.
func index(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Path != "/" || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		return errNoSuchPath
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte(indexText))
	return err
}

var errNoSuchPath = &wire.Problem{
	Title: http.StatusText(http.StatusNotFound), Status: http.StatusNotFound, Reason: "no_such_path",
	Detail: "There is nothing at this path. SCIM is under " + scimapi.Prefix + ", the admin API under " + adminapi.Prefix + ".",
}

// errorLog brings the complaints of net/http, such as failed handshakes, into
// the log.
func errorLog(logger *slog.Logger) *log.Logger {
	return slog.NewLogLogger(logger.Handler(), slog.LevelWarn)
}
