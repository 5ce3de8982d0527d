package wire

import "time"

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
