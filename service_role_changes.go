package joinery

import (
	"maps"
	"slices"
	"time"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// claim replaces the groups that sign-ins claim for a User, and tells of the
// roles that come and go.
func (w *work) claim(link *Link, groups []string, at time.Time) error {
	first := link.Claimed == nil
	link.Claimed = &at
	before, err := w.mappedGrants(link.AccountID)
	if err != nil {
		return err
	}
	if err := w.tx.UpdateLink(link); err != nil {
		return err
	}
	changed, err := w.tx.SetClaims(link.ConnectionID, link.UserID, groups)
	if err != nil || !changed && !first {
		return err
	}
	after, err := w.mappedGrants(link.AccountID)
	if err != nil {
		return err
	}
	granted, revoked := missing(after, before), missing(before, after)
	if len(granted)+len(revoked) == 0 {
		return nil
	}
	return w.emitRoles(link.AccountID, granted, revoked)
}

// mappedGrants are the roles that count of an account in the connection's
// organization, through groups. Without any mapping there are none.
func (w *work) mappedGrants(accountID string) ([]RoleGrant, error) {
	if !w.c.Connection.Mapped {
		return nil, nil
	}
	mapped, err := w.tx.MappedGrants(w.c.Connection.OrganizationID, []string{accountID})
	var grants []RoleGrant
	for i := range mapped {
		if g := &mapped[i]; g.counts() {
			grants = append(grants, g.grant())
		}
	}
	return grants, err
}

// missing are the grants of one list that another does not have.
func missing(list, other []RoleGrant) []RoleGrant {
	has := make(map[RoleGrant]bool, len(other))
	for _, grant := range other {
		has[grant] = true
	}
	var rest []RoleGrant
	for _, grant := range list {
		if !has[grant] {
			rest = append(rest, grant)
		}
	}
	return rest
}

// emitRoles tells that roles of a member came or went.
func (w *work) emitRoles(accountID string, granted, revoked []RoleGrant) error {
	o, err := w.tx.Organization(w.c.Connection.OrganizationID)
	if err != nil {
		return err
	}
	m, err := w.tx.Membership(o.ID, accountID)
	if KindOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	grants, err := roleGrants(w.tx, w.s, o, []*Membership{m})
	if err != nil {
		return err
	}
	return w.emitRoleChange(o, w.s.member(o, m, nil, grants[accountID]), granted, revoked)
}

func (w *work) emitRoleChange(o *Organization, member *OrganizationMember, granted, revoked []RoleGrant) error {
	return w.emitIn(o.ID, MembershipRoleChanged, member.Membership.AccountID, MembershipData{
		OrganizationID: o.ID, State: member.Membership.State, Granted: roleData(granted), Revoked: roleData(revoked), EffectiveRole: member.EffectiveRole,
	})
}

// bindMappings binds the mappings that wait for a Group's name to it.
func (w *work) bindMappings(group *Resource) error {
	if !w.c.Connection.Mapped {
		return nil
	}
	bound, err := w.tx.BindMappings(group.ConnectionID, group.Keys.Unique, group.ID)
	if err != nil || bound == 0 {
		return err
	}
	return w.tx.RenameMappings(group.ConnectionID, group.ID, group.Keys.Display)
}

// renameMappings follows a Group that has another name now.
func (w *work) renameMappings(group *Resource) error {
	if !w.c.Connection.Mapped {
		return nil
	}
	if err := w.tx.RenameMappings(group.ConnectionID, group.ID, group.Keys.Display); err != nil {
		return err
	}
	return w.bindMappings(group)
}

// emitGroupRoles tells of the roles that members of a group got and lost by
// joining and leaving it, and refuses to let the last owner go.
func (w *work) emitGroupRoles(groupID string, joined, left []string) error {
	if !w.c.Connection.Mapped || len(joined)+len(left) == 0 {
		return nil
	}
	mappings, err := w.tx.MappingsOf(w.c.Connection.ID, []string{groupID})
	if err != nil || len(mappings) == 0 {
		return err
	}
	roles := &groupRoles{w: w, groupID: groupID, mappings: mappings}
	if err := roles.tell(joined, true); err != nil {
		return err
	}
	if err := roles.tell(left, false); err != nil {
		return err
	}
	return roles.keepOwner(left)
}

// groupRoles are the roles that a group gives.
type groupRoles struct {
	w        *work
	groupID  string
	mappings []*Mapping
	o        *Organization
	active   bool // someone with an active membership left
}

// rolesAtOnce is for how many members the roles are looked up together.
const rolesAtOnce = 500

func (g *groupRoles) tell(userIDs []string, joined bool) error {
	for len(userIDs) > 0 {
		part := userIDs[:min(len(userIDs), rolesAtOnce)]
		userIDs = userIDs[len(part):]
		if err := g.tellPart(part, joined); err != nil {
			return err
		}
	}
	return nil
}

func (g *groupRoles) tellPart(userIDs []string, joined bool) (err error) {
	w := g.w
	accounts, err := w.tx.LinkedAccounts(w.c.Connection.ID, userIDs)
	if err != nil || len(accounts) == 0 {
		return err
	}
	if g.o == nil {
		if g.o, err = w.tx.Organization(w.c.Connection.OrganizationID); err != nil {
			return err
		}
	}
	memberships, err := w.tx.MembershipsIn(g.o.ID, slices.Collect(maps.Values(accounts)))
	if err != nil {
		return err
	}
	grants, err := roleGrants(w.tx, w.s, g.o, memberships)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		member := w.s.member(g.o, m, nil, grants[m.AccountID])
		granted, revoked := g.given(member), []RoleGrant(nil)
		if !joined {
			granted, revoked = nil, g.lost()
			g.active = g.active || m.State == MembershipActive
		}
		if len(granted)+len(revoked) == 0 {
			continue
		}
		if err := w.emitRoleChange(g.o, member, granted, revoked); err != nil {
			return err
		}
	}
	return nil
}

// given are those of a member's roles that the group gives.
func (g *groupRoles) given(member *OrganizationMember) []RoleGrant {
	var given []RoleGrant
	for _, grant := range member.Roles {
		if grant.GroupID == g.groupID && grant.Source == RoleGroup {
			given = append(given, grant)
		}
	}
	return given
}

// lost are the roles that who left the group had by it, where pushed groups
// give roles at all.
func (g *groupRoles) lost() []RoleGrant {
	if g.w.c.Connection.Policy.GroupAuthority == "claims" {
		return nil
	}
	var lost []RoleGrant
	for _, m := range g.mappings {
		lost = append(lost, RoleGrant{
			Role: m.Role, Target: m.Target, Source: RoleGroup, ConnectionID: m.ConnectionID,
			GroupID: g.groupID, GroupName: m.GroupName, MappingID: m.ID,
		})
	}
	return lost
}

// keepOwner refuses a change of the group after which the organization has no
// owner.
func (g *groupRoles) keepOwner(left []string) error {
	w := g.w
	if !g.active {
		return nil
	}
	owns := false
	for _, m := range g.mappings {
		owns = owns || m.Role == w.s.ownerRole() && m.Target == orgTarget(g.o)
	}
	if !owns {
		return nil
	}
	kept, err := w.hasOwner(g.o, "")
	if err != nil {
		return err
	}
	if !kept {
		return w.refuseLastOwner(left[0])
	}
	return w.settleOwners(left)
}

// settleOwners closes the cases of Users that a group could not let go before.
func (w *work) settleOwners(left []string) error {
	if !w.c.Connection.Unsettled {
		return nil
	}
	for _, userID := range left {
		err := w.closeCases(CaseKeys{UserID: userID}, func(c *Case) bool { return c.Request.Source == sourceGroup })
		if err != nil {
			return err
		}
	}
	return nil
}

// refuseLastOwner refuses to take a User's account out of the owners.
func (w *work) refuseLastOwner(userID string) error {
	r, err := w.tx.Resource(w.c.Connection.ID, userType, userID, false, "")
	if err != nil {
		return err
	}
	doc, err := scim.Parse(r.Body)
	if err != nil {
		return err
	}
	accounts, err := w.tx.LinkedAccounts(r.ConnectionID, []string{userID})
	if err != nil {
		return err
	}
	p := w.pushed(sourceGroup, &incoming{doc: doc, keys: r.Keys, body: r.Body}, userID)
	return w.mustStay(match.ReasonLastOwner, "The group makes the last owner of the organization.", accounts[userID], p)
}
