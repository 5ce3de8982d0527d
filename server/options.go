package server

import (
	"io/fs"
	"log/slog"
	"time"

	"github.com/joineryhq/joinery"
)

// Options configures a Server. The zero value serves an SQLite database in
// ./joinery-data.
type Options struct {
	// Database is where to keep everything: a postgres:// URL, or the folder of
	// an SQLite database. "" is ./joinery-data.
	Database string
	// Store is used in place of Database. The Server closes it.
	Store joinery.Store

	// Listen is the address that Run listens on. "" is 127.0.0.1:8480.
	Listen string
	// PublicURL is the URL under which clients reach the server, such as
	// https://scim.example.com. "" takes scheme and host from each request.
	PublicURL string
	// TrustProxy takes them from X-Forwarded-Proto and X-Forwarded-Host. Only
	// behind a proxy that sets these.
	TrustProxy bool
	// RateLimit is how many requests a second each connection may send in the
	// long run. Nil is DefaultRateLimit; 0 is no limit.
	RateLimit *float64

	// AdminToken is a token of the admin API. Without one, and where the store
	// has none either, New makes one and calls ShowAdminToken with it, for the
	// first and last time. Where that is nil none is made, and while none is given
	// or stored the admin API refuses everyone; Server.Service is the way in.
	AdminToken     string
	ShowAdminToken func(secret string)

	// Resolver looks up the TXT records by which organizations verify domains.
	// Nil is the system's.
	Resolver joinery.Resolver

	// Roles are those of members, the highest first: the first is that of owners,
	// the last what everyone has. Nil is joinery.DefaultRoles.
	Roles []string
	// RequestRetention is for how long the SCIM requests of connections are kept.
	// 0 is joinery.RequestRetention.
	RequestRetention time.Duration

	// Schemas holds JSON files with further SCIM schemas and resource types.
	Schemas fs.FS

	// StopTimeout is how long requests in flight may take to end when the server
	// stops. 0 is 30 seconds.
	StopTimeout time.Duration
	Logger      *slog.Logger // nil: none
	Version     string       // as in /metrics and the OpenAPI document
}

// Defaults of Options.
const (
	DefaultDatabase    = "./joinery-data"
	DefaultListen      = "127.0.0.1:8480"
	DefaultStopTimeout = 30 * time.Second
)

func (o Options) withDefaults() Options {
	if o.Database == "" {
		o.Database = DefaultDatabase
	}
	if o.Listen == "" {
		o.Listen = DefaultListen
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = DefaultStopTimeout
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
