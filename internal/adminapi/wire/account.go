package wire

import "time"

// NewAccount is the body of a request to make an account.
type NewAccount struct {
	Email       string `json:"email,omitempty" doc:"Unique in the deployment, without case" maxLength:"254" example:"lea@acme.example"`
	Username    string `json:"username,omitempty" doc:"Unique in the deployment, without case; absent: made of what stands before the @ of the email" maxLength:"128" example:"lea"`
	DisplayName string `json:"display_name,omitempty" maxLength:"255" example:"Lea Moser"`
	Protected   bool   `json:"protected,omitempty" doc:"No push and no sign-in takes the account over or suspends it"`
}

// AccountChange is the body of a request to change an account. What is absent
// stays as it is. A handle that is given up stays reserved for the account.
type AccountChange struct {
	Email       *string `json:"email,omitempty" doc:"Empty: take the email away" maxLength:"254"`
	Username    *string `json:"username,omitempty" minLength:"1" maxLength:"128"`
	DisplayName *string `json:"display_name,omitempty" maxLength:"255"`
	Protected   *bool   `json:"protected,omitempty"`
}

// AccountRef says which account is meant.
type AccountRef struct {
	ID          string `json:"id"`
	Email       string `json:"email,omitempty"`
	Username    string `json:"username,omitempty"`
	DisplayName string `json:"display_name,omitempty"`
	Protected   bool   `json:"protected"`
}

// Account is the host's own user, with what belongs to it.
type Account struct {
	AccountRef
	State        string       `json:"state" enum:"active,suspended,merged" doc:"suspended: it has memberships, and none of them is active"`
	Origin       string       `json:"origin" enum:"api,import,scim,sign_in" doc:"How it came to be"`
	ConnectionID string       `json:"connection_id,omitempty" doc:"The connection that made it"`
	Created      time.Time    `json:"created"`
	Updated      time.Time    `json:"updated"`
	LastSignIn   *time.Time   `json:"last_sign_in,omitempty"`
	LastSignOut  *time.Time   `json:"last_sign_out,omitempty"`
	MergedInto   string       `json:"merged_into,omitempty" doc:"The account that it was merged into"`
	Handles      []Handle     `json:"handles" nullable:"false" doc:"The emails and usernames that it alone may have"`
	Memberships  []Member     `json:"memberships" nullable:"false"`
	Links        []Link       `json:"links" nullable:"false" doc:"The Users that it is joined to, and was"`
	NotFollowed  []Difference `json:"not_followed,omitempty" nullable:"false" doc:"Where a User has another email or username than the account"`
	Merges       []Merge      `json:"merges,omitempty" nullable:"false"`
}

// Accounts is a page of accounts.
type Accounts struct {
	Accounts   []Account `json:"accounts" nullable:"false"`
	NextCursor string    `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}

// Handle is an email or username that one account alone may have.
type Handle struct {
	Kind  string     `json:"kind" enum:"email,username"`
	Value string     `json:"value"`
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until,omitempty" doc:"It was given up, and is free for others from then on; absent: for good"`
}

// Link joins a User to an account.
type Link struct {
	ConnectionID  string     `json:"connection_id"`
	UserID        string     `json:"user_id"`
	AccountID     string     `json:"account_id"`
	Subject       string     `json:"subject,omitempty" doc:"Of the sign-ins: SAML NameID or OIDC sub"`
	SubjectFormat string     `json:"subject_format,omitempty"`
	Rule          string     `json:"rule" doc:"The rule, or the action on a case, that made it"`
	Origin        string     `json:"origin" enum:"scim,sign_in" doc:"sign_in: nothing was pushed yet"`
	Created       time.Time  `json:"created"`
	LastSignIn    *time.Time `json:"last_sign_in,omitempty"`
	LastSignOut   *time.Time `json:"last_sign_out,omitempty"`
	Ended         *time.Time `json:"ended,omitempty" doc:"When the User was deleted"`
}

// Difference is an attribute of a User that its account did not follow.
type Difference struct {
	ConnectionID string `json:"connection_id"`
	UserID       string `json:"user_id"`
	Attribute    string `json:"attribute" enum:"email,username"`
	User         string `json:"user,omitempty" doc:"What the User has"`
	Account      string `json:"account,omitempty" doc:"What the account has"`
}

// NewImport is a line of an import: an account to make, and where it is a
// member.
type NewImport struct {
	NewAccount
	Organization string `json:"organization,omitempty" doc:"Id or slug of an organization to make it a member of" maxLength:"255" example:"acme"`
	Role         string `json:"role,omitempty" doc:"The role that it has there" maxLength:"255" example:"member"`
}

// ImportResult is what became of one line of an import.
type ImportResult struct {
	Line    int    `json:"line" doc:"Counted from 1, empty lines too"`
	Status  string `json:"status" enum:"created,failed"`
	ID      string `json:"id,omitempty" doc:"Of the account that was made"`
	Reason  string `json:"reason,omitempty" doc:"Stable code of the failure" example:"email_taken"`
	Message string `json:"message,omitempty" doc:"What is wrong and what to do"`
}

// Relink is the body of a request to give a User another account.
type Relink struct {
	AccountID string `json:"account_id" doc:"The account that the User is to have" maxLength:"128"`
}
