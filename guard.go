package joinery

import "time"

// GuardState says what the guard of a connection does about a mass of
// departures.
type GuardState string

// The states of a guard.
const (
	GuardQuiet    GuardState = ""         // nothing unusual
	GuardTripped  GuardState = "tripped"  // there were too many; under the action hold, further ones wait
	GuardApproved GuardState = "approved" // an operator lets them through
	GuardRejected GuardState = "rejected" // an operator refuses them
)

// Guard is the state of the guard of a connection.
type Guard struct {
	ConnectionID string
	State        GuardState
	Since        time.Time
	Until        time.Time // when it is quiet again
	Departed     int64     // how many left in the window when it tripped
	Users        int64     // of how many
	Held         []string  // userNames that were held back, the first MaxHeld
}

// MaxHeld is how many userNames a Guard remembers.
const MaxHeld = 100

// GuardTx is the part of a transaction that concerns guards.
type GuardTx interface {
	// Guard returns the state of a connection's guard, GuardQuiet where nothing
	// was ever said.
	Guard(connectionID string) (*Guard, error)
	// LockGuard makes the transaction wait for others that have called it for the
	// connection, and the later ones for its end.
	LockGuard(connectionID string) error
	// SetGuard writes it. Where there is no such connection it fails with NotFound.
	SetGuard(*Guard) error
	// CountDeparture adds one to the departures of a connection at a time,
	// rounded down to a bucket; deleted says that the User was deleted.
	CountDeparture(connectionID string, bucket time.Time, deleted bool) error
	// Departures counts since a time: all, and those by deletion. Users is how
	// many live Users the connection has.
	Departures(connectionID string, since time.Time) (all, deleted, users int64, err error)
}
