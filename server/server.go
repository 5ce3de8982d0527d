// Package server assembles Joinery: a store, the Service on top of it, and the
// HTTP APIs. It is what the joinery program runs and what a Go program embeds.
//
//	s, err := server.New(ctx, server.Options{Database: "./scim-data"})
//	if err != nil { … }
//	err = s.Run(ctx) // until ctx ends; or mount s.Handler() and Close later
//
// The server answers under these paths:
//
//	/scim/v2   SCIM 2.0, for identity providers
//	/api/v1    the admin API
//	/healthz   200 while the process serves
//	/readyz    200 while the store answers and the server is not about to stop
//	/metrics   for Prometheus
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/storage"
)

// Server is a Joinery server. It is ready to serve once New returned it.
type Server struct {
	options  Options
	store    joinery.Store
	service  *joinery.Service
	handler  http.Handler
	stopping atomic.Bool
	// stopPurging ends what startPurging began.
	stopPurging func()
	close       func() error
}

// New opens the store, brings its schema up to date, and assembles a Server.
// The caller either calls Run, which also closes it, or Close.
func New(ctx context.Context, options Options) (*Server, error) {
	o := options.withDefaults()
	registry, err := registry(o)
	if err != nil {
		return nil, err
	}
	store := o.Store
	if store == nil {
		if store, err = storage.Open(ctx, o.Database); err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
	}
	s := &Server{options: o, store: store}
	s.close = sync.OnceValue(s.finish)
	s.service = joinery.NewService(joinery.Options{
		Store: store, Registry: registry, IdPs: profileNames(), Logger: o.Logger, Resolver: o.Resolver, Roles: o.Roles, RequestRetention: o.RequestRetention,
	})
	s.stopPurging = s.startPurging()
	if err := s.ensureAdminToken(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(lostRequests(s.service))
	s.handler = s.routes(metrics)
	return s, nil
}

// lostRequests counts what the log of SCIM requests has lost.
func lostRequests(service *joinery.Service) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "joinery_request_log_lost_total",
		Help: "SCIM requests that are missing in the request log, for the database could not take them.",
	}, func() float64 { return float64(service.LostRequests()) })
}

func registry(o Options) (*schema.Registry, error) {
	if o.Schemas == nil {
		return schema.NewRegistry()
	}
	r, err := schema.NewRegistry(o.Schemas)
	if err != nil {
		return nil, fmt.Errorf("read the schemas: %w", err)
	}
	return r, nil
}

func profileNames() []string {
	var names []string
	for _, p := range idp.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

func (s *Server) ensureAdminToken(ctx context.Context) error {
	if s.options.AdminToken != "" || s.options.ShowAdminToken == nil {
		return nil
	}
	secret, err := s.service.EnsureAdminToken(ctx)
	if err != nil {
		return fmt.Errorf("make an admin token: %w", err)
	}
	if secret != "" {
		s.options.ShowAdminToken(secret)
	}
	return nil
}

// Service returns the use-cases, for programs that embed the server and call
// them directly.
func (s *Server) Service() *joinery.Service { return s.service }

// Handler returns all of the server as one handler, for programs that serve it
// themselves.
func (s *Server) Handler() http.Handler { return s.handler }

// Close writes what is left of the request log and closes the store. Programs
// that serve Handler themselves call it once the last request is answered. It
// may be called more than once.
func (s *Server) Close() error {
	s.stopping.Store(true)
	return s.close()
}

// flushTimeout is how long the request log may take to be written at the end.
const flushTimeout = 10 * time.Second

func (s *Server) finish() error {
	s.stopPurging()
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	return errors.Join(s.service.FlushRequests(ctx), s.store.Close())
}

// Run listens on Options.Listen and serves until ctx ends; see Serve.
func (s *Server) Run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.Listen)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	return s.Serve(ctx, listener)
}

// Serve serves on a listener until ctx ends. Then it stops gracefully: it is no
// longer ready, accepts no connection, lets the requests in flight end, at
// most for Options.StopTimeout, writes what is left of the request log, and
// closes the store. It returns nil where all of them ended.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	h := &http.Server{
		Handler: s.handler,
		// A client must say soon what it wants, but may take its time to send a
		// large body.
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          errorLog(s.options.Logger),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { stopped <- s.shutdown(h) })
	err := h.Serve(listener)
	if stop() { // it ended by itself
		return errors.Join(err, s.Close())
	}
	return errors.Join(<-stopped, s.Close())
}

// shutdown ends the requests in flight, by force when their time is over.
func (s *Server) shutdown(h *http.Server) error {
	s.stopping.Store(true)
	s.options.Logger.Info("stopping", "timeout", s.options.StopTimeout)
	ctx, cancel := context.WithTimeout(context.Background(), s.options.StopTimeout)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off after %s: %w", s.options.StopTimeout, err), h.Close())
	}
	return nil
}
