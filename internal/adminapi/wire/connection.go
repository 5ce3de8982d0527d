package wire

import (
	"encoding/json"
	"time"

	"github.com/joineryhq/joinery"
)

// NewConnection is the body of a request to make a connection.
type NewConnection struct {
	Name   string          `json:"name" doc:"How people call the connection" minLength:"1" maxLength:"255" example:"Okta"`
	IdP    string          `json:"idp,omitempty" doc:"Profile of the identity provider; 'generic' where none fits" example:"okta"`
	Policy json.RawMessage `json:"policy,omitempty" doc:"Keys that shall differ from the recommended policy"`
}

// ConnectionChange is the body of a request to change a connection. What is
// absent stays as it is.
type ConnectionChange struct {
	Name    *string         `json:"name,omitempty" doc:"How people call the connection" minLength:"1" maxLength:"255"`
	IdP     *string         `json:"idp,omitempty" doc:"Profile of the identity provider"`
	Strict  *bool           `json:"strict,omitempty" doc:"Refuse what the profile would repair"`
	Observe *bool           `json:"observe,omitempty" doc:"Whether to touch no account yet; false lets happen what was observed"`
	Policy  json.RawMessage `json:"policy,omitempty" doc:"Keys to change; the others stay. A preset sets every key that is not given beside it"`
}

// Connection is an organization's link to one identity provider.
type Connection struct {
	ID             string         `json:"id"`
	OrganizationID string         `json:"organization_id"`
	Name           string         `json:"name"`
	IdP            string         `json:"idp" doc:"Profile of the identity provider"`
	Strict         bool           `json:"strict" doc:"Requests that the profile would repair are refused"`
	SCIMBaseURL    string         `json:"scim_base_url" doc:"What to enter at the identity provider as SCIM base URL"`
	Observe        bool           `json:"observe" doc:"Pushes are answered and recorded, but touch no account yet"`
	Guard          Guard          `json:"guard" doc:"What the guard against a mass of departures does at present"`
	Policy         joinery.Policy `json:"policy" doc:"Every key with the value in force"`
	Created        time.Time      `json:"created"`
	Warnings       []Finding      `json:"warnings,omitempty" nullable:"false" doc:"In the answer to a change of the policy: where it does not go with what is there"`
}

// Connections lists the connections of an organization.
type Connections struct {
	Connections []Connection `json:"connections" nullable:"false"`
}
