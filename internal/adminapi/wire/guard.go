package wire

import "time"

// Guard is what the guard of a connection does about a mass of departures.
type Guard struct {
	State    string     `json:"state" enum:"quiet,tripped,approved,rejected" doc:"tripped: under the policy's guard action hold, further departures wait; approved, rejected: what an operator decided about them"`
	Since    *time.Time `json:"since,omitempty"`
	Until    *time.Time `json:"until,omitempty" doc:"When it is quiet again"`
	Departed int64      `json:"departed,omitempty" doc:"How many users had left in the window when it tripped"`
	Users    int64      `json:"users,omitempty" doc:"Of how many"`
	Held     []string   `json:"held,omitempty" nullable:"false" doc:"The userNames that wait, the first 100"`
}

// GuardDecision is the body of a request to decide about departures that wait.
type GuardDecision struct {
	Action string `json:"action" enum:"approve,reject" doc:"Let them through, or refuse them, for one window of the policy's guard"`
}
