package wire

import "time"

// NewMerge is the body of a request to merge two accounts, or to see what that
// would do.
type NewMerge struct {
	Survivor string `json:"survivor" doc:"Id of the account that stays" minLength:"1" maxLength:"255"`
	Absorbed string `json:"absorbed" doc:"Id of the account that becomes part of it" minLength:"1" maxLength:"255"`
}

// MergePlan is what a merge moves from one account to another.
type MergePlan struct {
	Survivor     AccountRef   `json:"survivor"`
	Absorbed     AccountRef   `json:"absorbed"`
	Handles      []Handle     `json:"handles" nullable:"false" doc:"What the survivor has from then on, too"`
	Memberships  []Membership `json:"memberships" nullable:"false" doc:"What goes to the survivor, or is joined with his"`
	Links        []Link       `json:"links" nullable:"false"`
	DroppedUsers []Link       `json:"dropped_users" nullable:"false" doc:"Users that sign-ins made, and that go: their subject goes to the pushed User"`
	Refused      *Refusal     `json:"refused,omitempty" doc:"Why it cannot be done"`
}

// Refusal says why something cannot be done.
type Refusal struct {
	Reason  string `json:"reason" doc:"Stable code for programs"`
	Message string `json:"message"`
}

// Membership is an account in an organization, without what follows from it.
type Membership struct {
	OrganizationID string `json:"organization_id"`
	State          string `json:"state" enum:"active,suspended"`
	Role           string `json:"role,omitempty" doc:"The role given by hand"`
}

// Merge is two accounts made one.
type Merge struct {
	ID             string     `json:"id"`
	SurvivorID     string     `json:"survivor_id"`
	AbsorbedID     string     `json:"absorbed_id"`
	OrganizationID string     `json:"organization_id,omitempty" doc:"The organization whose case it settled"`
	Created        time.Time  `json:"created"`
	UndoUntil      *time.Time `json:"undo_until,omitempty" doc:"Until when it can be undone"`
	Undone         *time.Time `json:"undone,omitempty"`
	Moved          *MergePlan `json:"moved,omitempty" doc:"In the answer that made it: what it moved"`
}

// Duplicate is a set of accounts that may be one person's.
type Duplicate struct {
	Accounts []AccountRef `json:"accounts" nullable:"false"`
	Reasons  []string     `json:"reasons" nullable:"false" doc:"Why: email_variant, numbered_name, verified_domains, external_id"`
}

// Duplicates lists the duplicates among an organization's members.
type Duplicates struct {
	Duplicates []Duplicate `json:"duplicates" nullable:"false"`
}
