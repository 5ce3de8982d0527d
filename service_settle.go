package joinery

import (
	"github.com/joineryhq/joinery/match"
)

// settle gives a User that was created, or that returned, the account of the
// verdict.
func (w *work) settle(r *Resource, d *decision) error {
	link := &Link{ConnectionID: r.ConnectionID, UserID: r.ID, Rule: d.Rule, Origin: d.person.origin(), Created: w.at}
	switch d.Kind {
	case match.AdoptAccount:
		if err := w.adopt(r, link, d); err != nil {
			return err
		}
	case match.ReturnUser:
		if err := w.comeBack(r, d); err != nil {
			return err
		}
	default:
		if err := w.newcomer(r, link, d); err != nil {
			return err
		}
	}
	return w.closeFixed(d, r.ID)
}

func (p *person) origin() Origin {
	if p.subject.Source == match.SignIn && !p.wasPushed {
		return FromSignIn
	}
	return FromSCIM
}

// stateOf is the state of the membership that a User brings.
func stateOf(r *Resource) MembershipState {
	if r.Keys.Active {
		return MembershipActive
	}
	return MembershipSuspended
}

// newcomer makes an account for a User.
func (w *work) newcomer(r *Resource, link *Link, d *decision) error {
	username := d.person.username
	if d.Suffix {
		var err error
		if username, err = w.freeUsername(w.c.Connection.Policy.Username, username); err != nil {
			return err
		}
	}
	a := &Account{
		Email: d.person.email, Username: username, DisplayName: d.person.displayName,
		Origin: link.Origin, ConnectionID: r.ConnectionID,
	}
	if err := w.addAccount(a); err != nil {
		return err
	}
	link.AccountID = a.ID
	if err := w.tx.InsertLink(link); err != nil {
		return err
	}
	return w.addMembership(a, &Membership{
		OrganizationID: w.c.Connection.OrganizationID, State: stateOf(r), Origin: link.Origin, ConnectionID: r.ConnectionID,
	}, false, false)
}

// adopt joins an account that is there to a User. Its email and username stay
// as they are, unless a person gave it a username.
func (w *work) adopt(r *Resource, link *Link, d *decision) error {
	a, err := w.tx.Account(d.AccountID)
	if err != nil {
		return err
	}
	if a.MergedInto != "" {
		return ErrCollision // it was merged since the verdict: the next run sees into which
	}
	link.AccountID = a.ID
	if err := w.tx.InsertLink(link); err != nil {
		return err
	}
	data := accountData(a)
	data.UserID, data.Rule = r.ID, d.Rule
	if err := w.emit(AccountAdopted, a.ID, data); err != nil {
		return err
	}
	if w.settled != nil && w.settled.username != "" {
		if err := w.setUsername(a, w.settled.username, w.c.Connection.Policy.ReserveDays); err != nil {
			return err
		}
	}
	return w.enroll(a, r, link.Origin, d)
}

// enroll makes an account the member that its User says it is.
func (w *work) enroll(a *Account, r *Resource, origin Origin, d *decision) error {
	organizationID := w.c.Connection.OrganizationID
	activeElsewhere, elsewhere, err := w.activeElsewhere(a.ID, organizationID)
	if err != nil {
		return err
	}
	m, err := w.tx.Membership(organizationID, a.ID)
	switch {
	case KindOf(err) == NotFound:
		m = &Membership{OrganizationID: organizationID, State: stateOf(r), Origin: origin, ConnectionID: r.ConnectionID}
		return w.addMembership(a, m, activeElsewhere, elsewhere)
	case err != nil:
		return err
	case r.Keys.Active:
		return w.resumeMembership(a, m, activeElsewhere)
	}
	standing, err := w.tx.Standing(r.ConnectionID, organizationID, r.ID)
	if err != nil {
		return err
	}
	counted := m.State == MembershipActive && w.acting.actor.Type == ActorToken
	if err := w.checkLeave(standing, d.person, departing{counted: counted}); err != nil {
		return err
	}
	return w.suspendUnlessKept(standing)
}

// comeBack gives a User that returned, or that only sign-ins had made, its
// account again.
func (w *work) comeBack(r *Resource, d *decision) error {
	link, err := w.tx.Link(r.ConnectionID, r.ID)
	if err != nil {
		return err
	}
	link.Ended, link.Origin = nil, d.person.origin()
	if err := w.tx.UpdateLink(link); err != nil {
		return err
	}
	a, err := w.tx.Account(link.AccountID)
	if err != nil {
		return err
	}
	return w.enroll(a, r, link.Origin, d)
}

// checkReturn sees to it that a User can return to its account. One without a
// link is decided on as if it were new.
func (w *work) checkReturn(d *decision) (*decision, error) {
	if w.c.Connection.Observe {
		return d, nil
	}
	link, err := w.tx.Link(w.c.Connection.ID, d.UserID)
	if KindOf(err) == NotFound {
		again := w.decide(d.person, d.identity, nil, nil, false)
		return again, again.refusal()
	}
	if err != nil {
		return nil, err
	}
	a, err := w.tx.Account(link.AccountID)
	if err != nil {
		return nil, err
	}
	if a.Protected {
		return nil, d.instead(match.ReasonProtected, "", a.ID)
	}
	switch _, err := w.tx.Membership(w.c.Connection.OrganizationID, link.AccountID); {
	case KindOf(err) == NotFound: // it was removed for good
		return w.receiveAnew(d)
	case err != nil:
		return nil, err
	}
	other, err := w.tx.LiveLink(w.c.Connection.ID, link.AccountID)
	if KindOf(err) == NotFound {
		return d, nil
	}
	if err != nil || other.UserID == d.UserID {
		return d, err
	}
	return nil, d.instead(match.ReasonAlreadyLinked, other.UserID, link.AccountID)
}

// instead refuses where the verdict was to let the User return.
func (d *decision) instead(reason match.Reason, userID, accountID string) error {
	verdict := d.Verdict
	verdict.Kind, verdict.Reason, verdict.Attribute = match.RefuseUser, reason, "emails"
	verdict.UserID, verdict.AccountID = userID, accountID
	return &refused{verdict: verdict, person: d.person}
}

// receiveAnew decides on a User whose account has left as if it were new.
func (w *work) receiveAnew(d *decision) (*decision, error) {
	if err := w.unlink(d.UserID); err != nil {
		return nil, err
	}
	identity, err := w.identify(d.person)
	if err != nil {
		return nil, err
	}
	again := w.decide(d.person, identity, nil, nil, false)
	return again, again.refusal()
}
