package wire

import "time"

// NewMapping is the body of a request to give a group's members a role. The
// group is named by id or, before it was pushed, by name.
type NewMapping struct {
	GroupID   string `json:"group_id,omitempty" maxLength:"255"`
	GroupName string `json:"group_name,omitempty" doc:"As the identity provider calls it, or a sign-in claims it" maxLength:"1024" example:"Engineers"`
	Target    string `json:"target" doc:"What it is a role on: org:<slug> for an organization, or any other string" minLength:"1" maxLength:"1024" example:"org:acme"`
	Role      string `json:"role" minLength:"1" maxLength:"255" example:"writer"`
}

// Mapping gives the members of a group a role on a target.
type Mapping struct {
	ID        string    `json:"id"`
	GroupID   string    `json:"group_id,omitempty" doc:"Absent until a group of that name is pushed"`
	GroupName string    `json:"group_name"`
	Target    string    `json:"target"`
	Role      string    `json:"role"`
	Seen      bool      `json:"seen" doc:"The group was pushed, or claimed by a sign-in"`
	Created   time.Time `json:"created"`
}

// Mappings lists the mappings of a connection.
type Mappings struct {
	Mappings []Mapping `json:"mappings" nullable:"false"`
}
