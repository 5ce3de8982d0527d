package joinery

import "slices"

// joinedMembership is what a merge made of a membership of the absorbed account.
type joinedMembership struct {
	Absorbed *Membership `json:"absorbed"` // as it was
	// Survivor is the survivor's own as it was, and Joined as it became; nil where
	// the survivor had none, and the absorbed account's went over.
	Survivor *Membership `json:"survivor,omitempty"`
	Joined   *Membership `json:"joined,omitempty"`
}

// joinMemberships gives the survivor the absorbed account's memberships. Where
// both are members, the higher role given by hand and the better state stay.
func (w *work) joinMemberships(plan *MergePlan, undo *mergeUndo) error {
	own := make(map[string]*Membership, len(plan.own)) // by organization
	for _, m := range plan.own {
		own[m.OrganizationID] = m
	}
	for _, m := range plan.Memberships {
		if err := w.removeMembership(plan.Absorbed, m); err != nil {
			return err
		}
		joined := &joinedMembership{Absorbed: m, Survivor: own[m.OrganizationID]}
		undo.Memberships = append(undo.Memberships, joined)
		var err error
		if joined.Survivor == nil {
			err = w.giveMembership(plan.Survivor, m)
		} else if joined.Joined, err = w.join(joined.Survivor, m); err == nil {
			err = w.changeMembership(plan.Survivor, joined.Survivor, joined.Joined)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// join is what becomes of a membership of the survivor's with one of the
// absorbed account in the same organization. Who is suspended as a User there
// does not come back by a merge.
func (w *work) join(own, m *Membership) (*Membership, error) {
	joined := *own
	joined.Role = w.s.higherRole(own.Role, m.Role)
	if own.State == m.State {
		return &joined, nil
	}
	joined.State = MembershipActive
	suspended, err := w.suspendedUser(own.AccountID, own.OrganizationID)
	if suspended {
		joined.State = MembershipSuspended
	}
	return &joined, err
}

// suspendedUser reports whether an account has Users in the connections of an
// organization, and none of them is active.
func (w *work) suspendedUser(accountID, organizationID string) (bool, error) {
	users, err := w.tx.LinkedUsers([]string{accountID})
	if err != nil || len(users) == 0 {
		return false, err
	}
	ours, err := w.connectionsOf(organizationID)
	suspended := false
	for _, r := range users {
		if ours[r.ConnectionID] && r.Keys.Active {
			return false, err
		}
		suspended = suspended || ours[r.ConnectionID]
	}
	return suspended, err
}

// connectionsOf is the set of an organization's connections, by id.
func (w *work) connectionsOf(organizationID string) (map[string]bool, error) {
	connections, err := w.tx.Connections(organizationID)
	ids := make(map[string]bool, len(connections))
	for _, c := range connections {
		ids[c.ID] = true
	}
	return ids, err
}

// higherRole is the higher of two roles; "" is none.
func (s *Service) higherRole(a, b string) string {
	var grants []RoleGrant
	for _, role := range nonEmpty(a, b) {
		grants = append(grants, RoleGrant{Role: role})
	}
	return s.effectiveRole(grants, "")
}

// giveMembership makes an account a member as another one was.
func (w *work) giveMembership(a *Account, m *Membership) error {
	activeElsewhere, elsewhere, err := w.activeElsewhere(a.ID, m.OrganizationID)
	if err != nil {
		return err
	}
	given := *m
	return w.addMembership(a, &given, activeElsewhere, elsewhere)
}

// changeMembership brings an account's membership from one form to another.
func (w *work) changeMembership(a *Account, from, to *Membership) error {
	next := *to
	if from.State == to.State {
		if from.Role == to.Role && from.ConnectionID == to.ConnectionID {
			return nil
		}
		next.Updated = w.at
		return w.tx.UpdateMembership(&next)
	}
	activeElsewhere, _, err := w.activeElsewhere(a.ID, to.OrganizationID)
	if err != nil {
		return err
	}
	next.State = from.State
	if to.State == MembershipActive {
		return w.resumeMembership(a, &next, activeElsewhere)
	}
	return w.suspendMembership(a, &next, activeElsewhere)
}

// membersOf returns accounts as members of all their organizations.
func (w *work) membersOf(accountIDs ...string) ([]*OrganizationMember, error) {
	memberships, err := w.tx.MembershipsOf(accountIDs...)
	if err != nil {
		return nil, err
	}
	return w.s.membersAnywhere(w.tx, memberships)
}

// emitRolesSince tells of the roles that came and went since accounts were the
// members before.
func (w *work) emitRolesSince(before []*OrganizationMember, accountIDs ...string) error {
	after, err := w.membersOf(accountIDs...)
	if err != nil {
		return err
	}
	type place struct{ organizationID, accountID string }
	former := make(map[place][]RoleGrant, len(before))
	for _, member := range before {
		former[place{member.Membership.OrganizationID, member.Membership.AccountID}] = member.Roles
	}
	for _, member := range after {
		roles := former[place{member.Membership.OrganizationID, member.Membership.AccountID}]
		granted, revoked := given(missing(member.Roles, roles)), given(missing(roles, member.Roles))
		if len(granted)+len(revoked) == 0 {
			continue
		}
		o, err := w.tx.Organization(member.Membership.OrganizationID)
		if err != nil {
			return err
		}
		if err := w.emitRoleChange(o, member, granted, revoked); err != nil {
			return err
		}
	}
	return nil
}

// given leaves out the roles that members have without anyone giving them.
func given(grants []RoleGrant) []RoleGrant {
	return slices.DeleteFunc(grants, func(g RoleGrant) bool { return g.Source == RoleDefault })
}
