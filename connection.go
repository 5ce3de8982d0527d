package joinery

import (
	"time"
)

// Connection is an organization's link to one identity provider. Every User
// and Group belongs to one.
type Connection struct {
	ID             string
	OrganizationID string
	Name           string
	IdP            string // the name of an idp.Profile
	Strict         bool   // repairs of the profile become refusals
	Policy         Policy
	Observe        bool // pushes touch no account yet
	Created        time.Time

	// Mapped says that the connection has mappings, Unsettled that it has cases
	// that are open, or resolved and not confirmed. Storage finds them out
	// whenever it reads the connection; they are never written.
	Mapped, Unsettled bool
}

// Validate checks the fields that a caller sets, save IdP, whose values the
// Service knows.
func (c *Connection) Validate() error {
	if err := validateName(c.Name); err != nil {
		return err
	}
	return c.Policy.Validate()
}

// ConnectionTx is the part of a transaction that concerns connections.
type ConnectionTx interface {
	InsertConnection(*Connection) error
	// Connection fails with NotFound.
	Connection(id string) (*Connection, error)
	// Connections lists an organization's connections by id.
	Connections(organizationID string) ([]*Connection, error)
	UpdateConnection(*Connection) error
	// DeleteConnection removes the connection with all that is kept about it. Its
	// events stay.
	DeleteConnection(id string) error
}
