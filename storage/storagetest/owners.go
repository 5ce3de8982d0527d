package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

func owners(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"by hand": func(e *env) {
			g := newGranting(e)
			q := joinery.OwnerQuery{OrganizationID: g.organization, Role: "owner", Target: "org:acme"}
			e.owner("nobody", q, false)
			e.giveRole(g.organization, "ada", "owner")
			e.owner("someone", q, true)
			q.Except = "ada"
			e.owner("someone else", q, false)
			q.Except = "bob"
			e.owner("who counts", q, true)
			q.OrganizationID, _ = e.connection()
			e.owner("in another organization", q, false)
			q.OrganizationID, q.Role = g.organization, "admin"
			e.owner("of another role", q, false)
			e.suspendMember(g.organization, "ada")
			q.Role = "owner"
			e.owner("a suspended member", q, false)
		},
		"by a pushed group": func(e *env) {
			g := newGranting(e)
			e.mapping(g.connection, g.group.ID, "Staff", "org:acme", "owner")
			q := joinery.OwnerQuery{OrganizationID: g.organization, Role: "owner", Target: "org:acme", Pushed: []string{g.connection}}
			e.owner("an empty group", q, false)
			e.addMember(g.connection, g.group.ID, g.ada.ID)
			e.owner("a member", q, true)
			g.whoCounts(q)

			claims := q
			claims.Pushed, claims.Claimed = nil, []string{g.connection}
			e.owner("where claims count, before any", claims, true)
			e.claim(g.connection, g.ada.ID, "x")
			e.owner("where claims count", claims, false)
			g.whoLeaves(q)
		},
		"two leave at the same time": func(e *env) {
			for range 10 {
				g := newGranting(e)
				for _, account := range []string{"ada", "bob"} {
					e.giveRole(g.organization, account, "owner")
				}
				kept := make([]bool, 2)
				e.together(len(kept), func(i int) func(joinery.Tx) error {
					account := []string{"ada", "bob"}[i]
					return func(tx joinery.Tx) (err error) {
						kept[i], err = tx.HasOwner(joinery.OwnerQuery{OrganizationID: g.organization, Role: "owner", Target: "org:acme", Except: account})
						if err != nil || !kept[i] {
							return err
						}
						return tx.DeleteMembership(g.organization, account)
					}
				})
				e.equal("that saw another owner", count(kept), 1)
			}
		},
		"by a claimed group": func(e *env) {
			for name, claim := range map[string]string{"name": "STAFF", "externalId": "Ext-1"} {
				g := newGranting(e)
				e.mapping(g.connection, g.group.ID, "Staff", "org:acme", "owner")
				q := joinery.OwnerQuery{OrganizationID: g.organization, Role: "owner", Target: "org:acme", Claimed: []string{g.connection}}
				e.owner("before any", q, false)
				e.claim(g.connection, g.ada.ID, claim)
				e.owner(name, q, true)
				g.whoCounts(q)
				g.whoLeaves(q)
			}
		},
	})
}

// whoCounts varies a query of which ada is the one owner.
func (g *granting) whoCounts(q joinery.OwnerQuery) {
	g.Helper()
	for name, change := range map[string]func(*joinery.OwnerQuery){
		"but ada":              func(q *joinery.OwnerQuery) { q.Except = "ada" },
		"another target":       func(q *joinery.OwnerQuery) { q.Target = "org:other" },
		"another role":         func(q *joinery.OwnerQuery) { q.Role = "admin" },
		"no connection":        func(q *joinery.OwnerQuery) { q.Pushed, q.Claimed = nil, nil },
		"another connection":   func(q *joinery.OwnerQuery) { q.Pushed, q.Claimed = []string{"x"}, []string{"x"} },
		"another organization": func(q *joinery.OwnerQuery) { q.OrganizationID = "x" },
	} {
		changed := q
		change(&changed)
		g.owner(name, changed, false)
	}
	q.Except = "bob"
	g.owner("but bob", q, true)
}

// whoLeaves takes ada out, the one owner by a query.
func (g *granting) whoLeaves(q joinery.OwnerQuery) {
	g.Helper()
	g.update(func(tx joinery.Tx) error {
		g.ada.Keys.Active = false
		return tx.UpdateResource(g.ada)
	})
	g.owner("a suspended User", q, false)
	g.update(func(tx joinery.Tx) error {
		g.ada.Keys.Active = true
		return tx.UpdateResource(g.ada)
	})
	g.owner("a User who is back", q, true)
	g.suspendMember(g.organization, "ada")
	g.owner("a suspended member", q, false)
}

func (e *env) owner(what string, q joinery.OwnerQuery, want bool) {
	e.Helper()
	e.view(func(tx joinery.Tx) error {
		got, err := tx.HasOwner(q)
		if got != want {
			e.Errorf("%s: HasOwner is %v", what, got)
		}
		return err
	})
}

func (e *env) suspendMember(organization, account string) {
	e.Helper()
	e.changeMember(organization, account, func(m *joinery.Membership) { m.State = joinery.MembershipSuspended })
}

func (e *env) giveRole(organization, account, role string) {
	e.Helper()
	e.changeMember(organization, account, func(m *joinery.Membership) { m.Role = role })
}

func (e *env) changeMember(organization, account string, change func(*joinery.Membership)) {
	e.Helper()
	e.update(func(tx joinery.Tx) error {
		m, err := tx.Membership(organization, account)
		if err != nil {
			return err
		}
		change(m)
		return tx.UpdateMembership(m)
	})
}
