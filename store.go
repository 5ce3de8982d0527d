package joinery

import (
	"context"
	"errors"
)

// Store keeps everything. It is safe for concurrent use.
type Store interface {
	// View calls fn to read. Each call on tx sees what was committed when it was
	// made.
	View(ctx context.Context, fn func(tx Tx) error) error
	// Update calls fn in a transaction, and returns once all that it wrote is
	// durable, or, with the error of fn, once nothing is. It calls fn again
	// where another transaction got in its way, so fn must have no effect
	// besides its writes. A transaction that fails with ErrCollision again and
	// again is given up with that error.
	Update(ctx context.Context, fn func(tx Tx) error) error
	// Exclusive reports whether no other process can write to the database.
	Exclusive() bool
	// Ping reports whether the database answers.
	Ping(ctx context.Context) error
	// Close waits for calls that run and closes the database.
	Close() error
}

// Tx is a transaction. It is valid only within the function it is given to,
// and not safe for concurrent use. Reads within an Update see its own writes.
type Tx interface {
	OrganizationTx
	ConnectionTx
	TokenTx
	ResourceTx
	MemberTx
	EventTx
	AccountTx
	HandleTx
	LinkTx
	MembershipTx
	MappingTx
	DomainTx
	CaseTx
	MergeTx
	GuardTx
	RequestTx
	ReadinessTx
	PurgeTx
}

// ErrCollision says that something else already has a key that must be unique.
var ErrCollision = errors.New("something else already has this key")
