package simulate

import (
	"fmt"
	"time"
)

// Action is what a request was for.
type Action string

// The actions of a simulated identity provider.
const (
	TestConnection Action = "test the connection"
	LookUp         Action = "look up"
	CreateUser     Action = "create user"
	UpdateUser     Action = "update user"
	Deactivate     Action = "deactivate user"
	Reactivate     Action = "reactivate user"
	DeleteUser     Action = "delete user"
	Import         Action = "import"
	CreateGroup    Action = "create group"
	RenameGroup    Action = "rename group"
	DeleteGroup    Action = "delete group"
	AddMembers     Action = "add members"
	RemoveMembers  Action = "remove members"
	SetMembers     Action = "set members"
	ReadBack       Action = "read back"
)

// Phase is a part of the simulated life.
type Phase string

// The phases in the order in which Run goes through them.
const (
	Connecting Phase = "connect"
	Pushing    Phase = "people"
	Grouping   Phase = "groups"
	Changing   Phase = "changes"
	Leaving    Phase = "leavers"
	Comparing  Phase = "compare"
)

// Phases lists the phases in order.
func Phases() []Phase {
	return []Phase{Connecting, Pushing, Grouping, Changing, Leaving, Comparing}
}

// Step is one request of a simulated identity provider and what became of it.
type Step struct {
	Client   string // "okta" or "entra"
	Phase    Phase
	Action   Action
	Subject  string // the userName or group name that it is about
	Request  string // method and target, such as "GET /Users/42"
	Status   int    // 0 where no answer came
	Duration time.Duration
	Members  int // how many members were added or removed
	OK       bool
	Detail   string // where not OK: what was expected and what came
}

// String writes the step on one line.
func (s Step) String() string {
	state := "ok"
	if !s.OK {
		state = "FAILED"
	}
	line := fmt.Sprintf("%-6s %-20s %-40s %3d  %s", state, s.Action, s.Subject, s.Status, s.Request)
	if s.Detail != "" {
		line += "\n       " + s.Detail
	}
	return line
}

// Report sums up a run.
type Report struct {
	Client         string
	Requests       int
	Created        int // users
	Updated        int
	Deactivated    int
	Reactivated    int
	Deleted        int
	Groups         int // created
	GroupsRenamed  int
	GroupsDeleted  int
	MembersAdded   int
	MembersRemoved int
	Duration       time.Duration
	Failures       []Step
}

// OK reports whether every expectation held.
func (r *Report) OK() bool { return len(r.Failures) == 0 }

func (r *Report) add(s Step) {
	r.Requests++
	if !s.OK {
		r.Failures = append(r.Failures, s)
		return
	}
	counters := map[Action]*int{
		CreateUser: &r.Created, UpdateUser: &r.Updated, Deactivate: &r.Deactivated,
		Reactivate: &r.Reactivated, DeleteUser: &r.Deleted, CreateGroup: &r.Groups,
		RenameGroup: &r.GroupsRenamed, DeleteGroup: &r.GroupsDeleted,
	}
	if n := counters[s.Action]; n != nil && s.Status < 300 {
		*n++
	}
	switch s.Action {
	case AddMembers:
		r.MembersAdded += s.Members
	case RemoveMembers:
		r.MembersRemoved += s.Members
	}
}
