package joinery

import (
	"encoding/json"
	"time"
)

// EventType names a kind of fact. The names are stable.
type EventType string

// The event types. Data is described by the payload type beside each.
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
