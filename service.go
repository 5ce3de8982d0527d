package joinery

import (
	"cmp"
	"log/slog"
	"net"
	"time"

	"github.com/google/uuid"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Service holds the use-cases. It is the only code that writes to a Store, and
// every write emits its events in the same transaction. It is safe for
// concurrent use.
type Service struct {
	store            Store
	registry         *schema.Registry
	idps             []string
	now              func() time.Time
	newID            func() string
	log              *slog.Logger
	touches          touches
	leases           leases
	requests         requestLog
	redactor         *scim.Redactor
	roles            []string
	requestRetention time.Duration
	resolver         Resolver
}

// Options configures a Service. Store and Registry are required.
type Options struct {
	Store    Store
	Registry *schema.Registry
	IdPs     []string         // the names that Connection.IdP may have
	Now      func() time.Time // nil: time.Now
	NewID    func() string    // nil: UUIDs of version 7
	Logger   *slog.Logger     // nil: none
	Roles    []string         // the order of roles, the highest first; nil: DefaultRoles
	// RequestRetention is for how long the request log is kept; 0: RequestRetention.
	RequestRetention time.Duration
	Resolver         Resolver // for VerifyDomain; nil: net.DefaultResolver
}

// NewService returns a Service.
func NewService(o Options) *Service {
	s := &Service{store: o.Store, registry: o.Registry, idps: o.IdPs, now: o.Now, newID: o.NewID, log: o.Logger, roles: o.Roles, requestRetention: cmp.Or(o.RequestRetention, RequestRetention), resolver: o.Resolver}
	s.redactor = newRedactor(o.Registry)
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if len(s.roles) == 0 {
		s.roles = DefaultRoles()
	}
	if s.resolver == nil {
		s.resolver = net.DefaultResolver
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// Registry returns the schemas and resource types of the deployment.
func (s *Service) Registry() *schema.Registry { return s.registry }

// clock returns the time as it is stored: UTC, to the millisecond.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }
