// Package match decides who a pushed or signing-in person is: someone new,
// someone who comes back, an account that is there already, or someone who
// cannot be taken in as he stands.
//
// Decide is a pure function of a subject, the facts about it and a policy. It
// returns a verdict with a trace that names each rule it tried, so that the same
// answer can be explained to a person. It does no I/O and reads no clock.
package match

// Source says where a subject comes from.
type Source string

// The sources.
const (
	Create Source = "create"  // a SCIM create
	Change Source = "change"  // a SCIM change of userName, externalId or email
	SignIn Source = "sign_in" // a login that the host reports
)

// Subject is the person to decide on. Texts that compare without case are given
// folded (scim.Fold); "" is none.
type Subject struct {
	Source     Source
	UserID     string // of a change: the User itself
	UserName   string // of a push
	ExternalID string // of a push
	Email      string // the one email that identifies; of a change of a User with an account "" where it stays
	Username   string // the account username that is wanted; of such a change "" where it stays
	Subject    string // of a sign-in, as it is
}

// Known is a User of the same connection that shares a key with the subject.
type Known struct {
	ID         string
	AccountID  string // of its link, ended or not; "" for none
	UserName   string
	ExternalID string
	Email      bool   // it shares an email
	Subject    string // the sign-in subject on its link; "" for none
	Suspended  bool
	Deleted    int64 // 0: live; else when it was deleted: the greater the later
	SignInOnly bool  // only sign-ins made it; nothing was ever pushed
}

// Holder is an account that holds a handle, as the connection sees it.
type Holder struct {
	AccountID string
	Protected bool
	Member    bool   // of the connection's organization
	UserID    string // the live User of the connection that it is linked to; "" for none
	Former    bool   // it gave the handle up, which is only reserved for it
}

// Facts are all that the rules may look at beside the subject.
type Facts struct {
	// Users share the subject's userName, externalId or an email or, of a
	// sign-in, have its subject on their link, or its subject or email as their
	// userName, externalId or email: live ones, and deleted ones that may still
	// return.
	Users []Known
	// EmailHolder and UsernameHolder hold the subject's email and the username
	// that is wanted; nil where nobody does.
	EmailHolder    *Holder
	UsernameHolder *Holder
	// UsernameReserved says that no account may have the wanted username.
	UsernameReserved bool
	// VerifiedDomain says that the organization has verified the email's domain.
	VerifiedDomain bool
	// AccountID is, of a change, the account of the User; "" where it has none.
	AccountID string
	// Follows says, of a change of a User with an account, that the account's
	// email and username are to follow. Where they are not, who holds them does
	// not matter.
	Follows bool
	// Settled is what a person has decided about the subject, by an action on a
	// case; nil for nothing.
	Settled *Settled
}

// Settled is a person's decision.
type Settled struct {
	AccountID string // the account that the subject is to have; "" leaves that to the rules
}

// Choice is a policy's value on whether an account is adopted.
type Choice string

// The choices.
const (
	Adopt  Choice = "adopt"
	Ask    Choice = "ask"
	Refuse Choice = "refuse"
)

// Policy is what the rules need to know of a connection's policy.
type Policy struct {
	Member              Choice
	VerifiedDomain      Choice
	RefuseTakenUsername bool // else it gets a number
	VerifiedDomainsOnly bool
	SignIn              string // "create", "link_only" or "off"
}

// Kind is what a verdict tells the caller to do.
type Kind string

// The kinds of verdict.
const (
	CreateUser   Kind = "create" // make a new account; of a change of a User with one: go ahead
	AdoptAccount Kind = "adopt"  // join the account Verdict.AccountID
	ReturnUser   Kind = "return" // revive the deleted User Verdict.UserID, or take over the live one, with its account
	RefuseUser   Kind = "refuse" // answer 409, or deny the sign-in; nothing changes
)

// Reason says why a subject is refused. It is stable: cases go by it.
type Reason string

// The reasons. ReasonLastOwner is found by the life of a User, not by Decide.
const (
	ReasonDuplicateUser    Reason = "duplicate_user"
	ReasonEmailTaken       Reason = "email_taken"
	ReasonUsernameTaken    Reason = "username_taken"
	ReasonAlreadyLinked    Reason = "account_already_linked"
	ReasonProtected        Reason = "protected_account"
	ReasonSplitIdentity    Reason = "split_identity"
	ReasonDomainNotAllowed Reason = "domain_not_allowed"
	ReasonLastOwner        Reason = "last_owner"

	// Of a sign-in alone; they open no case, for there is nothing to settle.

	ReasonUserSuspended Reason = "user_suspended"
	ReasonUserDeleted   Reason = "user_deleted"
	ReasonSignInOff     Reason = "sign_in_off"       // policy sign_in is off, and no User is known
	ReasonNotKnown      Reason = "sign_in_link_only" // policy sign_in is link_only, and there is no account to link
)

// Verdict is the outcome of Decide.
type Verdict struct {
	Kind   Kind
	Rule   string // the rule that decided
	Reason Reason // of a refusal
	// UserID is who returns, whom the sign-in is, or, of a refusal, who is in the
	// way. A sign-in whose User has no account yet has it beside a create, too.
	UserID string
	// AccountID is the account that is adopted or returns, or that is in the way.
	// Of a split identity that is the one with the username.
	AccountID string
	// Attribute is, of a refusal, the SCIM attribute that collides: userName,
	// externalId or emails; "" where none does.
	Attribute string
	// Ask says, of a refusal, that the policy asks for a person's word.
	Ask bool
	// Suffix says, of a create, that the wanted username gets a number.
	Suffix bool
	Trace  []Step
}

// Step is one rule tried.
type Step struct {
	Rule    string `json:"rule"`
	Decided bool   `json:"decided"`
	Finding string `json:"finding"` // one sentence; names no one
}

// Decide tries the rules in order; the first that decides wins.
func Decide(subject Subject, facts Facts, policy Policy) Verdict {
	c := &considered{subject, facts, policy}
	var trace []Step
	for _, rule := range rules {
		verdict, finding := rule.decide(c)
		trace = append(trace, Step{Rule: rule.Name, Decided: verdict != nil, Finding: finding})
		if verdict != nil {
			verdict.Rule, verdict.Trace = rule.Name, trace
			return *verdict
		}
	}
	panic("match: the last rule must always decide")
}

// considered is all that a rule may look at.
type considered struct {
	Subject
	Facts
	Policy
}
