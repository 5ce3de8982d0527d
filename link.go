package joinery

import "time"

// Link joins a User to an Account. It stays, ended, with the tombstone of a
// deleted User, so that who returns gets his account back.
type Link struct {
	ConnectionID  string
	UserID        string
	AccountID     string
	Subject       string // of the sign-ins (SAML NameID, OIDC sub); "" before the first
	SubjectFormat string // such as that of the NameID; "" where it was not told
	Rule          string // the rule, or the case action, that made it
	// Origin is FromSignIn while nothing but sign-ins has made and changed the
	// User, else FromSCIM.
	Origin      Origin
	Created     time.Time
	LastSignIn  *time.Time
	LastSignOut *time.Time
	Claimed     *time.Time // when a sign-in last carried groups
	Ended       *time.Time // when the User was deleted
}

// LinkTx is the part of a transaction that concerns links.
type LinkTx interface {
	// InsertLink fails with ErrCollision, at this call or at any later one,
	// where the account has another live link in the connection, or another link
	// of the connection, ended or not, has the subject.
	InsertLink(*Link) error
	// UpdateLink writes all but ConnectionID, UserID and Created. It fails like
	// InsertLink, and just so with NotFound.
	UpdateLink(*Link) error
	// DeleteLink removes a link, where there is one.
	DeleteLink(connectionID, userID string) error
	// Link fails with NotFound. In an Update the link stays locked.
	Link(connectionID, userID string) (*Link, error)
	// LinkBySubject is Link by the subject.
	LinkBySubject(connectionID, subject string) (*Link, error)
	// LiveLink finds the live link of an account in a connection, or fails with
	// NotFound.
	LiveLink(connectionID, accountID string) (*Link, error)
	// LinksOf lists the links of accounts, ended ones too, by account and then
	// connection.
	LinksOf(accountIDs []string) ([]*Link, error)
	// LinkedAccounts maps those of the Users that have a link, live or ended, to
	// their accounts.
	LinkedAccounts(connectionID string, userIDs []string) (map[string]string, error)

	// LinkedUsers lists the live Users that accounts are linked to, in all
	// connections, without rows.
	LinkedUsers(accountIDs []string) ([]*Resource, error)

	// SharedExternalIDs lists the externalIds that live Users of two connections
	// have in common while they are linked to two accounts, by externalId, at
	// most limit, beginning behind the externalId after. It costs by the size of
	// the first connection, and is for people to ask.
	SharedExternalIDs(connectionID, otherID, after string, limit int) ([]SharedExternalID, error)

	// Identity finds out, in one statement, what is known of who is pushed or
	// signs in.
	Identity(IdentityQuery) (*Identity, error)
	// Standing returns a User's account as the connection sees it; Link is nil
	// where the User has none. In an Update the account stays locked, and what is
	// told of its memberships holds until the end.
	Standing(connectionID, organizationID, userID string) (*Standing, error)
	// UnsettledUsers lists the Users of a connection whose account is not as the
	// User is: live ones without a link, live ones whose membership's state is
	// not that of the User, and deleted ones whose link has not ended. They come
	// by id, at most limit, beginning behind the id after.
	UnsettledUsers(connectionID, organizationID, after string, limit int) ([]*Resource, error)

	// SetClaims replaces the groups that sign-ins claim for a User, and reports
	// whether they differ from those before.
	SetClaims(connectionID, userID string, groups []string) (changed bool, err error)
	// Claims lists the groups that the last sign-in with any claimed for a User.
	Claims(connectionID, userID string) ([]string, error)
}

// SharedExternalID is one externalId that stands for two accounts.
type SharedExternalID struct {
	ExternalID string
	AccountID  string // of the User in the first connection
	OtherID    string // of the User in the other one
}

// IdentityQuery asks for what is known of someone. Values are folded; "" leaves
// a question out.
type IdentityQuery struct {
	OrganizationID string
	ConnectionID   string
	Email          string
	Username       string
	Domain         string
	At             time.Time
	// Keys are what unsettled cases may know the same subject by.
	Keys CaseKeys
}

// Identity is the answer to an IdentityQuery.
type Identity struct {
	Email    *Holder // nil: nobody holds the email
	Username *Holder
	Verified bool     // the organization has verified the domain
	Cases    []string // the ids of the connection's unsettled cases with one of the keys
}

// Holder is an account that holds a handle, as a connection sees it.
type Holder struct {
	AccountID string
	Protected bool
	Member    bool   // of the connection's organization, suspended or not
	UserID    string // the live User of the connection that is linked to it; "" for none
	Former    bool   // the handle was given up, and is only reserved for it
}

// Standing is a User's account as its connection sees it.
type Standing struct {
	Link       *Link
	Account    *Account
	Membership *Membership // in the connection's organization; nil for none
	// Elsewhere says that the account has a membership, suspended or not, in
	// another organization; ActiveElsewhere that one of them is active.
	Elsewhere, ActiveElsewhere bool
	// Kept says that a live and active User of another connection of the
	// organization is linked to the account.
	Kept bool
}
