package joinery

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// refs are the references by which a pending member may name the resource.
func (in *incoming) refs(t *schema.Type, id string) MemberRefs {
	var refs MemberRefs
	for _, ref := range []string{id, in.keys.ExternalID} {
		if ref != "" {
			refs.Exact = append(refs.Exact, ref)
		}
	}
	if t.Name == userType {
		refs.Name = in.keys.Unique
	}
	return refs
}

// person is who is pushed or signs in, as the rules look at him.
type person struct {
	subject     match.Subject
	email       string // as it was sent; "" for none
	username    string // that his account is to have, before numbers
	displayName string
	wasPushed   bool // of a sign-in: its User was pushed
	keys        CaseKeys
	shown       CaseSubject
	request     CaseRequest
	values      map[string]string // attributes as they were sent
}

// pushed is the person of a User that is pushed. The id is that of the User, ""
// for a new one.
func (w *work) pushed(source match.Source, in *incoming, id string) *person {
	email, userName := identityEmail(in.doc), in.doc.String("userName")
	username := match.Username(w.c.Connection.Policy.Username, userName)
	p := &person{
		email: email, username: username, displayName: displayName(in.doc),
		subject: match.Subject{
			Source: source, UserID: id, UserName: in.keys.Unique, ExternalID: in.keys.ExternalID,
			Email: scim.Fold(email), Username: scim.Fold(username),
		},
		keys:    CaseKeys{ExternalID: in.keys.ExternalID, UserName: in.keys.Unique, Email: scim.Fold(email), UserID: id},
		request: CaseRequest{Source: source, Document: in.body},
		values:  map[string]string{"userName": userName, "externalId": in.keys.ExternalID, "emails": email},
	}
	p.shown = CaseSubject{
		UserID: id, UserName: userName, ExternalID: in.keys.ExternalID, Email: email,
		Username: username, DisplayName: p.displayName,
	}
	return p
}

// identityEmail is the one email by which a User is known: the primary one, else
// that for work, else the first; without any, a userName that is an email. What
// has not the form of an email is none.
func identityEmail(doc scim.Document) string {
	email := primaryEmail(doc)
	if email == "" {
		email = doc.String("userName")
	}
	if validateEmail(email) != nil {
		return ""
	}
	return email
}

// displayName is the name to show of a User; "" where it has none.
func displayName(doc scim.Document) string {
	if name := doc.String("displayName"); name != "" {
		return name
	}
	object, _ := doc["name"].(map[string]any)
	name := scim.Document(object)
	if formatted := name.String("formatted"); formatted != "" {
		return formatted
	}
	return strings.TrimSpace(name.String("givenName") + " " + name.String("familyName"))
}

// settlement is what a person has decided about a subject, by an action on a case.
type settlement struct {
	caseID    string
	accountID string // that the subject is to have; "" leaves that to the rules
	username  string // that its account is to have; "" leaves that to the policy
}

// decision is a verdict with what it was reached on.
type decision struct {
	match.Verdict
	person   *person
	identity *Identity
}

// identify finds out what is known of a person, but for Users. These are looked
// up after it, so that whoever came in between is one of them: as the holder of
// the email alone he would be taken for somebody else.
func (w *work) identify(p *person) (*Identity, error) {
	if w.settled != nil && w.settled.username != "" {
		p.username, p.subject.Username = w.settled.username, scim.Fold(w.settled.username)
	}
	return w.tx.Identity(IdentityQuery{
		OrganizationID: w.c.Connection.OrganizationID, ConnectionID: w.c.Connection.ID,
		Email: p.subject.Email, Username: p.subject.Username, Domain: emailDomain(p.email), Keys: p.keys, At: w.at,
	})
}

// decide reaches a verdict on a person. The standing is that of a User that
// exists, nil of any other.
func (w *work) decide(p *person, identity *Identity, users []match.Known, standing *Standing, follows bool) *decision {
	facts := match.Facts{
		Users: users, EmailHolder: identity.Email.fact(), UsernameHolder: identity.Username.fact(),
		UsernameReserved: match.ReservedUsername(p.subject.Username), VerifiedDomain: identity.Verified, Follows: follows,
	}
	if standing != nil && standing.Link != nil {
		facts.AccountID = standing.Link.AccountID
	}
	if w.settled != nil && w.settled.accountID != "" {
		facts.Settled = &match.Settled{AccountID: w.settled.accountID}
	}
	verdict := match.Decide(p.subject, facts, w.c.Connection.Policy.rules())
	return &decision{Verdict: verdict, person: p, identity: identity}
}

func (h *Holder) fact() *match.Holder {
	if h == nil {
		return nil
	}
	return &match.Holder{AccountID: h.AccountID, Protected: h.Protected, Member: h.Member, UserID: h.UserID, Former: h.Former}
}

// known are the candidates as the rules look at them, without those that were
// deleted too long ago to return. Links are looked up only where a rule asks
// for them.
func (w *work) known(candidates *Candidates, withLink func(*Candidate) bool) ([]match.Known, error) {
	keptSince := w.c.Connection.Policy.retainedSince(w.at)
	var users []match.Known
	for i := range candidates.Resources {
		c := &candidates.Resources[i]
		known := match.Known{ID: c.ID, UserName: c.Unique, ExternalID: c.ExternalID, Email: c.Email, Suspended: !c.Active}
		if c.Deleted != nil {
			if c.Deleted.Before(keptSince) {
				continue
			}
			known.Deleted = c.Deleted.UnixMilli()
		}
		if withLink(c) {
			link, err := w.tx.Link(w.c.Connection.ID, c.ID)
			if err != nil && KindOf(err) != NotFound {
				return nil, err
			}
			if err == nil {
				known.AccountID, known.Subject, known.SignInOnly = link.AccountID, link.Subject, link.Origin == FromSignIn
			}
		}
		users = append(users, known)
	}
	return users, nil
}

// maySignInOnly picks the candidates of which a push must know whether only
// sign-ins made them.
func maySignInOnly(c *Candidate) bool { return c.Deleted == nil && c.ExternalID == "" && c.Email }

// refusal is the error of a verdict that refuses, else nil.
func (d *decision) refusal() error {
	if d.Kind != match.RefuseUser {
		return nil
	}
	holder := d.identity.Email
	return &refused{verdict: d.Verdict, person: d.person, stranger: holder != nil && !holder.Member}
}

// decideOther decides on a new resource that is no User: the tombstone that it
// returns from, or nil.
func (w *work) decideOther(t *schema.Type, in *incoming, candidates *Candidates) (*Candidate, error) {
	if err := refuseTaken(t, in, "", candidates); err != nil || t.Name != groupType {
		return nil, err
	}
	keptSince := w.c.Connection.Policy.retainedSince(w.at)
	var best *Candidate
	for i := range candidates.Resources {
		c := &candidates.Resources[i]
		if c.Deleted == nil || c.Deleted.Before(keptSince) || !sameGroup(c, in) {
			continue
		}
		if best == nil || c.Deleted.After(*best.Deleted) {
			best = c
		}
	}
	return best, nil
}

// sameGroup reports whether a deleted Group is the one that comes: by externalId
// or, where one of the two has none, by name.
func sameGroup(c *Candidate, in *incoming) bool {
	if c.ExternalID != "" && in.keys.ExternalID != "" {
		return c.ExternalID == in.keys.ExternalID
	}
	return c.Unique == in.keys.Unique
}

// checkNames refuses to give a resource other than a User a name that is taken.
// It reports whether groups wait for it under its new names.
func (w *work) checkNames(t *schema.Type, r *Resource, in *incoming) (pending bool, err error) {
	if in.keys.Unique == r.Keys.Unique && in.keys.ExternalID == r.Keys.ExternalID {
		return false, nil
	}
	candidates, err := w.tx.Candidates(r.ConnectionID, t.Name, in.keys, in.refs(t, r.ID))
	if err != nil {
		return false, err
	}
	return candidates.Pending, refuseTaken(t, in, r.ID, candidates)
}

// refuseTaken refuses a resource other than a User whose key is taken.
func refuseTaken(t *schema.Type, in *incoming, self string, candidates *Candidates) error {
	for _, c := range candidates.Resources {
		if c.Deleted != nil || c.ID == self {
			continue
		}
		if t.Unique != nil && c.Unique != "" && c.Unique == in.keys.Unique {
			return taken(t, t.Unique.Name, in, c.ID)
		}
		if c.ExternalID != "" && c.ExternalID == in.keys.ExternalID {
			return taken(t, "externalId", in, c.ID)
		}
	}
	return nil
}

// taken is the answer to a resource whose key another one of its connection has.
func taken(t *schema.Type, attribute string, in *incoming, holder string) error {
	what := fmt.Sprintf("%s %q", attribute, in.doc.String(attribute))
	return &scim.Error{
		Status: http.StatusConflict,
		Type:   scim.Uniqueness,
		Detail: fmt.Sprintf("Another %s of this connection, with the id %s, already has the %s. An administrator of the identity provider can link to that %[1]s, or give one of the two another %[4]s.", t.Name, holder, what, attribute),
	}
}
