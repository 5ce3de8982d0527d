// Package wire holds the JSON of the admin API: what its server and its client
// exchange. The tags doc, minLength and alike end up in the OpenAPI document
// and are enforced by the server.
package wire

import (
	"encoding/json"
	"time"

	"github.com/joineryhq/joinery"
)

// NewOrganization is the body of a request to make an organization.
type NewOrganization struct {
	Name string `json:"name" doc:"How people call the organization" minLength:"1" maxLength:"255" example:"Acme Inc."`
	Slug string `json:"slug" doc:"Short name, unique in the deployment: lower-case letters, digits and hyphens" minLength:"1" maxLength:"63" example:"acme"`
}

// Organization is a customer of the host.
type Organization struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Slug    string    `json:"slug"`
	Created time.Time `json:"created"`
}

// Organizations is a page of organizations.
type Organizations struct {
	Organizations []Organization `json:"organizations" nullable:"false"`
	NextCursor    string         `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}

// NewConnection is the body of a request to make a connection.
type NewConnection struct {
	Name   string          `json:"name" doc:"How people call the connection" minLength:"1" maxLength:"255" example:"Okta"`
	IdP    string          `json:"idp,omitempty" doc:"Profile of the identity provider; 'generic' where none fits" example:"okta"`
	Policy json.RawMessage `json:"policy,omitempty" doc:"Keys that shall differ from the recommended policy"`
}

// ConnectionChange is the body of a request to change a connection. What is
// absent stays as it is.
type ConnectionChange struct {
	Name   *string         `json:"name,omitempty" doc:"How people call the connection" minLength:"1" maxLength:"255"`
	IdP    *string         `json:"idp,omitempty" doc:"Profile of the identity provider"`
	Strict *bool           `json:"strict,omitempty" doc:"Refuse what the profile would repair"`
	Policy json.RawMessage `json:"policy,omitempty" doc:"Keys to change; the others stay"`
}

// Connection is an organization's link to one identity provider.
type Connection struct {
	ID             string         `json:"id"`
	OrganizationID string         `json:"organization_id"`
	Name           string         `json:"name"`
	IdP            string         `json:"idp" doc:"Profile of the identity provider"`
	Strict         bool           `json:"strict" doc:"Requests that the profile would repair are refused"`
	SCIMBaseURL    string         `json:"scim_base_url" doc:"What to enter at the identity provider as SCIM base URL"`
	Policy         joinery.Policy `json:"policy" doc:"Every key with the value in force"`
	Created        time.Time      `json:"created"`
}

// Connections lists the connections of an organization.
type Connections struct {
	Connections []Connection `json:"connections" nullable:"false"`
}

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

// Event is a fact that happened.
type Event struct {
	ID             string          `json:"id"`
	Type           string          `json:"type" example:"user.created"`
	Time           time.Time       `json:"time"`
	OrganizationID string          `json:"organization_id"`
	ConnectionID   string          `json:"connection_id"`
	SubjectID      string          `json:"subject_id" doc:"The User or Group that it is about"`
	Data           json.RawMessage `json:"data" doc:"Depends on the type"`
}

// Events is a part of the sequence of all events.
type Events struct {
	Events     []Event `json:"events" nullable:"false"`
	NextCursor string  `json:"next_cursor" doc:"Give it as 'after' to go on, also where no event follows yet"`
}
