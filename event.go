package joinery

import (
	"encoding/json"
	"time"
)

// EventType names a kind of fact. The names are stable.
type EventType string

// The event types. The payload of each is named beside it.
const (
	UserCreated        EventType = "user.created"         // UserData
	UserUpdated        EventType = "user.updated"         // UserData with the changed paths
	UserDeactivated    EventType = "user.deactivated"     // UserData
	UserReactivated    EventType = "user.reactivated"     // UserData
	UserDeleted        EventType = "user.deleted"         // UserData
	GroupCreated       EventType = "group.created"        // GroupData
	GroupRenamed       EventType = "group.renamed"        // GroupData with the former name
	GroupDeleted       EventType = "group.deleted"        // GroupData
	GroupMemberAdded   EventType = "group.member_added"   // MemberData
	GroupUpdated       EventType = "group.updated"        // GroupData with the changed paths other than the name
	GroupMemberRemoved EventType = "group.member_removed" // MemberData
	ResourceCreated    EventType = "resource.created"     // ResourceData
	ResourceUpdated    EventType = "resource.updated"     // ResourceData with the changed paths
	ResourceDeleted    EventType = "resource.deleted"     // ResourceData

	AccountCreated         EventType = "account.created"          // AccountData
	AccountAdopted         EventType = "account.adopted"          // AccountData with the User and the rule
	AccountUpdated         EventType = "account.updated"          // AccountData: the display name or the protection changed
	AccountEmailChanged    EventType = "account.email_changed"    // AccountData with the former email
	AccountUsernameChanged EventType = "account.username_changed" // AccountData with the former username
	AccountSuspended       EventType = "account.suspended"        // AccountData: no active membership is left
	AccountReactivated     EventType = "account.reactivated"      // AccountData
	AccountMerged          EventType = "account.merged"           // MergeData; the subject is the survivor
	AccountUnmerged        EventType = "account.unmerged"         // MergeData
	SessionsRevoked        EventType = "account.sessions_revoked" // SessionsData: end its sessions and tokens
	HandleReleased         EventType = "handle.released"          // HandleData; the subject is who held it

	MembershipAdded        EventType = "membership.added"        // MembershipData; the subject is the account
	MembershipWasSuspended EventType = "membership.suspended"    // MembershipData
	MembershipResumed      EventType = "membership.resumed"      // MembershipData
	MembershipRemoved      EventType = "membership.removed"      // MembershipData
	MembershipRoleChanged  EventType = "membership.role_changed" // MembershipData with the roles

	CaseWasOpened    EventType = "case.opened"    // CaseData
	CaseWasResolved  EventType = "case.resolved"  // CaseData
	CaseWasConfirmed EventType = "case.confirmed" // CaseData
	CaseWasDismissed EventType = "case.dismissed" // CaseData

	GuardWasTripped  EventType = "guard.tripped"  // GuardData; the subject is the connection
	GuardWasApproved EventType = "guard.approved" // GuardData
	GuardWasRejected EventType = "guard.rejected" // GuardData

	SignInAllowed EventType = "sign_in.allowed" // SignInData; the subject is the account
	SignInDenied  EventType = "sign_in.denied"  // SignInData; the subject is the account, where there is one

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
	MembershipChanged   EventType = "membership.updated"
	SignedOut           EventType = "sign_out"
	UserUnlinked        EventType = "user.unlinked"
	UserRelinked        EventType = "user.relinked"
	CaseActedOn         EventType = "case.acted_on"
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
