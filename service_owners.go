package joinery

// lastOwner reports whether an organization would be left without an owner if
// the membership of an account had no effect any more. It would not where the
// account is no owner, or has no effect already.
func (w *work) lastOwner(o *Organization, accountID string) (bool, error) {
	m, err := w.tx.Membership(o.ID, accountID)
	if KindOf(err) == NotFound {
		return false, nil
	}
	if err != nil || m.State != MembershipActive {
		return false, err
	}
	grants, err := roleGrants(w.tx, w.s, o, []*Membership{m})
	if err != nil || w.s.effectiveRole(grants[accountID], orgTarget(o)) != w.s.ownerRole() {
		return false, err
	}
	has, err := w.hasOwner(o, accountID)
	return err == nil && !has, err
}

// keepOwner makes a change that may take the owner's role from someone, and
// refuses it where it takes the last owner away. An organization that never had
// one needs none.
func (w *work) keepOwner(o *Organization, change func() error) error {
	had, err := w.hasOwner(o, "")
	if err != nil {
		return err
	}
	if err := change(); err != nil || !had {
		return err
	}
	has, err := w.hasOwner(o, "")
	if err != nil || has {
		return err
	}
	return errLastOwner(o)
}

func errLastOwner(o *Organization) error {
	return Errorf(Conflict, "last_owner", "The organization %s would have no active owner left. Make another member an owner first.", o.Slug)
}

// hasOwner reports whether anyone but an account is an active owner.
func (w *work) hasOwner(o *Organization, except string) (bool, error) {
	connections, err := w.tx.Connections(o.ID)
	if err != nil {
		return false, err
	}
	q := OwnerQuery{OrganizationID: o.ID, Role: w.s.ownerRole(), Target: orgTarget(o), Except: except}
	for _, c := range connections {
		if c.Policy.GroupAuthority != "claims" {
			q.Pushed = append(q.Pushed, c.ID)
		}
		if c.Policy.GroupAuthority != "scim" {
			q.Claimed = append(q.Claimed, c.ID)
		}
	}
	return w.tx.HasOwner(q)
}
