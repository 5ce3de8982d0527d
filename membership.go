package joinery

import "time"

// MembershipState says whether a membership has effect.
type MembershipState string

// The states of a membership.
const (
	MembershipActive    MembershipState = "active"
	MembershipSuspended MembershipState = "suspended"
)

// Membership is an Account in an Organization.
type Membership struct {
	OrganizationID string
	AccountID      string
	State          MembershipState
	Role           string // given by hand; "" for none. What else grants roles follows from groups and sign-ins
	Origin         Origin
	ConnectionID   string // the connection that made it or, later, that last suspended or resumed it; "" for none
	Created        time.Time
	Updated        time.Time
}

// RoleSource names where a role comes from.
type RoleSource string

// The sources of roles.
const (
	RoleDirect  RoleSource = "direct"  // given by hand
	RoleSignIn  RoleSource = "sign_in" // a group that a sign-in claimed, mapped
	RoleGroup   RoleSource = "group"   // a pushed group, mapped
	RoleDefault RoleSource = "default" // of whom a connection provisions
)

// RoleGrant is one role of a member, on one target, from one source.
type RoleGrant struct {
	Role         string
	Target       string // a string of the host's; org:<slug> is the organization
	Source       RoleSource
	ConnectionID string // of a group or sign-in
	GroupID      string // of a group, where it was pushed
	GroupName    string // of a group or sign-in
	MappingID    string
}

// OrganizationMember is a membership with what follows from it.
type OrganizationMember struct {
	Membership *Membership
	Account    *Account
	Roles      []RoleGrant
	// EffectiveRole is the highest role on org:<slug>; "" where the membership is
	// suspended.
	EffectiveRole string
}

// MappedGrant is a role that a mapping would give to an account: through a
// pushed group, or through one that a sign-in claimed. Which of them count is
// the connection's policy.
type MappedGrant struct {
	AccountID      string
	OrganizationID string
	ConnectionID   string
	Authority      string // Policy.GroupAuthority of the connection
	UserID         string
	Via            RoleSource // RoleGroup or RoleSignIn
	GroupID        string
	GroupName      string
	MappingID      string
	Target         string
	Role           string
	Claimed        bool // a sign-in of the User has carried groups
}

// OwnerQuery asks whether an organization keeps someone with a role.
type OwnerQuery struct {
	OrganizationID string
	Role           string
	Target         string
	Except         string // an account that does not count; "" for none
	// Pushed and Claimed are the connections whose pushed and claimed groups
	// count. Of one in Claimed, the pushed groups count for who has not claimed any yet.
	Pushed, Claimed []string
}

// MembershipTx is the part of a transaction that concerns memberships.
type MembershipTx interface {
	// InsertMembership fails with ErrCollision, at this call or at any later
	// one, where there is one already.
	InsertMembership(*Membership) error
	// UpdateMembership writes State, Role, ConnectionID and Updated. It fails
	// with NotFound, at this call or at any later one.
	UpdateMembership(*Membership) error
	// DeleteMembership removes a membership, where there is one.
	DeleteMembership(organizationID, accountID string) error
	// Membership fails with NotFound. In an Update it stays locked.
	Membership(organizationID, accountID string) (*Membership, error)
	// MembershipsIn lists those of accounts in an organization, by account. In an
	// Update they stay locked.
	MembershipsIn(organizationID string, accountIDs []string) ([]*Membership, error)
	// Memberships lists an organization's by account id.
	Memberships(organizationID, after string, limit int) ([]*Membership, error)
	// MembershipsOf lists those of accounts, by account and then organization.
	MembershipsOf(accountIDs ...string) ([]*Membership, error)
	// MappedGrants lists what mappings of the organization's connections, ""
	// for those of all organizations, would give to accounts that live Users link.
	MappedGrants(organizationID string, accountIDs []string) ([]MappedGrant, error)
	// HasOwner reports whether an active member has the role: given by hand, or
	// by a mapping to the target, through live and active Users. In an Update,
	// whoever asked about the organization before has ended by then.
	HasOwner(OwnerQuery) (bool, error)
}
