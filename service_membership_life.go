package joinery

import "slices"

// MembershipData is the payload of the events about a membership, whose subject
// is the account.
type MembershipData struct {
	OrganizationID string          `json:"organization_id"`
	State          MembershipState `json:"state,omitempty"`
	Origin         Origin          `json:"origin,omitempty"`
	Granted        []RoleData      `json:"granted,omitempty"`        // of membership.role_changed
	Revoked        []RoleData      `json:"revoked,omitempty"`        // of membership.role_changed
	EffectiveRole  string          `json:"effective_role,omitempty"` // of membership.role_changed
}

// RoleData is a role that came or went.
type RoleData struct {
	Role      string     `json:"role"`
	Target    string     `json:"target"`
	Source    RoleSource `json:"source"`
	GroupID   string     `json:"group_id,omitempty"`
	GroupName string     `json:"group,omitempty"`
}

// SessionsData is the payload of account.sessions_revoked.
type SessionsData struct {
	Scope          string `json:"scope"` // "account": all of them; "organization": those in the organization
	OrganizationID string `json:"organization_id"`
}

func membershipData(m *Membership) MembershipData {
	return MembershipData{OrganizationID: m.OrganizationID, State: m.State, Origin: m.Origin}
}

// activeElsewhere reports whether an account has an active membership in another
// organization, and whether it has any there.
func (w *work) activeElsewhere(accountID, organizationID string) (active, member bool, err error) {
	list, err := w.tx.MembershipsOf(accountID)
	for _, m := range list {
		if m.OrganizationID != organizationID {
			member = true
			active = active || m.State == MembershipActive
		}
	}
	return active, member, err
}

// addMembership makes an account a member, since now or since m.Created. Where
// it had only suspended memberships it comes back by an active one; where it had
// none it is suspended by a suspended one.
func (w *work) addMembership(a *Account, m *Membership, activeElsewhere, elsewhere bool) error {
	m.AccountID, m.Updated = a.ID, w.at
	if m.Created.IsZero() {
		m.Created = w.at
	}
	if err := w.tx.InsertMembership(m); err != nil {
		return err
	}
	if err := w.emitIn(m.OrganizationID, MembershipAdded, a.ID, membershipData(m)); err != nil {
		return err
	}
	if elsewhere {
		if err := w.narrowSessions(a, m.OrganizationID); err != nil {
			return err
		}
	}
	switch active := m.State == MembershipActive; {
	case active && elsewhere && !activeElsewhere:
		return w.emitIn(m.OrganizationID, AccountReactivated, a.ID, accountData(a))
	case !active && !elsewhere:
		return w.emitIn(m.OrganizationID, AccountSuspended, a.ID, accountData(a))
	}
	return nil
}

// narrowSessions ends the sessions that reach the whole of an account, where it
// was in one organization alone and joins a second one: the next sign-in gets the
// scope that it has by now. An organization that has verified the domain of the
// account's email keeps the whole.
func (w *work) narrowSessions(a *Account, joined string) error {
	memberships, err := w.tx.MembershipsOf(a.ID)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(memberships, func(m *Membership) bool { return m.OrganizationID == joined })
	if len(others) != 1 || others[0].State != MembershipActive {
		return nil
	}
	if a.Email != "" {
		verified, err := w.tx.DomainsVerified(others[0].OrganizationID, emailDomain(a.Email))
		if err != nil || verified {
			return err
		}
	}
	return w.emitIn(others[0].OrganizationID, SessionsRevoked, a.ID, SessionsData{Scope: ScopeAccount, OrganizationID: others[0].OrganizationID})
}

// suspendMembership ends the effect of a membership.
func (w *work) suspendMembership(a *Account, m *Membership, activeElsewhere bool) error {
	if m.State == MembershipSuspended {
		return nil
	}
	if err := w.setMembershipState(m, MembershipSuspended); err != nil {
		return err
	}
	if err := w.emitIn(m.OrganizationID, MembershipWasSuspended, a.ID, membershipData(m)); err != nil {
		return err
	}
	scope := "account"
	if activeElsewhere {
		scope = "organization"
	} else if err := w.emitIn(m.OrganizationID, AccountSuspended, a.ID, accountData(a)); err != nil {
		return err
	}
	return w.emitIn(m.OrganizationID, SessionsRevoked, a.ID, SessionsData{Scope: scope, OrganizationID: m.OrganizationID})
}

// resumeMembership brings a suspended membership back.
func (w *work) resumeMembership(a *Account, m *Membership, activeElsewhere bool) error {
	if m.State == MembershipActive {
		return nil
	}
	if err := w.setMembershipState(m, MembershipActive); err != nil {
		return err
	}
	if err := w.emitIn(m.OrganizationID, MembershipResumed, a.ID, membershipData(m)); err != nil {
		return err
	}
	if activeElsewhere {
		return nil
	}
	return w.emitIn(m.OrganizationID, AccountReactivated, a.ID, accountData(a))
}

func (w *work) setMembershipState(m *Membership, state MembershipState) error {
	m.State, m.Updated = state, w.at
	if w.c.Connection != nil && w.c.Connection.OrganizationID == m.OrganizationID {
		m.ConnectionID = w.c.Connection.ID
	}
	return w.tx.UpdateMembership(m)
}

// removeMembership ends a membership for good.
func (w *work) removeMembership(a *Account, m *Membership) error {
	if err := w.tx.DeleteMembership(m.OrganizationID, m.AccountID); err != nil {
		return err
	}
	return w.emitIn(m.OrganizationID, MembershipRemoved, a.ID, membershipData(m))
}

// orgTarget is the target that stands for an organization.
func orgTarget(o *Organization) string { return "org:" + o.Slug }

// DefaultRoles is the order of roles, the highest first.
func DefaultRoles() []string { return []string{"owner", "admin", "writer", "member"} }

// ownerRole is the role of which an organization must keep one.
func (s *Service) ownerRole() string { return s.roles[0] }

// defaultRole is what a member has whom nothing gives another role.
func (s *Service) defaultRole() string { return s.roles[len(s.roles)-1] }

// effectiveRole is the highest role on a target; a role that is not in the
// order is the lowest.
func (s *Service) effectiveRole(grants []RoleGrant, target string) string {
	best, at := "", len(s.roles)
	for _, grant := range grants {
		if grant.Target != target {
			continue
		}
		i := slices.Index(s.roles, grant.Role)
		if i < 0 {
			i = len(s.roles)
		}
		if best == "" || i < at {
			best, at = grant.Role, i
		}
	}
	return best
}

// roleGrants returns what accounts are granted in an organization of which they
// are members, by account.
func roleGrants(tx Tx, s *Service, o *Organization, memberships []*Membership) (map[string][]RoleGrant, error) {
	ids := make([]string, len(memberships))
	grants := make(map[string][]RoleGrant, len(memberships))
	for i, m := range memberships {
		ids[i] = m.AccountID
		grants[m.AccountID] = []RoleGrant{s.ownGrant(o, m)}
	}
	mapped, err := tx.MappedGrants(o.ID, ids)
	for i := range mapped {
		if g := &mapped[i]; g.counts() {
			grants[g.AccountID] = append(grants[g.AccountID], g.grant())
		}
	}
	return grants, err
}

// ownGrant is the role that a membership gives by itself.
func (s *Service) ownGrant(o *Organization, m *Membership) RoleGrant {
	if m.Role != "" {
		return RoleGrant{Role: m.Role, Target: orgTarget(o), Source: RoleDirect}
	}
	return RoleGrant{Role: s.defaultRole(), Target: orgTarget(o), Source: RoleDefault}
}

// counts reports whether a group gives its role under the authority. Claims own
// the groups of whoever has signed in with any; until then the pushed ones do.
func (g *MappedGrant) counts() bool {
	switch g.Authority {
	case "union":
		return true
	case "claims":
		return g.Via == RoleSignIn || !g.Claimed
	default:
		return g.Via == RoleGroup
	}
}

func (g *MappedGrant) grant() RoleGrant {
	return RoleGrant{
		Role: g.Role, Target: g.Target, Source: g.Via, ConnectionID: g.ConnectionID,
		GroupID: g.GroupID, GroupName: g.GroupName, MappingID: g.MappingID,
	}
}

func roleData(grants []RoleGrant) []RoleData {
	var list []RoleData
	for _, g := range grants {
		list = append(list, RoleData{Role: g.Role, Target: g.Target, Source: g.Source, GroupID: g.GroupID, GroupName: g.GroupName})
	}
	return list
}
