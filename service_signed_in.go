package joinery

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/joineryhq/joinery/scim"
)

// signedIn brings up to date what a sign-in owns of a User, and answers.
func (w *work) signedIn(in SignIn, d *decision, userID string) (*SignInResult, error) {
	standing, err := w.standingOf(d, userID)
	if err != nil {
		return nil, err
	}
	switch {
	case standing.Membership == nil:
		return nil, w.denied(d, reasonMembershipRemoved)
	case standing.Membership.State != MembershipActive:
		return nil, w.denied(d, reasonMembershipSuspended)
	}
	if err := w.refreshUser(in, d, standing); err != nil {
		return nil, err
	}
	if err := w.refreshLink(in, standing.Link); err != nil {
		return nil, err
	}
	result := &SignInResult{Decision: SignInAllow, Account: standing.Account, UserID: userID, Rule: d.Rule, Trace: d.Trace}
	if result.Scope, err = w.scopeOf(standing); err != nil {
		return nil, err
	}
	if result.Memberships, err = w.sessionMemberships(standing, result.Scope); err != nil {
		return nil, err
	}
	return result, w.emit(SignInAllowed, standing.Account.ID, SignInData{Subject: in.Subject, UserID: userID, Rule: d.Rule, Scope: result.Scope})
}

// standingOf is the standing of who signs in. A User that has no account gets
// that of the verdict.
func (w *work) standingOf(d *decision, userID string) (*Standing, error) {
	connection := w.c.Connection
	standing, err := w.tx.Standing(connection.ID, connection.OrganizationID, userID)
	if err != nil || standing.Link != nil {
		return standing, err
	}
	if err := w.checkAdmission(d); err != nil {
		return nil, err
	}
	r, err := w.tx.Resource(connection.ID, userType, userID, false, "")
	if err != nil {
		return nil, err
	}
	d.person.wasPushed = true
	if err := w.settle(r, d); err != nil {
		return nil, err
	}
	return w.tx.Standing(connection.ID, connection.OrganizationID, userID)
}

// refreshLink notes the sign-in and what it says of subject and groups.
func (w *work) refreshLink(in SignIn, link *Link) error {
	if link.Subject != in.Subject {
		if err := w.freeSubject(in.Subject); err != nil {
			return err
		}
		link.Subject = in.Subject
	}
	if in.SubjectFormat != "" {
		link.SubjectFormat = in.SubjectFormat
	}
	at := w.timeOf(in.Time)
	link.LastSignIn = later(link.LastSignIn, at)
	claims := in.Groups != nil && w.c.Connection.Policy.GroupAuthority != "scim" && (link.Claimed == nil || !at.Before(*link.Claimed))
	if !claims {
		return w.tx.UpdateLink(link)
	}
	return w.claim(link, in.Groups, at)
}

// freeSubject takes a subject from the link of a deleted User: the live one has
// it from now on.
func (w *work) freeSubject(subject string) error {
	other, err := w.tx.LinkBySubject(w.c.Connection.ID, subject)
	if KindOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	other.Subject = ""
	return w.tx.UpdateLink(other)
}

// timeOf is when a sign-in was: not later than now.
func (w *work) timeOf(at *time.Time) time.Time {
	if at == nil || at.After(w.at) {
		return w.at
	}
	return at.UTC().Truncate(time.Millisecond)
}

func later(before *time.Time, at time.Time) *time.Time {
	if before != nil && before.After(at) {
		return before
	}
	return &at
}

// refreshUser brings a User that only sign-ins made in line with the sign-in. A
// change that is refused opens a case, and the User stays as it was.
func (w *work) refreshUser(in SignIn, d *decision, standing *Standing) error {
	if standing.Link.Origin != FromSignIn || d.UserID == "" {
		return nil
	}
	t := w.s.registry.Type(userType)
	r, old, err := w.load(t, standing.Link.UserID, Expect{})
	if err != nil {
		return err
	}
	if last := standing.Link.LastSignIn; last != nil && w.timeOf(in.Time).Before(*last) {
		return nil // an older sign-in, reported late
	}
	next := maps.Clone(old)
	if in.Email != "" && scim.Fold(in.Email) != scim.Fold(primaryEmail(old)) || in.DisplayName != "" {
		for name, value := range signInUser(in, d.person) {
			next[name] = value
		}
	}
	err = w.save(t, r, old, next, nil, &Outcome{})
	if r, ok := errors.AsType[*refused](err); ok {
		_, err = w.keepCase(r)
	}
	return err
}

// scopeOf says what a session may reach: the account as a whole where the
// organization has verified its domain, or where no other organization has it.
func (w *work) scopeOf(standing *Standing) (string, error) {
	if !standing.Elsewhere {
		return ScopeAccount, nil
	}
	if standing.Account.Email == "" {
		return ScopeOrganization, nil
	}
	verified, err := w.tx.DomainsVerified(w.c.Connection.OrganizationID, emailDomain(standing.Account.Email))
	if err != nil || verified {
		return ScopeAccount, err
	}
	return ScopeOrganization, nil
}

func (w *work) sessionMemberships(standing *Standing, scope string) ([]*OrganizationMember, error) {
	memberships := []*Membership{standing.Membership}
	if scope == ScopeAccount && standing.Elsewhere {
		var err error
		if memberships, err = w.tx.MembershipsOf(standing.Account.ID); err != nil {
			return nil, err
		}
	}
	list := make([]*OrganizationMember, len(memberships))
	for i, m := range memberships {
		o, err := w.tx.Organization(m.OrganizationID)
		if err != nil {
			return nil, err
		}
		grants, err := roleGrants(w.tx, w.s, o, []*Membership{m})
		if err != nil {
			return nil, err
		}
		list[i] = w.s.member(o, m, standing.Account, grants[m.AccountID])
	}
	return list, nil
}

// member puts together what is known of a member.
func (s *Service) member(o *Organization, m *Membership, a *Account, grants []RoleGrant) *OrganizationMember {
	member := &OrganizationMember{Membership: m, Account: a, Roles: grants}
	if m.State == MembershipActive {
		member.EffectiveRole = s.effectiveRole(grants, orgTarget(o))
	}
	return member
}

// SignOut notes that a person signed out, and returns the account. A subject
// that never signed in fails with NotFound.
func (s *Service) SignOut(ctx context.Context, connectionID, subject string, at *time.Time) (*AccountView, error) {
	connection, err := s.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	acting := actorOf(ctx)
	ctx = WithActor(ctx, Actor{Type: ActorSignIn, Name: acting.actor.Name}, acting.requestID)
	accountID := ""
	err = s.transact(ctx, Caller{Connection: connection}, func(w *work) error {
		link, err := w.tx.LinkBySubject(connectionID, subject)
		if KindOf(err) == NotFound {
			return Errorf(NotFound, "unknown_subject", "Nobody has signed in with this subject through the connection.")
		}
		if err != nil {
			return err
		}
		accountID = link.AccountID
		link.LastSignOut = later(link.LastSignOut, w.timeOf(at))
		if err := w.tx.UpdateLink(link); err != nil {
			return err
		}
		return w.audit(SignedOut, connection.OrganizationID, accountID, SignInData{Subject: subject, UserID: link.UserID}, nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.Account(ctx, accountID)
}
