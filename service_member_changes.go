package joinery

import (
	"context"
	"slices"
)

// UpdateMember changes the role that is given by hand, "" takes it away, or the
// state; nil leaves alone. A change that would leave the organization without
// an owner fails with Conflict and reason last_owner.
func (s *Service) UpdateMember(ctx context.Context, organizationID, accountID string, role, state *string) (member *OrganizationMember, err error) {
	if err := s.validateMemberChange(role, state); err != nil {
		return nil, err
	}
	err = s.changeMember(ctx, organizationID, accountID, func(w *work, o *Organization, a *Account, m *Membership) error {
		if role != nil && *role != m.Role {
			if err := w.setRole(o, a, m, *role); err != nil {
				return err
			}
		}
		if state != nil && MembershipState(*state) != m.State {
			if err := w.moveMember(o, a, m); err != nil {
				return err
			}
		}
		member, err = w.memberOf(o, a, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	return member, nil
}

func (s *Service) validateMemberChange(role, state *string) error {
	if state != nil && *state != string(MembershipActive) && *state != string(MembershipSuspended) {
		return invalidField("state", "The state must be %q or %q, not %q.", MembershipActive, MembershipSuspended, *state)
	}
	if role == nil {
		return nil
	}
	return s.validateRole(*role)
}

// validateRole checks a role in an organization; "" is none.
func (s *Service) validateRole(role string) error {
	if role != "" && !slices.Contains(s.roles, role) {
		return invalidField("role", "The role must be %s, not %q.", oneOf(s.roles), role)
	}
	return nil
}

// changeMember calls fn with a membership that is locked until its end.
func (s *Service) changeMember(ctx context.Context, organizationID, accountID string, fn func(*work, *Organization, *Account, *Membership) error) error {
	return s.transact(ctx, Caller{}, func(w *work) error {
		o, err := w.tx.Organization(organizationID)
		if err != nil {
			return err
		}
		a, err := w.tx.Account(accountID)
		if err != nil {
			return err
		}
		m, err := w.tx.Membership(o.ID, accountID)
		if err != nil {
			return err
		}
		return fn(w, o, a, m)
	})
}

// setRole gives a member another role by hand, "" for none.
func (w *work) setRole(o *Organization, a *Account, m *Membership, role string) error {
	former := *m
	m.Role, m.Updated = role, w.at
	err := w.keepOwner(o, func() error { return w.tx.UpdateMembership(m) })
	if err != nil {
		return err
	}
	member, err := w.memberOf(o, a, m)
	if err != nil {
		return err
	}
	return w.emitRoleChange(o, member, []RoleGrant{w.s.ownGrant(o, m)}, []RoleGrant{w.s.ownGrant(o, &former)})
}

// moveMember suspends or resumes a member by hand.
func (w *work) moveMember(o *Organization, a *Account, m *Membership) error {
	active, _, err := w.activeElsewhere(a.ID, o.ID)
	if err != nil {
		return err
	}
	if m.State == MembershipSuspended {
		return w.resumeMembership(a, m, active)
	}
	if err := w.checkOwner(o, a.ID); err != nil {
		return err
	}
	return w.suspendMembership(a, m, active)
}

// checkOwner refuses to take the last owner out.
func (w *work) checkOwner(o *Organization, accountID string) error {
	last, err := w.lastOwner(o, accountID)
	if err == nil && last {
		return errLastOwner(o)
	}
	return err
}

// RemoveMember ends a membership for good. The account stays. It fails like
// UpdateMember.
func (s *Service) RemoveMember(ctx context.Context, organizationID, accountID string) error {
	return s.changeMember(ctx, organizationID, accountID, func(w *work, o *Organization, a *Account, m *Membership) error {
		if err := w.checkOwner(o, a.ID); err != nil {
			return err
		}
		active, elsewhere, err := w.activeElsewhere(a.ID, o.ID)
		if err != nil {
			return err
		}
		if err := w.removeMembership(a, m); err != nil {
			return err
		}
		return w.emitLeft(a, m, active, elsewhere)
	})
}

// emitLeft tells what the end of a membership means for the account: that it is
// suspended where all others are, and not any more where there is no other.
func (w *work) emitLeft(a *Account, m *Membership, activeElsewhere, elsewhere bool) error {
	if m.State == MembershipSuspended {
		if elsewhere {
			return nil
		}
		return w.emitIn(m.OrganizationID, AccountReactivated, a.ID, accountData(a))
	}
	scope := "organization"
	if elsewhere && !activeElsewhere {
		scope = "account"
		if err := w.emitIn(m.OrganizationID, AccountSuspended, a.ID, accountData(a)); err != nil {
			return err
		}
	}
	return w.emitIn(m.OrganizationID, SessionsRevoked, a.ID, SessionsData{Scope: scope, OrganizationID: m.OrganizationID})
}
