package joinery

import "time"

// Severity says how much a finding matters.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"   // pushes or sign-ins fail, or soon will
	SeverityWarning Severity = "warning" // something will not work as it is meant
	SeverityInfo    Severity = "info"    // worth knowing
)

// Finding is something about a connection that whoever sets it up should know.
type Finding struct {
	Code     string
	Severity Severity
	Summary  string // one sentence
	Action   string // what to do, one sentence
	Count    int64  // how many it concerns; 0 where it does not count
	Of       int64  // of how many; 0 where that is not known
	Examples []string
	Since    *time.Time
}

// Readiness is all that was found about a connection.
type Readiness struct {
	ConnectionID string
	Ready        bool // no finding is an error
	Checked      time.Time
	Findings     []Finding
}

// Tally counts something and has a few examples, the newest first.
type Tally struct {
	Count    int64
	Examples []string
}

// MaxExamples is how many examples a Tally has at most.
const MaxExamples = 5

// ReadinessTx is the part of a transaction that finds out about a connection as
// a whole. It costs by the size of the connection, and is for people to ask.
// Examples of Users are their userNames, without case.
type ReadinessTx interface {
	// UsersWithoutEmailName tallies live Users whose userName is no email.
	UsersWithoutEmailName(connectionID string) (Tally, error)
	// UsersWithoutEmail tallies live Users without any email.
	UsersWithoutEmail(connectionID string) (Tally, error)
	// DifferingSubjects tallies live Users whose sign-in subject is an email,
	// but none of the User's.
	DifferingSubjects(connectionID string) (Tally, error)
	// NotFollowed tallies live Users none of whose emails is the account's.
	NotFollowed(connectionID string) (Tally, error)
	// GroupsWithoutMapping tallies live Groups, by displayName.
	GroupsWithoutMapping(connectionID string) (Tally, error)
	// PendingMembers tallies the references to members that do not exist.
	PendingMembers(connectionID string) (Tally, error)
	// OpenCases tallies the codes of the connection's open cases.
	OpenCases(connectionID string) (Tally, error)
	// UnlinkedUsers tallies live Users without a link.
	UnlinkedUsers(connectionID string) (Tally, error)
	// LiveResources counts the live resources of a type.
	LiveResources(connectionID, resourceType string) (int64, error)
	// RequestsSince counts the requests since a time, those that failed (400 and
	// above) among them, and tells when the last one came at all, nil for never.
	RequestsSince(connectionID string, since time.Time) (all, failed int64, last *time.Time, err error)
}

// PurgeTx is the part of a transaction that forgets what was kept for a time.
// Each call removes at most limit things, and returns how many.
type PurgeTx interface {
	// PurgeTombstones removes what was deleted before a time, with its emails, its
	// link and the groups that sign-ins claimed for it.
	PurgeTombstones(connectionID string, before time.Time, limit int) (int, error)
	// PurgeHandles removes handles whose time is over.
	PurgeHandles(before time.Time, limit int) (int, error)
	// PurgeRequests removes entries of all request logs.
	PurgeRequests(before time.Time, limit int) (int, error)
	// PurgeConsents removes one-time links whose time is over.
	PurgeConsents(before time.Time, limit int) (int, error)
	// PurgeDepartures removes counts of departures.
	PurgeDepartures(before time.Time, limit int) (int, error)
	// ConnectionsAfter lists connections of all organizations by id.
	ConnectionsAfter(after string, limit int) ([]*Connection, error)
}
