package joinery

import (
	"encoding/json"
	"time"
)

// EventType names a kind of fact. The names are stable.
type EventType string

// The event types. EventKinds says what there is to know about each.
const (
	UserCreated     EventType = "user.created"
	UserUpdated     EventType = "user.updated"
	UserDeactivated EventType = "user.deactivated"
	UserReactivated EventType = "user.reactivated"
	UserDeleted     EventType = "user.deleted"

	GroupCreated       EventType = "group.created"
	GroupRenamed       EventType = "group.renamed"
	GroupUpdated       EventType = "group.updated"
	GroupDeleted       EventType = "group.deleted"
	GroupMemberAdded   EventType = "group.member_added"
	GroupMemberRemoved EventType = "group.member_removed"

	ResourceCreated EventType = "resource.created"
	ResourceUpdated EventType = "resource.updated"
	ResourceDeleted EventType = "resource.deleted"

	AccountCreated         EventType = "account.created"
	AccountAdopted         EventType = "account.adopted"
	AccountUpdated         EventType = "account.updated"
	AccountEmailChanged    EventType = "account.email_changed"
	AccountUsernameChanged EventType = "account.username_changed"
	AccountSuspended       EventType = "account.suspended"
	AccountReactivated     EventType = "account.reactivated"
	SessionsRevoked        EventType = "account.sessions_revoked"
	AccountMerged          EventType = "account.merged"
	AccountUnmerged        EventType = "account.unmerged"
	HandleReleased         EventType = "handle.released"

	MembershipAdded        EventType = "membership.added"
	MembershipWasSuspended EventType = "membership.suspended"
	MembershipResumed      EventType = "membership.resumed"
	MembershipRemoved      EventType = "membership.removed"
	MembershipRoleChanged  EventType = "membership.role_changed"

	CaseWasOpened    EventType = "case.opened"
	CaseWasResolved  EventType = "case.resolved"
	CaseWasConfirmed EventType = "case.confirmed"
	CaseWasDismissed EventType = "case.dismissed"

	GuardWasTripped  EventType = "guard.tripped"
	GuardWasApproved EventType = "guard.approved"
	GuardWasRejected EventType = "guard.rejected"

	SignInAllowed EventType = "sign_in.allowed"
	SignInDenied  EventType = "sign_in.denied"

	// For the audit alone.

	OrganizationCreated EventType = "organization.created"
	ConnectionCreated   EventType = "connection.created"
	ConnectionUpdated   EventType = "connection.updated"
	ConnectionDeleted   EventType = "connection.deleted"
	TokenCreated        EventType = "token.created"
	TokenRevoked        EventType = "token.revoked"
	DomainAdded         EventType = "domain.added"
	DomainWasVerified   EventType = "domain.verified"
	DomainRemoved       EventType = "domain.removed"
	MappingCreated      EventType = "mapping.created"
	MappingDeleted      EventType = "mapping.deleted"
	SignedOut           EventType = "sign_out"
	UserUnlinked        EventType = "user.unlinked"
	UserRelinked        EventType = "user.relinked"
	CaseActedOn         EventType = "case.acted_on"
	Purged              EventType = "purged"
)

// Event is a fact that happened, written in the transaction that made it one.
type Event struct {
	ID             string
	Type           EventType
	Time           time.Time
	OrganizationID string
	ConnectionID   string
	SubjectID      string // what it is about: a User, Group, account, case …
	Data           json.RawMessage

	// The rest is for the audit alone.

	Actor     Actor
	RequestID string
	Before    json.RawMessage // what changed, as it was; nil where nothing was
	After     json.RawMessage // and as it is; nil where Data says it all
	AuditOnly bool            // administration, which no one who follows events needs to know
}

// AuditQuery selects from all that happened, newest first. Every field that is
// not zero must match.
type AuditQuery struct {
	OrganizationID string
	ConnectionID   string
	SubjectID      string
	ActorID        string
	Type           EventType
	Since, Before  time.Time
	After          string // the id of an event: begin behind it
	Limit          int
}

// EventPage is a part of the sequence of all events.
type EventPage struct {
	Events []*Event
	// Next is the cursor to go on from, also where no event follows yet.
	Next string
}

// EventTx is the part of a transaction that concerns events.
type EventTx interface {
	// AppendEvents writes events. Their place in the sequence is that of the
	// commit: no event ever appears before one that was read earlier.
	AppendEvents(...*Event) error
	// Events reads at most limit events behind the cursor after, "" for the
	// first, and passes over those for the audit alone. A cursor that is none
	// fails with Invalid. It is only called in a transaction of its own, an Update.
	Events(after string, limit int) (*EventPage, error)
	// Audit lists events, those for the audit alone too, by id, newest first.
	Audit(AuditQuery) ([]*Event, error)
}
