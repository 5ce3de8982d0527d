package joinery

import (
	"encoding/json"
	"time"

	"github.com/joineryhq/joinery/match"
)

// CaseStatus says where a case stands.
type CaseStatus string

// The states of a case.
const (
	CaseOpen      CaseStatus = "open"
	CaseResolved  CaseStatus = "resolved"
	CaseDismissed CaseStatus = "dismissed"
)

// Case is a refusal that a person or a rule must settle. One at the most is
// open for the same subject and reason.
type Case struct {
	ID             string
	Code           string // short and unique, such as C-7F3K2: what people tell one another
	OrganizationID string
	ConnectionID   string
	Reason         match.Reason
	Rule           string
	Status         CaseStatus
	Attempts       int    // how often it was refused
	Attribute      string // the SCIM attribute that collides, and its value as it was sent
	Value          string
	SubjectKey     string // the surest of the subject's keys: unique among open cases with the connection and reason
	Subject        CaseSubject
	HolderID       string        // the account in the way; "" for none
	HolderUserID   string        // the User in the way; "" for none
	Trace          []match.Step  // of the last attempt
	Request        CaseRequest   // the last attempt
	History        []CaseHistory // oldest first, at most MaxCaseHistory
	Opened         time.Time
	LastSeen       time.Time
	Closed         *time.Time
	Resolution     string     // the action that closed it, or "fixed_at_idp"; "" while open
	Confirmed      *time.Time // when the identity provider was first served after the resolution
}

// MaxCaseHistory is how many entries a case keeps; the oldest but the first go.
const MaxCaseHistory = 100

// CaseSubject is who was refused.
type CaseSubject struct {
	UserID      string `json:"user_id,omitempty"` // the User that was to change, or that came of it
	UserName    string `json:"user_name,omitempty"`
	ExternalID  string `json:"external_id,omitempty"`
	Email       string `json:"email,omitempty"`
	Username    string `json:"username,omitempty"` // the account username that was wanted
	DisplayName string `json:"display_name,omitempty"`
	Subject     string `json:"subject,omitempty"` // of a sign-in
}

// CaseRequest is what was refused, to be run again.
type CaseRequest struct {
	Source   match.Source    `json:"source"`             // create, change or sign_in; "suspend" and "delete" are never run again
	Document json.RawMessage `json:"document,omitempty"` // the User as it was to be, without its password
	SignIn   json.RawMessage `json:"sign_in,omitempty"`
}

// CaseHistory is something that happened to a case.
type CaseHistory struct {
	Time   time.Time `json:"time"`
	Actor  Actor     `json:"actor"`
	What   string    `json:"what"`             // opened, reopened, consent_asked, connect, release, …, confirmed
	Detail string    `json:"detail,omitempty"` // one sentence
}

// CaseKeys are what a case knows its subject by. A case has the same subject
// where the external ids are equal or, where one of the two has none, the user
// names, emails or sign-in subjects. All but ExternalID are folded.
type CaseKeys struct {
	ExternalID string
	UserName   string
	Email      string
	Subject    string // of a sign-in
	UserID     string // a case about this User is always the same subject
}

// CaseQuery selects cases. Every field that is not "" must match.
type CaseQuery struct {
	OrganizationID string
	ConnectionID   string
	Status         CaseStatus
	Reason         match.Reason
	HolderID       string
	After          string // an id; the list begins with the newest
	Limit          int
}

// CaseTx is the part of a transaction that concerns cases.
//
// A case is unsettled while it is open, or resolved and not confirmed. Only
// unsettled ones are found by their keys.
type CaseTx interface {
	// InsertCase fails with ErrCollision, at this call or at any later one,
	// where another case has its code, or is open with the same connection,
	// reason and SubjectKey.
	InsertCase(*Case) error
	// UpdateCase writes all but ID, Code, OrganizationID, ConnectionID, Reason
	// and Opened, and finds it by its keys from then on, or no longer. It fails
	// like InsertCase, and with NotFound.
	UpdateCase(*Case) error
	// Case finds by id or by code, in any case of letters, or fails with
	// NotFound. In an Update it stays locked.
	Case(idOrCode string) (*Case, error)
	// UnsettledCases returns the connection's unsettled cases of a subject, oldest
	// first, locked in an Update.
	UnsettledCases(connectionID string, keys CaseKeys) ([]*Case, error)
	// ResolvedCases returns the resolved and not yet confirmed cases whose
	// Subject.UserID is one of the Users, oldest first, locked in an Update.
	ResolvedCases(connectionID string, userIDs []string) ([]*Case, error)
	// Cases lists the newest first.
	Cases(CaseQuery) ([]*Case, error)

	// InsertConsent keeps the hash of a one-time link's secret for a case.
	InsertConsent(caseID string, hash TokenHash, expires time.Time) error
	// Consent returns the case of a secret that has not expired at a time, or
	// fails with NotFound.
	Consent(hash TokenHash, at time.Time) (caseID string, err error)
	// DeleteConsents takes back all one-time links of a case.
	DeleteConsents(caseID string) error
}
