package wire

import (
	"time"

	"github.com/joineryhq/joinery/match"
)

// SignIn is the body of a request to decide on a login.
type SignIn struct {
	ConnectionID string `json:"connection_id" minLength:"1" maxLength:"255"`
	SignInData
}

// SignInData is what an identity provider said of who signs in.
type SignInData struct {
	Subject       string     `json:"subject" doc:"SAML NameID or OIDC sub" minLength:"1" maxLength:"1024"`
	SubjectFormat string     `json:"subject_format,omitempty" doc:"Such as that of the NameID" maxLength:"1024"`
	Email         string     `json:"email,omitempty" maxLength:"254"`
	Username      string     `json:"username,omitempty" doc:"That a new account would like to have" maxLength:"1024"`
	DisplayName   string     `json:"display_name,omitempty" maxLength:"1024"`
	Groups        []string   `json:"groups,omitzero" doc:"The names of the groups that it claims. An empty list is a claim of none; null, or nothing at all, is no claim and changes nothing" maxItems:"10000"`
	Time          *time.Time `json:"time,omitempty" doc:"When it was; absent: now"`
}

// SignInResult is the answer to a login.
type SignInResult struct {
	Decision    string       `json:"decision" enum:"allow,deny,pending" doc:"pending: denied until a person decides on the case"`
	Scope       string       `json:"scope,omitempty" enum:"account,organization" doc:"organization: limit the session to the organization of the connection"`
	Account     *AccountRef  `json:"account,omitempty"`
	UserID      string       `json:"user_id,omitempty"`
	Rule        string       `json:"rule" doc:"The rule that decided"`
	Reason      string       `json:"reason,omitempty" doc:"Why it is denied"`
	Case        *CaseRef     `json:"case,omitempty" doc:"Where a denied one can be settled"`
	Memberships []Member     `json:"memberships" nullable:"false" doc:"What the session may see"`
	Trace       []match.Step `json:"trace" nullable:"false" doc:"Each rule that was tried"`
}

// SignOut is the body of a request to note the end of a session.
type SignOut struct {
	ConnectionID string     `json:"connection_id" minLength:"1" maxLength:"255"`
	Subject      string     `json:"subject" minLength:"1" maxLength:"1024"`
	Time         *time.Time `json:"time,omitempty" doc:"When it was; absent: now"`
}
