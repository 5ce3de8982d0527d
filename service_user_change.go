package joinery

import (
	"net/http"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// userChange is a change of a User on its way to the account.
type userChange struct {
	standing *Standing
	decision *decision // nil where what identifies did not change
	old      scim.Document
	follows  bool
	pending  bool // groups may wait for the User under its new names
}

// beginUserChange looks at what a change means for the account, and refuses
// what must not be. It returns nil where it means nothing.
func (w *work) beginUserChange(r *Resource, in *incoming, old scim.Document) (*userChange, error) {
	renamed := in.keys.Unique != r.Keys.Unique
	identity := renamed || in.keys.ExternalID != r.Keys.ExternalID || identityEmail(in.doc) != identityEmail(old)
	if !identity && in.keys.Active == r.Keys.Active && displayName(in.doc) == displayName(old) {
		return nil, nil
	}
	if renamed && w.c.Connection.Policy.Rename == "refuse" {
		return nil, scim.Errorf(http.StatusBadRequest, scim.Mutability, "The userName %q cannot be changed in this connection. Map userName in the identity provider so that it is set on create only.", old.String("userName"))
	}
	standing, err := w.tx.Standing(r.ConnectionID, w.c.Connection.OrganizationID, r.ID)
	if err != nil {
		return nil, err
	}
	change := &userChange{standing: standing, old: old}
	if change.follows, err = w.follows(standing, identityEmail(in.doc)); err != nil {
		return nil, err
	}
	if identity {
		if err := w.decideChange(r, in, change); err != nil {
			return nil, err
		}
	}
	if r.Keys.Active && !in.keys.Active {
		err = w.checkLeave(standing, w.pushed(sourceSuspend, in, r.ID), departing{counted: true})
	}
	return change, err
}

// follows reports whether a User's account goes where the User goes: its
// organization has verified the domains of the old and the new email, or this
// connection made the account and no other organization has it. A protected one
// stays as it is, and so does that of a person who is no member any more.
func (w *work) follows(standing *Standing, email string) (bool, error) {
	a := standing.Account
	if a == nil || a.Protected || standing.Membership == nil || w.c.Connection.Observe {
		return false, nil
	}
	if a.ConnectionID == w.c.Connection.ID && !standing.Elsewhere {
		return true, nil
	}
	if a.Email == "" || email == "" {
		return false, nil
	}
	return w.tx.DomainsVerified(w.c.Connection.OrganizationID, emailDomain(a.Email), emailDomain(email))
}

func (w *work) decideChange(r *Resource, in *incoming, change *userChange) error {
	p := w.pushed(match.Change, in, r.ID)
	if change.standing.Link != nil && match.Username(w.c.Connection.Policy.Username, change.old.String("userName")) == p.username {
		// The username that was derived once stays: it may have got a number since.
		p.username, p.subject.Username = "", ""
	}
	if change.standing.Link != nil && identityEmail(in.doc) == identityEmail(change.old) {
		p.subject.Email = "" // it stays
	}
	identity, err := w.identify(p)
	if err != nil {
		return err
	}
	candidates, err := w.tx.Candidates(r.ConnectionID, userType, in.keys, MemberRefs{Exact: nonEmpty(r.ID, in.keys.ExternalID), Name: in.keys.Unique})
	if err != nil {
		return err
	}
	change.pending = candidates.Pending && (in.keys.Unique != r.Keys.Unique || in.keys.ExternalID != r.Keys.ExternalID)
	users, err := w.known(candidates, func(*Candidate) bool { return false })
	if err != nil {
		return err
	}
	change.decision = w.decide(p, identity, users, change.standing, change.follows)
	return change.decision.refusal()
}

func nonEmpty(values ...string) []string {
	var kept []string
	for _, value := range values {
		if value != "" {
			kept = append(kept, value)
		}
	}
	return kept
}

// finishUserChange brings the account in line with a User that was changed. The
// resource is as it is now.
func (w *work) finishUserChange(change *userChange, r *Resource, in *incoming, wasActive bool) error {
	if w.c.Connection.Observe {
		return nil
	}
	standing := change.standing
	if standing.Link == nil {
		return w.linkLate(change, r)
	}
	if change.follows {
		if err := w.followUser(change, in); err != nil {
			return err
		}
	}
	if standing.Link.Origin == FromSignIn && w.acting.actor.Type != ActorSignIn {
		standing.Link.Origin = FromSCIM // it is pushed from now on
		if err := w.tx.UpdateLink(standing.Link); err != nil {
			return err
		}
	}
	if err := w.moveMembership(standing, wasActive, r.Keys.Active); err != nil {
		return err
	}
	if change.decision == nil {
		return nil
	}
	return w.closeFixed(change.decision, r.ID)
}

// linkLate gives an account to a User that has none: it came while its
// connection was only observed, or was refused when that ended.
func (w *work) linkLate(change *userChange, r *Resource) error {
	if change.decision == nil {
		return nil
	}
	return w.settle(r, change.decision)
}

// followUser brings email, username and name of the account in line.
func (w *work) followUser(change *userChange, in *incoming) error {
	a, days := change.standing.Account, w.c.Connection.Policy.ReserveDays
	if email := identityEmail(in.doc); email != "" && email != identityEmail(change.old) {
		if err := w.setEmail(a, email, days); err != nil {
			return err
		}
	}
	if d := change.decision; d != nil && d.person.username != "" {
		username := d.person.username
		if d.Suffix {
			var err error
			if username, err = w.freeUsername(w.c.Connection.Policy.Username, username); err != nil {
				return err
			}
		}
		if err := w.setUsername(a, username, days); err != nil {
			return err
		}
	}
	if name := displayName(in.doc); name != displayName(change.old) && name != a.DisplayName {
		return w.setDisplayName(a, name)
	}
	return nil
}

func (w *work) setDisplayName(a *Account, name string) error {
	former := a.DisplayName
	a.DisplayName, a.Updated = name, w.at
	if err := w.tx.UpdateAccount(a); err != nil {
		return err
	}
	return w.emitChange(AccountUpdated, a.ID, accountData(a), map[string]string{"display_name": former}, map[string]string{"display_name": name})
}

func (w *work) moveMembership(standing *Standing, wasActive, active bool) error {
	m := standing.Membership
	if wasActive == active || m == nil {
		return nil
	}
	if active {
		return w.resumeMembership(standing.Account, m, standing.ActiveElsewhere)
	}
	return w.leave(standing)
}

// leave suspends the membership of a User that leaves. Cases that kept it here
// are settled by that.
func (w *work) leave(standing *Standing) error {
	if err := w.suspendUnlessKept(standing); err != nil || !w.c.Connection.Unsettled {
		return err
	}
	return w.closeCases(CaseKeys{UserID: standing.Link.UserID}, func(c *Case) bool { return !c.aboutIdentity() })
}

// suspendUnlessKept suspends the membership, unless a User of another connection
// of the organization keeps it.
func (w *work) suspendUnlessKept(standing *Standing) error {
	if standing.Kept || standing.Membership == nil {
		return nil
	}
	return w.suspendMembership(standing.Account, standing.Membership, standing.ActiveElsewhere)
}

// checkEnd refuses to delete a User that must stay, and returns its standing.
func (w *work) checkEnd(r *Resource, doc scim.Document) (*Standing, error) {
	standing, err := w.tx.Standing(r.ConnectionID, w.c.Connection.OrganizationID, r.ID)
	if err != nil {
		return nil, err
	}
	p := w.pushed(sourceDelete, &incoming{doc: doc, keys: r.Keys, body: r.Body}, r.ID)
	return standing, w.checkLeave(standing, p, departing{counted: r.Keys.Active, deleted: true})
}

// endUser ends the link and the membership of a User that was deleted.
func (w *work) endUser(standing *Standing) error {
	if w.c.Connection.Observe || standing.Link == nil {
		return nil
	}
	standing.Link.Ended = &w.at
	if err := w.tx.UpdateLink(standing.Link); err != nil {
		return err
	}
	return w.leave(standing)
}
