package joinery

import "time"

// HandleKind is what a handle is.
type HandleKind string

// The kinds of handle.
const (
	EmailHandle    HandleKind = "email"
	UsernameHandle HandleKind = "username"
)

// HandleKey is what one account alone may hold in the whole deployment.
type HandleKey struct {
	Kind HandleKind
	Key  string // the email or username, folded (scim.Fold)
}

// Handle is an email or username that an account holds: the current one, one
// that came by a merge, or, until a time, one that it gave up.
type Handle struct {
	HandleKey
	Value     string // as it was given
	AccountID string
	Since     time.Time
	Until     *time.Time // nil: for good; else free for others from then on
}

// HandleTx is the part of a transaction that concerns handles. That a handle
// has one holder is for the database to see to.
type HandleTx interface {
	// Handles lists the handles of accounts, by account, kind and key, expired
	// ones too.
	Handles(accountIDs ...string) ([]*Handle, error)
	// HandleHolders maps those of the keys that are held at a time to their
	// handles.
	HandleHolders(keys []HandleKey, at time.Time) (map[HandleKey]*Handle, error)
	// HoldHandle gives a handle to an account: a new one, one that has expired at
	// a time, or one that the account has already, which is overwritten. Where
	// another account holds it, the transaction fails with ErrCollision, at this
	// call or at any later one, its end included.
	HoldHandle(h *Handle, at time.Time) error
	// DropHandle frees a handle that an account holds; any other is left alone.
	DropHandle(key HandleKey, accountID string) error
	// MoveHandle gives a handle from one account to another. It reports whether
	// the first one held it.
	MoveHandle(key HandleKey, from, to string) (bool, error)
	// HandlesAtDomain lists the current or merged emails (Until is nil) of a
	// domain, by what stands before it, at most limit, beginning behind the key after.
	HandlesAtDomain(domain, after string, limit int) ([]*Handle, error)
}
