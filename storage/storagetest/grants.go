package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

func grants(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"pushed groups": func(e *env) {
			g := newGranting(e)
			owners := e.mapping(g.connection, g.group.ID, "Staff", "org:acme", "owner")
			repo := e.mapping(g.connection, g.group.ID, "Staff", "repo:acme/api", "writer")
			e.mapping(g.connection, "", "Staff", "team:core", "member") // waits
			e.mapping(g.connection, "another", "Other", "org:acme", "admin")
			e.addMember(g.connection, g.group.ID, g.ada.ID, g.bob.ID)
			grant := func(m *joinery.Mapping) joinery.MappedGrant {
				return joinery.MappedGrant{
					AccountID: "ada", OrganizationID: g.organization, ConnectionID: g.connection, Authority: "scim", UserID: g.ada.ID, Via: joinery.RoleGroup,
					GroupID: g.group.ID, GroupName: "Staff", MappingID: m.ID, Target: m.Target, Role: m.Role,
				}
			}
			want := []joinery.MappedGrant{grant(owners), grant(repo)}
			e.equal("grants", e.grants(g.organization, "ada", "nobody", "ada"), want)
			e.equal("of two", len(e.grants(g.organization, "ada", "bob")), 4)
			e.equal("of nobody", e.grants(g.organization), []joinery.MappedGrant(nil))
			elsewhere := e.grantElsewhere("ada")
			e.equal("in another organization", e.grants(elsewhere.OrganizationID, "ada"), []joinery.MappedGrant{elsewhere})
			e.equal("in this one", e.grants(g.organization, "ada"), want)
			e.equal("in all", e.grants("", "ada"), append(want, elsewhere))

			e.endLink(g.connection, g.bob.ID)
			e.equal("of who was deleted", e.grants(g.organization, "bob"), []joinery.MappedGrant(nil))
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(g.group, start) })
			e.equal("of a deleted group", e.grants(g.organization, "ada"), []joinery.MappedGrant(nil))
		},
		"claimed groups": func(e *env) {
			g := newGranting(e)
			waiting := e.mapping(g.connection, "", "Ops", "org:acme", "admin")
			bound := e.mapping(g.connection, g.group.ID, "Staff", "org:acme", "owner")
			grant := func(m *joinery.Mapping) joinery.MappedGrant {
				return joinery.MappedGrant{
					AccountID: "ada", OrganizationID: g.organization, ConnectionID: g.connection, Authority: "scim", UserID: g.ada.ID, Via: joinery.RoleSignIn,
					GroupID: m.GroupID, GroupName: m.GroupName, MappingID: m.ID, Target: m.Target, Role: m.Role, Claimed: true,
				}
			}
			for _, test := range []struct {
				name   string
				claims []string
				want   []joinery.MappedGrant
			}{
				{"by name", []string{"OPS"}, []joinery.MappedGrant{grant(waiting)}},
				{"by the name of a group that is bound", []string{"staff"}, []joinery.MappedGrant{grant(bound)}},
				{"by its externalId", []string{"Ext-1"}, []joinery.MappedGrant{grant(bound)}},
				{"by both", []string{"staff", "Ext-1", "ops"}, []joinery.MappedGrant{grant(waiting), grant(bound)}},
				{"by no other", []string{"ext-1", "x", g.group.ID}, nil},
				{"by none", nil, nil},
			} {
				e.claim(g.connection, g.ada.ID, test.claims...)
				e.equal(test.name, e.grants(g.organization, "ada"), test.want)
			}
			e.claim(g.connection, g.ada.ID, "staff")
			e.addMember(g.connection, g.group.ID, g.ada.ID)
			pushed := grant(bound)
			pushed.Via = joinery.RoleGroup
			e.equal("pushed too", e.grants(g.organization, "ada"), []joinery.MappedGrant{pushed, grant(bound)})
		},
	})
}

// grantElsewhere has a group of another organization, where claims count, give a
// role to an account.
func (e *env) grantElsewhere(account string) joinery.MappedGrant {
	e.Helper()
	organization, connection := e.connection()
	policy := joinery.DefaultPolicy()
	policy.GroupAuthority = "claims"
	e.update(func(tx joinery.Tx) error {
		return tx.UpdateConnection(&joinery.Connection{ID: connection, Name: "Okta", IdP: "okta", Policy: policy})
	})
	user, group := e.linkedUser(connection, "ada", "", account), e.newGroup(connection, "Staff")
	e.add(group)
	e.addMember(connection, group.ID, user.ID)
	m := e.mapping(connection, group.ID, "Staff", "org:other", "admin")
	return joinery.MappedGrant{
		AccountID: account, OrganizationID: organization, ConnectionID: connection, Authority: "claims", UserID: user.ID, Via: joinery.RoleGroup,
		GroupID: group.ID, GroupName: "Staff", MappingID: m.ID, Target: "org:other", Role: "admin",
	}
}

// granting is an organization with two members, each with a User, and a group.
type granting struct {
	*env
	organization, connection string
	ada, bob, group          *joinery.Resource
}

func newGranting(e *env) *granting {
	e.Helper()
	g := &granting{env: e}
	g.organization, g.connection = e.connection()
	g.ada, g.bob = e.linkedUser(g.connection, "ada", "", "ada"), e.linkedUser(g.connection, "bob", "", "bob")
	g.group = e.newGroup(g.connection, "Staff")
	g.group.Keys.ExternalID = "Ext-1"
	e.add(g.group)
	e.member(g.organization, "ada", joinery.MembershipActive)
	e.member(g.organization, "bob", joinery.MembershipActive)
	return g
}

func (e *env) grants(organization string, accounts ...string) (list []joinery.MappedGrant) {
	e.Helper()
	e.view(func(tx joinery.Tx) (err error) {
		list, err = tx.MappedGrants(organization, accounts)
		return err
	})
	return list
}

func (e *env) addMember(connection, group string, users ...string) {
	e.Helper()
	e.update(func(tx joinery.Tx) error {
		_, _, err := tx.AddMembers(connection, group, users, start)
		return err
	})
}

// claim has a User sign in with groups.
func (e *env) claim(connection, user string, groups ...string) {
	e.Helper()
	e.update(func(tx joinery.Tx) error {
		l, err := tx.Link(connection, user)
		if err != nil {
			return err
		}
		l.Claimed = &start
		if err := tx.UpdateLink(l); err != nil {
			return err
		}
		_, err = tx.SetClaims(connection, user, groups)
		return err
	})
}

func (e *env) endLink(connection, user string) {
	e.Helper()
	e.update(func(tx joinery.Tx) error {
		l, err := tx.Link(connection, user)
		if err != nil {
			return err
		}
		l.Ended = &start
		return tx.UpdateLink(l)
	})
}
