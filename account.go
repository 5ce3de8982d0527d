package joinery

import "time"

// Account is the host's own user. It may exist before, beside and after any
// User, and may belong to several organizations.
type Account struct {
	ID           string
	Email        string // as it was given; "" for none. The handle that is held compares without case
	Username     string // as Email; never "" but on an account that was merged into another
	DisplayName  string
	Protected    bool   // no push and no sign-in takes it over or suspends it
	Origin       Origin // how it came to be
	ConnectionID string // the connection that made it; "" where none did
	Created      time.Time
	Updated      time.Time
	MergedInto   string // the account that it was merged into; "" for none
}

// Origin is a way in which an account, a membership or a User came to be.
type Origin string

// The origins.
const (
	FromAPI    Origin = "api"
	FromImport Origin = "import"
	FromSCIM   Origin = "scim"
	FromSignIn Origin = "sign_in"
)

// AccountQuery selects accounts. Every field that is not "" must match.
type AccountQuery struct {
	Email    string // folded; also one that is held, or was until lately, beside the current one
	Username string // folded; as Email
	After    string // an id
	Limit    int
}

// AccountTx is the part of a transaction that concerns accounts.
type AccountTx interface {
	// InsertAccount adds an account. Its handles are taken by HoldHandle.
	InsertAccount(*Account) error
	// Account fails with NotFound. In an Update the account stays locked.
	Account(id string) (*Account, error)
	// AccountsByID returns those of the accounts that there are.
	AccountsByID(ids []string) (map[string]*Account, error)
	// UpdateAccount writes all but ID, Origin, ConnectionID and Created. It
	// fails with NotFound, at this call or at any later one.
	UpdateAccount(*Account) error
	// Accounts lists by id. Accounts that were merged into others are left out.
	Accounts(AccountQuery) ([]*Account, error)
}
