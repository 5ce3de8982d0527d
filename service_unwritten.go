package joinery

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

var errUnwritten = errors.New("unwritten")

// ---- accounts (service_accounts.go)

// NewAccount is an account to make.
type NewAccount struct {
	Email       string // "" for none
	Username    string // "": derived from the email's local part; taken names get a number
	DisplayName string
	Protected   bool
	// Of an import:
	Organization string // id or slug of an organization to make it a member of; "" for none
	Role         string
}

// AccountChange holds what to change of an account; nil leaves alone. An email
// of "" takes the email away.
type AccountChange struct {
	Email, Username, DisplayName *string
	Protected                    *bool
}

// AccountView is an account with what belongs to it.
type AccountView struct {
	*Account
	State       string // "active"; "suspended": it has memberships, none of them active; "merged"
	Handles     []*Handle
	Memberships []*OrganizationMember // with roles
	Links       []*Link               // live ones and ended ones
	LastSignIn  *time.Time            // the latest of the links'
	LastSignOut *time.Time
	NotFollowed []Difference
	Merges      []*Merge
}

// Difference is an attribute of a User that its account did not follow.
type Difference struct {
	ConnectionID, UserID string
	Attribute            string // email or username
	User, Account        string // the values
}

// CreateAccount: taken handles fail with Conflict and reason email_taken or username_taken.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (*AccountView, error) {
	return nil, errUnwritten
}
func (s *Service) Account(ctx context.Context, id string) (*AccountView, error) {
	return nil, errUnwritten
}
func (s *Service) Accounts(ctx context.Context, q AccountQuery) (list []*AccountView, err error) {
	return nil, errUnwritten
}
func (s *Service) UpdateAccount(ctx context.Context, id string, change AccountChange) (*AccountView, error) {
	return nil, errUnwritten
}

// ImportResult is what became of one line of an import.
type ImportResult struct {
	AccountID string
	Err       error // an *Error, or nil
}

// ImportAccounts takes in a batch of at most 500 in one transaction; each line has its own result.
func (s *Service) ImportAccounts(ctx context.Context, batch []NewAccount) ([]ImportResult, error) {
	return nil, errUnwritten
}

// ---- members, domains, mappings (service_members.go service_domains.go service_mappings.go)

func (s *Service) AddMember(ctx context.Context, organizationID, accountID, role string) (*OrganizationMember, error) {
	return nil, errUnwritten
}
func (s *Service) Members(ctx context.Context, organizationID, after string, limit int) ([]*OrganizationMember, error) {
	return nil, errUnwritten
}
func (s *Service) Member(ctx context.Context, organizationID, accountID string) (*OrganizationMember, error) {
	return nil, errUnwritten
}

// UpdateMember changes the role given by hand ("" takes it away) or the state (active, suspended); nil leaves alone.
func (s *Service) UpdateMember(ctx context.Context, organizationID, accountID string, role, state *string) (*OrganizationMember, error) {
	return nil, errUnwritten
}
func (s *Service) RemoveMember(ctx context.Context, organizationID, accountID string) error {
	return errUnwritten
}

// AddDomain: vouched marks it verified by an operator's word, which is audited.
func (s *Service) AddDomain(ctx context.Context, organizationID, name string, vouched bool) (*Domain, error) {
	return nil, errUnwritten
}
func (s *Service) Domains(ctx context.Context, organizationID string) ([]*Domain, error) {
	return nil, errUnwritten
}

// VerifyDomain looks the TXT record up by Options.Resolver; where it is not there it fails with Conflict and reason domain_not_verified, saying what was found.
func (s *Service) VerifyDomain(ctx context.Context, organizationID, name string) (*Domain, error) {
	return nil, errUnwritten
}
func (s *Service) RemoveDomain(ctx context.Context, organizationID, name string) error {
	return errUnwritten
}

// NewMapping names the group by id or by name.
type NewMapping struct{ GroupID, GroupName, Target, Role string }

// MappingView is a mapping with whether its group was ever seen.
type MappingView struct {
	*Mapping
	Seen bool
}

func (s *Service) CreateMapping(ctx context.Context, connectionID string, in NewMapping) (*MappingView, error) {
	return nil, errUnwritten
}
func (s *Service) Mappings(ctx context.Context, connectionID string) ([]*MappingView, error) {
	return nil, errUnwritten
}
func (s *Service) DeleteMapping(ctx context.Context, connectionID, id string) error {
	return errUnwritten
}

// ---- duplicates and merges (service_duplicates.go service_merges.go)

// Duplicate is a set of accounts that may be one person's.
type Duplicate struct {
	Accounts []*Account
	Reasons  []string // email_variant, numbered_name, verified_domains, external_id
}

func (s *Service) Duplicates(ctx context.Context, organizationID string, limit int) ([]Duplicate, error) {
	return nil, errUnwritten
}

// MergePlan is what a merge would move, or moved.
type MergePlan struct {
	Survivor, Absorbed *Account
	Handles            []*Handle     // that go to the survivor
	Memberships        []*Membership // that go to the survivor, or are joined with his
	Links              []*Link       // that go to the survivor
	DroppedUsers       []*Link       // Users that sign-ins made, and that go: their subject goes to the pushed User
	Refused            *Error        // why it cannot be done; nil where it can
}

// PreviewMerge changes nothing.
func (s *Service) PreviewMerge(ctx context.Context, survivorID, absorbedID string) (*MergePlan, error) {
	return nil, errUnwritten
}
func (s *Service) MergeAccounts(ctx context.Context, survivorID, absorbedID string) (*Merge, *MergePlan, error) {
	return nil, nil, errUnwritten
}
func (s *Service) UndoMerge(ctx context.Context, id string) (*Merge, error) { return nil, errUnwritten }

// ---- verdicts (service_explain.go service_preview.go service_observe.go)

// Explanation is a verdict on a subject, with nothing changed.
type Explanation struct {
	match.Verdict
	Account  *Account // that would be adopted or returned, or that is in the way; nil for none
	Username string   // that a new account would get
}

// PreviewedUser is a User of a preview.
type PreviewedUser struct {
	Document scim.Document
}

func (s *Service) ExplainUser(ctx context.Context, connectionID string, doc scim.Document) (*Explanation, error) {
	return nil, errUnwritten
}
func (s *Service) ExplainSignIn(ctx context.Context, in SignIn) (*Explanation, error) {
	return nil, errUnwritten
}

// PreviewLine is the verdict on one line of a preview.
type PreviewLine struct {
	Explanation
	Err error // what is wrong with the line; then there is no verdict
}

// Preview decides on Users as a connection would push them one after the other,
// and changes nothing.
type Preview struct{}

func (s *Service) NewPreview(ctx context.Context, connectionID string) (*Preview, error) {
	return nil, errUnwritten
}

// Decide decides on the next Users, at most 500 at once.
func (p *Preview) Decide(ctx context.Context, batch []scim.Document) ([]PreviewLine, error) {
	return nil, errUnwritten
}

// Observed is what would happen to a User once observing ends.
type Observed struct {
	User   *Resource
	Action string // create, adopt, return, refuse, suspend, resume, end
	Explanation
}

func (s *Service) Observed(ctx context.Context, connectionID, after string, limit int) ([]Observed, error) {
	return nil, errUnwritten
}

// ---- cases (service_cases.go service_case_actions.go)

// CaseAction is a person's decision on a case.
type CaseAction struct {
	Action    string // connect, release, rename, merge, relink, dismiss
	Consent   string // of connect: "owner" asks the account's owner by a one-time link
	Email     string // of release: what the holder gets instead; "" for none
	Username  string // of rename
	Survivor  string // of merge
	AccountID string // of relink
	Reason    string // of dismiss
}

// CaseView is a case with what people need to see beside it.
type CaseView struct {
	*Case
	Holder  *Account
	Actions []string // that may be taken now
}

func (s *Service) Cases(ctx context.Context, q CaseQuery) ([]*CaseView, error) {
	return nil, errUnwritten
}
func (s *Service) Case(ctx context.Context, idOrCode string) (*CaseView, error) {
	return nil, errUnwritten
}

// ActOnCase returns the secret of the one-time link where consent was asked for.
func (s *Service) ActOnCase(ctx context.Context, idOrCode string, action CaseAction) (view *CaseView, consent string, err error) {
	return nil, "", errUnwritten
}

// ConsentRequest is what the owner of an account is asked.
type ConsentRequest struct {
	Case         *Case
	Organization *Organization
	Account      *Account
}

// ConsentOf fails with NotFound where the secret is not known, used or expired.
func (s *Service) ConsentOf(ctx context.Context, secret string) (*ConsentRequest, error) {
	return nil, errUnwritten
}
func (s *Service) GiveConsent(ctx context.Context, secret string) (*CaseView, error) {
	return nil, errUnwritten
}

// ---- sign-in (service_sign_in.go)

// SignIn is a login that the host reports.
type SignIn struct {
	ConnectionID  string     `json:"connection_id"`
	Subject       string     `json:"subject"`
	SubjectFormat string     `json:"subject_format,omitempty"`
	Email         string     `json:"email,omitempty"`
	Username      string     `json:"username,omitempty"`
	DisplayName   string     `json:"display_name,omitempty"`
	Groups        []string   `json:"groups"` // nil: the sign-in carries none at all; empty: it carries an empty list
	Time          *time.Time `json:"time,omitempty"`
}

// SignInResult is the answer to a sign-in.
type SignInResult struct {
	Decision    string // allow, deny, pending
	Scope       string // account, organization; "" unless allowed
	Account     *Account
	UserID      string
	Rule        string
	Reason      string
	Case        *Case                 // of a denied or pending one that can be settled
	Memberships []*OrganizationMember // what the session may see: all for scope account, else the organization's
	Trace       []match.Step
}

func (s *Service) SignIn(ctx context.Context, in SignIn) (*SignInResult, error) {
	return nil, errUnwritten
}
func (s *Service) SignOut(ctx context.Context, connectionID, subject string, at *time.Time) (*AccountView, error) {
	return nil, errUnwritten
}

// ---- guard, audit (service_guard.go service_events.go)

func (s *Service) Guard(ctx context.Context, connectionID string) (*Guard, error) {
	return nil, errUnwritten
}

// DecideGuard: action approve or reject; Conflict with reason guard_not_tripped where there is nothing to decide.
func (s *Service) DecideGuard(ctx context.Context, connectionID, action string) (*Guard, error) {
	return nil, errUnwritten
}
func (s *Service) Audit(ctx context.Context, q AuditQuery) ([]*Event, error) {
	return nil, errUnwritten
}

var _ = json.RawMessage(nil)

type refused struct{ error }
type held struct{ error }

func (s *Service) openCase(ctx context.Context, c Caller, r *refused) error { return errUnwritten }
func (s *Service) hold(ctx context.Context, c Caller, h *held) error        { return errUnwritten }
