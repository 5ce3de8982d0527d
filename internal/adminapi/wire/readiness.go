package wire

import "time"

// Readiness is all that was found about a connection.
type Readiness struct {
	ConnectionID string    `json:"connection_id"`
	Ready        bool      `json:"ready" doc:"No finding is an error"`
	Checked      time.Time `json:"checked"`
	Findings     []Finding `json:"findings" nullable:"false"`
}

// Finding is something about a connection that whoever sets it up should know.
type Finding struct {
	Code     string     `json:"code" doc:"Stable code for programs"`
	Severity string     `json:"severity" enum:"error,warning,info" doc:"error: pushes or sign-ins fail, or soon will; warning: something will not work as it is meant"`
	Summary  string     `json:"summary"`
	Action   string     `json:"action,omitempty" doc:"What to do"`
	Count    int64      `json:"count,omitempty" doc:"How many it concerns"`
	Of       int64      `json:"of,omitempty" doc:"Of how many"`
	Examples []string   `json:"examples,omitempty" nullable:"false" doc:"A few of them, the newest first"`
	Since    *time.Time `json:"since,omitempty"`
}
