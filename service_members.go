package joinery

import (
	"context"
)

// AddMember makes an account a member of an organization. The role is given by
// hand, "" for none. An account that is a member already fails with Conflict and
// reason already_member.
func (s *Service) AddMember(ctx context.Context, organizationID, accountID, role string) (member *OrganizationMember, err error) {
	if err := s.validateRole(role); err != nil {
		return nil, err
	}
	err = s.transact(ctx, Caller{}, func(w *work) error {
		o, err := w.tx.Organization(organizationID)
		if err != nil {
			return err
		}
		a, err := w.standingAccount(accountID)
		if err != nil {
			return err
		}
		member, err = w.addMember(o, a, role)
		return err
	})
	if err != nil {
		return nil, collided(err)
	}
	return member, nil
}

func (w *work) addMember(o *Organization, a *Account, role string) (*OrganizationMember, error) {
	active, elsewhere, err := w.activeElsewhere(a.ID, o.ID)
	if err != nil {
		return nil, err
	}
	switch _, err := w.tx.Membership(o.ID, a.ID); {
	case err == nil:
		return nil, Errorf(Conflict, "already_member", "The account is a member of %s already. Change that membership instead.", o.Slug)
	case KindOf(err) != NotFound:
		return nil, err
	}
	m := &Membership{OrganizationID: o.ID, State: MembershipActive, Role: role, Origin: FromAPI}
	if err := w.addMembership(a, m, active, elsewhere); err != nil {
		return nil, err
	}
	member, err := w.memberOf(o, a, m)
	if err != nil || role == "" {
		return member, err
	}
	return member, w.emitRoleChange(o, member, []RoleGrant{w.s.ownGrant(o, m)}, nil)
}

// Members lists an organization's members by account id behind the id after, at
// most limit.
func (s *Service) Members(ctx context.Context, organizationID, after string, limit int) (list []*OrganizationMember, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Organization(organizationID)
		if err != nil {
			return err
		}
		memberships, err := tx.Memberships(o.ID, after, min(max(limit, 1), MaxListed))
		if err != nil || len(memberships) == 0 {
			return err
		}
		list, err = s.members(tx, o, memberships)
		return err
	})
	return list, err
}

// Member returns a member of an organization, or fails with NotFound.
func (s *Service) Member(ctx context.Context, organizationID, accountID string) (member *OrganizationMember, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Organization(organizationID)
		if err != nil {
			return err
		}
		m, err := tx.Membership(o.ID, accountID)
		if err != nil {
			return err
		}
		list, err := s.members(tx, o, []*Membership{m})
		if err == nil {
			member = list[0]
		}
		return err
	})
	return member, err
}

// members adds accounts and roles to memberships of an organization.
func (s *Service) members(tx Tx, o *Organization, memberships []*Membership) ([]*OrganizationMember, error) {
	ids := make([]string, len(memberships))
	for i, m := range memberships {
		ids[i] = m.AccountID
	}
	accounts, err := tx.AccountsByID(ids)
	if err != nil {
		return nil, err
	}
	grants, err := roleGrants(tx, s, o, memberships)
	if err != nil {
		return nil, err
	}
	list := make([]*OrganizationMember, len(memberships))
	for i, m := range memberships {
		list[i] = s.member(o, m, accounts[m.AccountID], grants[m.AccountID])
	}
	return list, nil
}

// memberOf is a member as he is now.
func (w *work) memberOf(o *Organization, a *Account, m *Membership) (*OrganizationMember, error) {
	grants, err := roleGrants(w.tx, w.s, o, []*Membership{m})
	return w.s.member(o, m, a, grants[m.AccountID]), err
}
