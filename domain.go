package joinery

import "time"

// DomainState says whether an organization has shown that a domain is its own.
type DomainState string

// The states of a domain.
const (
	DomainPending  DomainState = "pending"
	DomainVerified DomainState = "verified"
)

// Domain is an email domain of an Organization. Several organizations may have
// the same one: of one customer, say, each verified for itself.
type Domain struct {
	OrganizationID string
	Name           string // folded, without a dot at its end
	State          DomainState
	Token          string // what the TXT record must hold
	Method         string // "dns", or "operator" who vouched for it; "" while pending
	Created        time.Time
	Verified       *time.Time
}

// TXTName is where the TXT record is looked up.
func (d *Domain) TXTName() string { return "_joinery." + d.Name }

// TXTValue is what one of the records there must be.
func (d *Domain) TXTValue() string { return "joinery-domain-verification=" + d.Token }

// DomainTx is the part of a transaction that concerns domains.
type DomainTx interface {
	// InsertDomain fails with ErrCollision, at this call or at any later one.
	InsertDomain(*Domain) error
	// UpdateDomain writes State, Method and Verified. It fails with NotFound, at
	// this call or at any later one.
	UpdateDomain(*Domain) error
	// Domain fails with NotFound.
	Domain(organizationID, name string) (*Domain, error)
	// Domains lists an organization's by name.
	Domains(organizationID string) ([]*Domain, error)
	// DeleteDomain fails with NotFound.
	DeleteDomain(organizationID, name string) error
	// DomainsVerified reports whether the organization has verified all of the
	// domains.
	DomainsVerified(organizationID string, names ...string) (bool, error)
}
