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
	Created        time.Time
}

// Policy is what an operator decides about a connection. The zero value of a
// field is never stored: DefaultPolicy has the recommended values.
type Policy struct {
	// UnknownMembers says what becomes of group members that are not (yet)
	// known: "pending" keeps them until a resource arrives that they name,
	// "refuse" refuses the request.
	UnknownMembers string `json:"unknown_members" enum:"pending,refuse"`
	// UnknownAttributes says what becomes of attributes of no known schema:
	// "ignore" drops them, "refuse" refuses the request.
	UnknownAttributes string `json:"unknown_attributes" enum:"ignore,refuse"`
	// Rename says whether a userName may change: "allow", or "refuse" (400 mutability).
	Rename string `json:"rename" enum:"allow,refuse"`
	// RetentionDays is for how many days a deleted User or Group can return.
	RetentionDays int `json:"retention_days" minimum:"0" maximum:"3650"`
}

// DefaultPolicy returns the recommended policy.
func DefaultPolicy() Policy {
	return Policy{UnknownMembers: "pending", UnknownAttributes: "ignore", Rename: "allow", RetentionDays: 30}
}

// Validate checks the fields that a caller sets, save IdP, whose values the
// Service knows.
func (c *Connection) Validate() error {
	if err := validateName(c.Name); err != nil {
		return err
	}
	return c.Policy.Validate()
}

// Validate checks each key's value.
func (p Policy) Validate() error {
	for _, key := range []struct{ name, value, a, b string }{
		{"unknown_members", p.UnknownMembers, "pending", "refuse"},
		{"unknown_attributes", p.UnknownAttributes, "ignore", "refuse"},
		{"rename", p.Rename, "allow", "refuse"},
	} {
		if key.value != key.a && key.value != key.b {
			return invalidField("policy", "The policy %s must be %q or %q, not %q.", key.name, key.a, key.b, key.value)
		}
	}
	if p.RetentionDays < 0 || p.RetentionDays > 3650 {
		return invalidField("policy", "The policy retention_days must be 0 to 3650.")
	}
	return nil
}

// ConnectionTx is the part of a transaction that concerns connections.
type ConnectionTx interface {
	InsertConnection(*Connection) error
	// Connection fails with NotFound.
	Connection(id string) (*Connection, error)
	// Connections lists an organization's connections by id.
	Connections(organizationID string) ([]*Connection, error)
	UpdateConnection(*Connection) error
	// DeleteConnection removes the connection with its tokens, resources and
	// members. Its events stay.
	DeleteConnection(id string) error
}
