// Package match decides what a pushed user is: someone new, someone who comes
// back, or someone who cannot be taken in as he stands.
//
// Decide is a pure function of a subject and the facts about it. It returns a
// verdict with a trace that names each rule it tried, so that the same answer
// can be explained to a person. It does no I/O and reads no clock.
package match

// Source says where a subject comes from.
type Source string

// The sources.
const (
	Create Source = "create" // a SCIM create
	Change Source = "change" // a SCIM change of userName, externalId or email
)

// Subject is the user to decide on. Texts that compare without case are given
// folded (scim.Fold).
type Subject struct {
	Source     Source
	UserID     string // of a change: the User itself
	UserName   string
	ExternalID string
}

// Known is a User of the same connection that shares a key with the subject.
type Known struct {
	ID         string
	UserName   string
	ExternalID string
	Email      bool  // it shares an email
	Deleted    int64 // 0: live; else when it was deleted: the greater the later
}

// Facts are all that the rules may look at beside the subject.
type Facts struct {
	// Users share the subject's userName, externalId or an email: live ones, and
	// deleted ones that may still return.
	Users []Known
}

// Kind is what a verdict tells the caller to do.
type Kind string

// The kinds of verdict.
const (
	CreateUser Kind = "create" // make a new User
	ReturnUser Kind = "return" // revive the deleted User with id Verdict.UserID
	RefuseUser Kind = "refuse" // answer 409; nothing changes
)

// Verdict is the outcome of Decide.
type Verdict struct {
	Kind   Kind
	Rule   string // the rule that decided
	UserID string // of a return: who returns; of a refusal: who is in the way
	// Attribute is, of a refusal, the SCIM attribute that collides.
	Attribute string
	Trace     []Step
}

// Step is one rule tried.
type Step struct {
	Rule    string
	Decided bool
	Finding string // one sentence
}

// Decide tries the rules in order; the first that decides wins.
func Decide(subject Subject, facts Facts) Verdict {
	var trace []Step
	for _, rule := range rules {
		verdict, finding := rule.decide(subject, facts)
		trace = append(trace, Step{Rule: rule.Name, Decided: verdict != nil, Finding: finding})
		if verdict != nil {
			verdict.Rule, verdict.Trace = rule.Name, trace
			return *verdict
		}
	}
	panic("match: the last rule must always decide")
}
