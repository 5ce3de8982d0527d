package joinery

import (
	"time"

	"github.com/joineryhq/joinery/scim/filter"
)

// Member is a resource in a Group: a User, or a Group within a Group.
type Member struct {
	ID   string
	Type string // "User" or "Group"
}

// GroupMember is a member together with the group that it is in.
type GroupMember struct {
	GroupID string
	Member  Member
}

// MemberRefs are what a member may be named by.
type MemberRefs struct {
	Exact []string // its id and externalId
	Name  string   // its userName, folded; "" for none
}

// MemberTx is the part of a transaction that concerns group membership.
//
// Membership is rows: each call costs by the number of ids it is given and the
// rows it changes, never by the size of the group. An id is one of a live User
// or Group of the same connection; any other is unknown. Calls change neither
// the version of the group nor that of the member.
type MemberTx interface {
	// AddMembers adds members and returns those that were not in the group
	// before, and the ids that are unknown. Members get a created time of at.
	AddMembers(connectionID, groupID string, ids []string, at time.Time) (added []Member, unknown []string, err error)
	// RemoveMembers removes members, pending ones too, and returns those that
	// were members.
	RemoveMembers(connectionID, groupID string, ids []string) (removed []Member, err error)
	// ClearMembers removes all members but those with the ids in keep, pending
	// ones too, and returns those that were members.
	ClearMembers(connectionID, groupID string, keep []string) (removed []Member, err error)
	// MatchMembers returns the members that satisfy a filter bound to the
	// group's members attribute (that of a filter.Any).
	MatchMembers(connectionID, groupID string, match filter.Any, baseURL string) ([]Member, error)
	// RemoveFromGroups removes a resource from all groups it is in, and returns
	// their ids.
	RemoveFromGroups(connectionID string, member string) (groups []string, err error)

	// AddPending keeps references to members that do not exist yet.
	AddPending(connectionID, groupID string, refs []string, at time.Time) error
	// TakePending removes the pending members that name one of the refs and
	// returns the ids of their groups.
	TakePending(connectionID string, refs MemberRefs) (groups []string, err error)
	// NamedMembers finds the live Users and Groups that have one of the refs as
	// id or externalId, or of which one is the userName without case. It maps each
	// ref that names one to its id; the id goes before the externalId, that
	// before the userName.
	NamedMembers(connectionID string, refs []string) (map[string]string, error)
	// AwaitArrivals waits for the transactions that are creating resources of the
	// connection: those are found from then on, and later ones will find what
	// AddPending adds.
	AwaitArrivals(connectionID string) error
	// Pending lists a group's pending members by reference.
	Pending(connectionID, groupID string) ([]string, error)
}
