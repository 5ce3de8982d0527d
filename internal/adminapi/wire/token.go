package wire

import "time"

// NewToken is the body of a request to make a token.
type NewToken struct {
	Name    string     `json:"name" doc:"To tell tokens apart, such as where it is used" minLength:"1" maxLength:"255" example:"Okta production"`
	Expires *time.Time `json:"expires_at,omitempty" doc:"When the token stops working; absent: never"`
}

// Token lets an identity provider act on one connection.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Secret    string     `json:"token,omitempty" doc:"The secret: only in the answer that made the token; the server keeps a hash"`
	Created   time.Time  `json:"created"`
	CreatedBy string     `json:"created_by" doc:"Name of the admin token that made it"`
	Expires   *time.Time `json:"expires_at,omitempty" doc:"Absent: never"`
	LastUsed  *time.Time `json:"last_used,omitempty" doc:"To the minute; absent: never"`
}

// Tokens lists the tokens of a connection.
type Tokens struct {
	Tokens []Token `json:"tokens" nullable:"false"`
}
