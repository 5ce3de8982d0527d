package joinery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// SignIn is a login by single sign-on that the host reports.
type SignIn struct {
	ConnectionID  string     `json:"connection_id"`
	Subject       string     `json:"subject"`                  // SAML NameID, OIDC sub
	SubjectFormat string     `json:"subject_format,omitempty"` // such as that of the NameID
	Email         string     `json:"email,omitempty"`
	Username      string     `json:"username,omitempty"` // that a new account would like to have
	DisplayName   string     `json:"display_name,omitempty"`
	Groups        []string   `json:"groups"` // nil: the sign-in carries none at all; empty: it carries an empty list
	Time          *time.Time `json:"time,omitempty"`
}

// Decisions on a sign-in.
const (
	SignInAllow   = "allow"
	SignInDeny    = "deny"
	SignInPending = "pending" // it waits for a person's word
)

// Scopes of an allowed sign-in.
const (
	ScopeAccount      = "account"      // the session may do all that the account may
	ScopeOrganization = "organization" // the host must limit the session to the organization
)

// SignInResult is the answer to a sign-in.
type SignInResult struct {
	Decision string
	Scope    string // "" unless allowed
	Account  *Account
	UserID   string
	Rule     string
	Reason   match.Reason
	Case     *Case // of one that was refused and can be settled
	// Memberships are those that the session may use: all of the account's, or
	// the organization's alone.
	Memberships []*OrganizationMember
	Trace       []match.Step
}

// SignInData is the payload of the events about sign-ins.
type SignInData struct {
	Subject string       `json:"subject"`
	UserID  string       `json:"user_id,omitempty"`
	Rule    string       `json:"rule,omitempty"`
	Scope   string       `json:"scope,omitempty"`  // of sign_in.allowed
	Reason  match.Reason `json:"reason,omitempty"` // of sign_in.denied
	Case    string       `json:"case,omitempty"`   // its code, of sign_in.denied
}

// Reasons to deny a sign-in that no rule of matching is about.
const (
	reasonMissingClaim        match.Reason = "missing_claim"
	reasonMembershipSuspended match.Reason = "membership_suspended"
	reasonMembershipRemoved   match.Reason = "membership_removed"
)

// Limits of a sign-in.
const (
	maxSubject = 1024 // bytes
	maxGroups  = 10_000
	maxGroup   = 1024 // bytes
)

func (in *SignIn) validate() error {
	if in.Subject == "" || len(in.Subject) > maxSubject || !utf8.ValidString(in.Subject) || strings.ContainsRune(in.Subject, 0) {
		return invalidField("subject", "The subject must be 1 to %d bytes of UTF-8: the NameID or sub of the sign-in.", maxSubject)
	}
	if in.Email != "" {
		if err := validateEmail(in.Email); err != nil {
			return err
		}
	}
	if len(in.Groups) > maxGroups {
		return invalidField("groups", "A sign-in may carry at most %d groups.", maxGroups)
	}
	for _, group := range in.Groups {
		if group == "" || len(group) > maxGroup || !utf8.ValidString(group) || strings.ContainsRune(group, 0) {
			return invalidField("groups", "A group must be 1 to %d bytes of UTF-8.", maxGroup)
		}
	}
	for _, text := range []string{in.SubjectFormat, in.Username, in.DisplayName} {
		if len(text) > maxSubject || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return invalidField("sign_in", "Each value may have at most %d bytes of UTF-8.", maxSubject)
		}
	}
	return nil
}

// SignIn decides on a login, by the same rules as a push, and brings up to date
// what sign-ins own. A login that is denied is no error.
func (s *Service) SignIn(ctx context.Context, in SignIn) (result *SignInResult, err error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	connection, err := s.Connection(ctx, in.ConnectionID)
	if err != nil {
		return nil, err
	}
	acting := actorOf(ctx)
	ctx = WithActor(ctx, Actor{Type: ActorSignIn, Name: acting.actor.Name}, acting.requestID)
	err = s.transact(ctx, Caller{Connection: connection}, func(w *work) error {
		result, err = w.signIn(in)
		if r, ok := errors.AsType[*refused](err); ok {
			result, err = w.refuseSignIn(in, r)
		}
		return err
	})
	if err != nil {
		if errors.Is(err, ErrCollision) {
			return nil, Errorf(Conflict, "collision", "Another request has just taken an email, username or subject that this sign-in needs. Send it again.")
		}
		return nil, err
	}
	if result.Case != nil {
		s.leases.drop(connection.ID)
	}
	return result, nil
}

// refuseSignIn denies a sign-in by a verdict. What is to be settled gets a case.
func (w *work) refuseSignIn(in SignIn, r *refused) (*SignInResult, error) {
	v := r.verdict
	result := &SignInResult{Decision: SignInDeny, Rule: v.Rule, Reason: v.Reason, UserID: v.UserID, Trace: v.Trace}
	if v.Ask {
		result.Decision = SignInPending
	}
	code := ""
	if opensCase(v.Reason) {
		c, err := w.keepCase(r)
		if err != nil {
			return nil, err
		}
		result.Case, code, result.UserID = c, c.Code, ""
	}
	subject := ""
	if result.Case == nil {
		subject = v.AccountID
	}
	return result, w.emit(SignInDenied, subject, SignInData{Subject: in.Subject, UserID: result.UserID, Rule: v.Rule, Reason: v.Reason, Case: code})
}

// opensCase reports whether there is something to settle about a refusal.
func opensCase(reason match.Reason) bool {
	for _, r := range caseReasons {
		if r.Reason == reason {
			return true
		}
	}
	return false
}

// signIn decides on a login and carries the verdict out.
func (w *work) signIn(in SignIn) (*SignInResult, error) {
	d, err := w.decideSignIn(in)
	if err != nil {
		return nil, err
	}
	if w.missesClaim(in) {
		v := d.Verdict
		v.Kind, v.Reason = match.RefuseUser, reasonMissingClaim
		return nil, &refused{verdict: v, person: d.person}
	}
	userID := d.UserID
	if userID == "" {
		if userID, err = w.admitUser(in, d); err != nil {
			return nil, err
		}
	}
	return w.signedIn(in, d, userID)
}

func (w *work) missesClaim(in SignIn) bool {
	policy := w.c.Connection.Policy
	return in.Groups == nil && policy.MissingClaim == "refuse" && policy.GroupAuthority != "scim"
}

// signing is the person of a sign-in.
func (w *work) signing(in SignIn) *person {
	style := w.c.Connection.Policy.Username
	email := in.Email
	if email == "" && validateEmail(in.Subject) == nil {
		email = in.Subject
	}
	username := match.Username(style, cmp.Or(in.Username, email, in.Subject))
	request, _ := json.Marshal(in) // strings and a time always encode
	return &person{
		email: email, username: username, displayName: in.DisplayName,
		subject: match.Subject{Source: match.SignIn, Subject: in.Subject, Email: scim.Fold(email), Username: scim.Fold(username)},
		keys:    CaseKeys{Subject: scim.Fold(in.Subject), Email: scim.Fold(email)},
		shown:   CaseSubject{Subject: in.Subject, Email: email, Username: username, DisplayName: in.DisplayName},
		request: CaseRequest{Source: match.SignIn, SignIn: request},
		values:  map[string]string{"userName": cmp.Or(in.Username, email), "emails": email},
	}
}

// decideSignIn reaches a verdict. Who has signed in before is found by the
// subject alone.
func (w *work) decideSignIn(in SignIn) (*decision, error) {
	p := w.signing(in)
	known, err := w.knownSubject(in.Subject)
	if err != nil {
		return nil, err
	}
	if known != nil && known.Deleted == 0 && known.AccountID != "" {
		v := match.Decide(p.subject, match.Facts{Users: []match.Known{*known}}, w.c.Connection.Policy.rules())
		d := &decision{Verdict: v, person: p, identity: &Identity{}}
		return d, d.refusal()
	}
	identity, err := w.identify(p)
	if err != nil {
		return nil, err
	}
	users, err := w.knownBySignIn(p, known)
	if err != nil {
		return nil, err
	}
	d := w.decide(p, identity, users, nil, false)
	return d, d.refusal()
}

// knownSubject finds the User whose link has the subject; nil for none.
func (w *work) knownSubject(subject string) (*match.Known, error) {
	link, err := w.tx.LinkBySubject(w.c.Connection.ID, subject)
	if KindOf(err) == NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known := &match.Known{ID: link.UserID, AccountID: link.AccountID, Subject: link.Subject, SignInOnly: link.Origin == FromSignIn}
	r, err := w.tx.Resource(link.ConnectionID, userType, link.UserID, false, "")
	switch {
	case KindOf(err) == NotFound:
		known.Deleted = 1
		if link.Ended != nil {
			known.Deleted = link.Ended.UnixMilli()
		}
	case err != nil:
		return nil, err
	default:
		known.Suspended, known.UserName, known.ExternalID = !r.Keys.Active, r.Keys.Unique, r.Keys.ExternalID
	}
	return known, nil
}

// knownBySignIn finds the Users that the subject or the email may be, besides
// the one that was found by its subject.
func (w *work) knownBySignIn(p *person, bySubject *match.Known) ([]match.Known, error) {
	subject := p.subject.Subject
	emails := nonEmpty(p.subject.Email)
	if folded := scim.Fold(subject); folded != p.subject.Email {
		emails = append(emails, folded)
	}
	asked := []Keys{{Unique: scim.Fold(subject), ExternalID: subject, Emails: emails}}
	if p.email != "" && scim.Fold(subject) != p.subject.Email {
		asked = append(asked, Keys{Unique: p.subject.Email, ExternalID: p.email})
	}
	var users []match.Known
	seen := map[string]bool{}
	if bySubject != nil {
		users, seen[bySubject.ID] = append(users, *bySubject), true
	}
	for _, keys := range asked {
		candidates, err := w.tx.Candidates(w.c.Connection.ID, userType, keys, MemberRefs{})
		if err != nil {
			return nil, err
		}
		found, err := w.known(candidates, func(*Candidate) bool { return true })
		if err != nil {
			return nil, err
		}
		for _, user := range found {
			if !seen[user.ID] {
				users, seen[user.ID] = append(users, user), true
			}
		}
	}
	return users, nil
}

// admitUser makes a User for whom none is known.
func (w *work) admitUser(in SignIn, d *decision) (string, error) {
	if err := w.checkAdmission(d); err != nil {
		return "", err
	}
	user := &incoming{doc: signInUser(in, d.person)}
	t := w.s.registry.Type(userType)
	if err := user.encode(t); err != nil {
		return "", err
	}
	r, err := w.insert(t, user, nil)
	if err != nil {
		return "", err
	}
	if err := w.settle(r, d); err != nil {
		return "", err
	}
	_, err = w.attachPending(r, user.refs(t, r.ID))
	return r.ID, err
}

// checkAdmission denies the adoption of a member who is suspended: no sign-in
// brings him back.
func (w *work) checkAdmission(d *decision) error {
	if d.Kind != match.AdoptAccount {
		return nil
	}
	m, err := w.tx.Membership(w.c.Connection.OrganizationID, d.AccountID)
	if KindOf(err) == NotFound {
		return nil
	}
	if err == nil && m.State == MembershipSuspended {
		return w.denied(d, reasonMembershipSuspended)
	}
	return err
}

func (w *work) denied(d *decision, reason match.Reason) error {
	v := d.Verdict
	v.Kind, v.Reason = match.RefuseUser, reason
	return &refused{verdict: v, person: d.person}
}

// signInUser is the User of a sign-in, as the identity provider looks for it.
func signInUser(in SignIn, p *person) scim.Document {
	doc := scim.Document{
		"schemas":  []any{"urn:ietf:params:scim:schemas:core:2.0:User"},
		"userName": cmp.Or(p.email, in.Username, in.Subject),
		"active":   true,
	}
	if in.DisplayName != "" {
		doc["displayName"] = in.DisplayName
	}
	if p.email != "" {
		doc["emails"] = []any{map[string]any{"value": p.email, "type": "work", "primary": true}}
	}
	return doc
}
