package joinery

import "time"

// Mapping gives the members of a group a role on a target. It is bound to a
// group by its id or, until a group of that name is first seen, by name.
type Mapping struct {
	ID           string
	ConnectionID string
	GroupID      string // "" until the group is seen
	GroupName    string // as it was given, or as the group is called
	Target       string // a string of the host's, such as org:acme or repo:acme/api
	Role         string
	Created      time.Time
}

// MappingTx is the part of a transaction that concerns mappings.
type MappingTx interface {
	// InsertMapping fails with ErrCollision, at this call or at any later one,
	// where the group, by id or by name without case, has a mapping to the target.
	InsertMapping(*Mapping) error
	// Mapping fails with NotFound.
	Mapping(connectionID, id string) (*Mapping, error)
	// Mappings lists a connection's by id.
	Mappings(connectionID string) ([]*Mapping, error)
	// MappingsOf lists those of groups, by id.
	MappingsOf(connectionID string, groupIDs []string) ([]*Mapping, error)
	// ClaimedNames returns those of the names, folded, that sign-ins claim groups
	// by.
	ClaimedNames(connectionID string, names []string) (map[string]bool, error)
	// DeleteMapping fails with NotFound.
	DeleteMapping(connectionID, id string) error
	// BindMappings binds the mappings that wait for a name, folded, to a group,
	// and returns how many it bound. Those to a target that the group has a
	// mapping to go on waiting.
	BindMappings(connectionID, name, groupID string) (int, error)
	// RenameMappings gives the mappings of a group the name that it has now.
	RenameMappings(connectionID, groupID, name string) error
	// LinkedMembers maps members of a group, by User id in their order, at most
	// limit, beginning behind the id after, to their accounts. Members without a
	// live link are left out, so that fewer than limit may come before the end:
	// last is the id to go on from, "" at the end.
	LinkedMembers(connectionID, groupID, after string, limit int) (accounts []string, last string, err error)
	// ClaimingAccounts is LinkedMembers for the Users whose sign-ins claim a group.
	ClaimingAccounts(connectionID, name, after string, limit int) (accounts []string, last string, err error)
}
