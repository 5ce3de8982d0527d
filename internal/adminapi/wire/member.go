package wire

import "time"

// NewMember is the body of a request to make an account a member.
type NewMember struct {
	AccountID string `json:"account_id" minLength:"1" maxLength:"255"`
	Role      string `json:"role,omitempty" doc:"Given by hand, beside what groups and sign-ins give" maxLength:"255" example:"admin"`
}

// MemberChange is the body of a request to change a membership. What is absent
// stays as it is.
type MemberChange struct {
	Role  *string `json:"role,omitempty" doc:"The role given by hand; empty: none" maxLength:"255"`
	State *string `json:"state,omitempty" enum:"active,suspended"`
}

// Member is an account in an organization.
type Member struct {
	OrganizationID string      `json:"organization_id"`
	AccountID      string      `json:"account_id"`
	Account        *AccountRef `json:"account,omitempty" doc:"Absent where the account is told beside it"`
	State          string      `json:"state" enum:"active,suspended"`
	Role           string      `json:"role,omitempty" doc:"The role given by hand"`
	Roles          []RoleGrant `json:"roles" nullable:"false" doc:"Every role with its source"`
	EffectiveRole  string      `json:"effective_role,omitempty" doc:"The highest role in the organization; absent while suspended"`
	Origin         string      `json:"origin" enum:"api,import,scim,sign_in" doc:"How it came to be"`
	ConnectionID   string      `json:"connection_id,omitempty" doc:"The connection that made it or, later, that last suspended or resumed it"`
	Created        time.Time   `json:"created"`
	Updated        time.Time   `json:"updated"`
}

// Members is a page of an organization's members.
type Members struct {
	Members    []Member `json:"members" nullable:"false"`
	NextCursor string   `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}

// RoleGrant is one role of a member, from one source.
type RoleGrant struct {
	Role         string `json:"role" example:"admin"`
	Target       string `json:"target" doc:"What it is a role on; org:<slug> is the organization" example:"org:acme"`
	Source       string `json:"source" enum:"direct,sign_in,group,default" doc:"direct: given by hand; group: a pushed group; sign_in: a group that a sign-in claimed; default: nothing gives another"`
	ConnectionID string `json:"connection_id,omitempty"`
	GroupID      string `json:"group_id,omitempty"`
	Group        string `json:"group,omitempty" doc:"Name of the group"`
	MappingID    string `json:"mapping_id,omitempty"`
}
