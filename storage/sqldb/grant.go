package sqldb

import (
	"github.com/joineryhq/joinery"
)

// grantTexts are the statements about what mappings give. $1 is the
// organization; for mappedGrants "" is any.
type grantTexts struct {
	mappedGrants string // $2 list of accounts
	hasOwner     string // $2 role, $3 target, $4 account that does not count, $5 and $6 lists of connections: pushed and claimed
}

func newGrantTexts(d *dialect) grantTexts {
	return grantTexts{mappedGrants: mappedGrants(d), hasOwner: hasOwner(d)}
}

const liveGroup = `g.connection_id = m.connection_id AND g.resource_type = 'Group' AND g.id = m.group_id AND g.deleted_at IS NULL`

// mappedGrants goes from accounts to their live links in the organization, from
// there to the groups that were pushed and claimed, and to the mappings of these.
func mappedGrants(d *dialect) string {
	links := d.each(`$2`) +
		d.join(`links`, `l`, `l.account_id = e.value AND l.ended_at IS NULL`) +
		d.join(`connections`, `c`, `c.id = l.connection_id AND ($1 = '' OR c.organization_id = $1)`)
	claims := links + d.join(`claims`, `k`, `k.connection_id = l.connection_id AND k.user_id = l.user_id`)
	grants := func(via joinery.RoleSource, from string) string {
		return `SELECT l.account_id, c.organization_id, c.policy, l.connection_id, l.user_id, '` + string(via) + `', COALESCE(m.group_id, ''), m.group_name, m.id, m.target, m.role,
			l.claimed_at IS NOT NULL FROM ` + from
	}
	return grants(joinery.RoleGroup, links+
		d.join(`members`, `x`, `x.connection_id = l.connection_id AND x.member_id = l.user_id`)+
		d.join(`mappings`, `m`, `m.connection_id = l.connection_id AND m.group_id = x.group_id`)+
		d.join(`resources`, `g`, liveGroup)) +
		` UNION ` + grants(joinery.RoleSignIn, claims+
		d.join(`mappings`, `m`, `m.connection_id = l.connection_id AND m.name_key = k.key`)) +
		` UNION ` + grants(joinery.RoleSignIn, claims+
		d.join(`resources`, `g`, `g.connection_id = l.connection_id AND g.resource_type = 'Group' AND g.external_id = k.name AND g.deleted_at IS NULL`)+
		d.join(`mappings`, `m`, `m.connection_id = l.connection_id AND m.group_id = g.id`)) +
		` ORDER BY 1, 4, 5, 9, 6`
}

// hasOwner goes the other way: from the mappings that give the role to members
// and claims, until it finds someone.
func hasOwner(d *dialect) string {
	exists := func(connections, groups, user, condition string) string {
		return ` OR EXISTS (SELECT 1 FROM ` + d.each(connections) +
			d.join(`mappings`, `m`, `m.connection_id = e.value AND m.target = $3 AND m.role = $2`) + groups +
			d.join(`links`, `l`, `l.connection_id = m.connection_id AND l.user_id = `+user+` AND l.ended_at IS NULL AND l.account_id <> $4`+condition) +
			d.join(`resources`, `u`, `u.connection_id = l.connection_id AND u.resource_type = 'User' AND u.id = l.user_id AND u.deleted_at IS NULL AND u.active`) +
			d.join(`memberships`, `s`, `s.organization_id = $1 AND s.account_id = l.account_id AND s.state = 'active'`) + `)`
	}
	group := d.join(`resources`, `g`, liveGroup)
	pushed := group + d.join(`members`, `x`, `x.connection_id = m.connection_id AND x.group_id = m.group_id`)
	named := d.join(`claims`, `k`, `k.connection_id = m.connection_id AND k.key = m.name_key`)
	// lower leads to the claim by its index; ids that it does not fold are rare.
	identified := group + d.join(`claims`, `k`, `k.connection_id = m.connection_id AND k.key = lower(g.external_id) AND k.name = g.external_id`)
	return `SELECT EXISTS (SELECT 1 FROM memberships m WHERE m.organization_id = $1 AND m.role = $2 AND m.state = 'active' AND m.account_id <> $4)` +
		exists(`$5`, pushed, `x.member_id`, ``) +
		exists(`$6`, pushed, `x.member_id`, ` AND l.claimed_at IS NULL`) +
		exists(`$6`, named, `k.user_id`, ``) +
		exists(`$6`, identified, `k.user_id`, ``)
}

func (t *tx) MappedGrants(organizationID string, accountIDs []string) ([]joinery.MappedGrant, error) {
	return collect(t, scanGrant, t.mappedGrants, organizationID, t.d.list(distinct(accountIDs)))
}

func (t *tx) HasOwner(q joinery.OwnerQuery) (bool, error) {
	if t.writes {
		if err := t.lock(t.d.lockAlone, q.OrganizationID); err != nil {
			return false, err
		}
	}
	return one(t, scanBool, t.hasOwner, q.OrganizationID, q.Role, q.Target, q.Except, t.d.list(q.Pushed), t.d.list(q.Claimed))
}

func scanGrant(r rows) (g joinery.MappedGrant, err error) {
	var via string
	var policy []byte
	err = r.Scan(&g.AccountID, &g.OrganizationID, &policy, &g.ConnectionID, &g.UserID, &via, &g.GroupID, &g.GroupName, &g.MappingID, &g.Target, &g.Role, &g.Claimed)
	if err != nil {
		return g, err
	}
	p, err := readPolicy(policy)
	g.Via, g.Authority = joinery.RoleSource(via), p.GroupAuthority
	return g, err
}
