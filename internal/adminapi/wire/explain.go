package wire

import (
	"encoding/json"

	"github.com/joineryhq/joinery/match"
)

// Explain is the body of a request to decide without changing anything: on a
// SCIM User, or on a sign-in.
type Explain struct {
	ConnectionID string          `json:"connection_id" minLength:"1" maxLength:"255"`
	User         json.RawMessage `json:"user,omitempty" doc:"A SCIM User as the identity provider would create it"`
	SignIn       *ExplainSignIn  `json:"sign_in,omitempty"`
}

// ExplainSignIn is a sign-in to explain.
type ExplainSignIn struct {
	ConnectionID string `json:"connection_id,omitempty" doc:"May stand here too, as in the body of a sign-in; it is the same" maxLength:"255"`
	SignInData
}

// Explanation is a verdict, with nothing changed.
type Explanation struct {
	Verdict   string       `json:"verdict" enum:"create,adopt,return,refuse"`
	Rule      string       `json:"rule" doc:"The rule that decided"`
	Reason    string       `json:"reason,omitempty" doc:"Of a refusal: stable code, as a case has it"`
	Attribute string       `json:"attribute,omitempty" doc:"Of a refusal: the SCIM attribute that collides"`
	Ask       bool         `json:"ask,omitempty" doc:"Of a refusal: the policy asks for a person's word"`
	UserID    string       `json:"user_id,omitempty" doc:"The User that returns or, of a refusal, that is in the way"`
	Account   *AccountRef  `json:"account,omitempty" doc:"The account that would be adopted or returns or, of a refusal, that is in the way"`
	Username  string       `json:"username,omitempty" doc:"That a new account would get"`
	Trace     []match.Step `json:"trace,omitempty" nullable:"false" doc:"Each rule that was tried"`
}

// PreviewLine is the verdict on one line of a preview, without its trace, or
// what is wrong with the line.
type PreviewLine struct {
	Line         int    `json:"line" doc:"Counted from 1, empty lines and a header too"`
	UserName     string `json:"user_name,omitempty"`
	*Explanation        // nil where there is an error
	Error        string `json:"error,omitempty" doc:"What is wrong with the line; then there is no verdict"`
}

// Observed is what would happen to a User once observing ends.
type Observed struct {
	UserID     string      `json:"user_id"`
	UserName   string      `json:"user_name"`
	ExternalID string      `json:"external_id,omitempty"`
	Action     string      `json:"action" enum:"create,adopt,return,refuse,suspend,resume,end" doc:"What becomes of the account or, of suspend, resume and end, of the membership"`
	Rule       string      `json:"rule,omitempty" doc:"The rule that decided"`
	Reason     string      `json:"reason,omitempty" doc:"Of a refusal: stable code, as a case has it"`
	Account    *AccountRef `json:"account,omitempty" doc:"The account that would be touched or, of a refusal, that is in the way"`
	Username   string      `json:"username,omitempty" doc:"That a new account would get"`
}

// ObservedUsers is a page of what would happen once observing ends.
type ObservedUsers struct {
	Observed   []Observed `json:"observed" nullable:"false"`
	NextCursor string     `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}
