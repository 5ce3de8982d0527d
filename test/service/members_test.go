package service

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
)

// roles are the roles of a member with their sources, and in the end state and
// effective role.
func roles(m *joinery.OrganizationMember) string {
	var list []string
	for _, g := range m.Roles {
		list = append(list, fmt.Sprintf("%s:%s@%s", g.Source, g.Role, g.Target))
	}
	slices.Sort(list)
	return strings.TrimSpace(strings.Join(append(list, string(m.Membership.State), m.EffectiveRole), " "))
}

func (d *direct) organization(slug string) string {
	d.Helper()
	o, err := d.CreateOrganization(d.Context(), slug, slug)
	if err != nil {
		d.Fatal(err)
	}
	return o.ID
}

func (d *direct) join(organization, account, role string) {
	d.Helper()
	if _, err := d.AddMember(d.Context(), organization, account, role); err != nil {
		d.Fatal(err)
	}
}

// move changes the role or the state of a member, or removes it where both are
// "", and returns the reason of a failure.
func (d *direct) move(organization, account, role, state string) string {
	d.Helper()
	var err error
	switch {
	case role != "":
		_, err = d.UpdateMember(d.Context(), organization, account, new(strings.TrimPrefix(role, "none")), nil)
	case state != "":
		_, err = d.UpdateMember(d.Context(), organization, account, nil, &state)
	default:
		err = d.RemoveMember(d.Context(), organization, account)
	}
	if err == nil {
		return ""
	}
	return failure(err)
}

// TestMembersByHand walks accounts through memberships of two organizations.
// Each step tells who follows events what it means for the account.
func TestMembersByHand(t *testing.T) {
	directly(t, func(d *direct) {
		acme, beta := d.organization("acme"), d.organization("beta")
		ada, boss := d.account(joinery.NewAccount{Username: "ada"}).ID, d.account(joinery.NewAccount{Username: "boss"}).ID
		d.join(acme, boss, "owner")
		for _, step := range []struct {
			do     func() string
			events string // with their scope or effective role
			acme   string
			state  string
		}{
			{func() string { d.join(acme, ada, ""); return "" }, "membership.added", "default:member@org:acme active member", "active"},
			{func() string { return d.move(acme, ada, "admin", "") }, "membership.role_changed:admin", "direct:admin@org:acme active admin", "active"},
			{func() string { return d.move(acme, ada, "admin", "") }, "", "direct:admin@org:acme active admin", "active"},
			{func() string { return d.move(acme, ada, "none", "") }, "membership.role_changed:member", "default:member@org:acme active member", "active"},
			{func() string { return d.move(acme, ada, "", "suspended") }, "membership.suspended account.suspended account.sessions_revoked:account", "default:member@org:acme suspended", "suspended"},
			{func() string { return d.move(acme, ada, "", "suspended") }, "", "default:member@org:acme suspended", "suspended"},
			{func() string { return d.move(acme, ada, "writer", "") }, "membership.role_changed", "direct:writer@org:acme suspended", "suspended"},
			{func() string { d.join(beta, ada, "writer"); return "" }, "membership.added account.reactivated membership.role_changed:writer", "direct:writer@org:acme suspended", "active"},
			{func() string { return d.move(beta, ada, "", "") }, "membership.removed account.suspended account.sessions_revoked:account", "direct:writer@org:acme suspended", "suspended"},
			{func() string { return d.move(acme, ada, "", "active") }, "membership.resumed account.reactivated", "direct:writer@org:acme active writer", "active"},
			{func() string { d.join(beta, ada, ""); return "" }, "membership.added account.sessions_revoked:account", "direct:writer@org:acme active writer", "active"},
			{func() string { return d.move(acme, ada, "", "suspended") }, "membership.suspended account.sessions_revoked:organization", "direct:writer@org:acme suspended", "active"},
			{func() string { return d.move(beta, ada, "", "") }, "membership.removed account.suspended account.sessions_revoked:account", "direct:writer@org:acme suspended", "suspended"},
			{func() string { return d.move(acme, ada, "", "") }, "membership.removed account.reactivated", "", "active"},
			{func() string { return d.move(acme, ada, "", "") }, "!not_found", "", "active"},
		} {
			before := len(d.events())
			failed := step.do()
			var told []string
			for _, e := range d.events()[before:] {
				told = append(told, strings.TrimSuffix(string(e.Type)+":"+text(payload(e), "scope")+text(payload(e), "effective_role"), ":"))
			}
			same(d.T, "events", step.events, strings.Join(told, " ")+failed)
			view, err := d.Account(d.Context(), ada)
			if err != nil {
				d.Fatal(err)
			}
			same(d.T, "state after "+step.events, step.state, view.State)
			if m, err := d.Member(d.Context(), acme, ada); err == nil {
				same(d.T, "roles after "+step.events, step.acme, roles(m))
			} else if step.acme != "" {
				d.Error(err)
			}
		}
	})
}

func TestMemberFailures(t *testing.T) {
	directly(t, func(d *direct) {
		acme := d.organization("acme")
		ada, boss := d.account(joinery.NewAccount{Username: "ada"}).ID, d.account(joinery.NewAccount{Username: "boss"}).ID
		d.join(acme, boss, "owner")
		d.join(acme, ada, "")
		for _, step := range []struct{ what, failure, want string }{
			{"a second membership", d.add(acme, ada, ""), "!already_member"},
			{"a role that there is not", d.add(acme, ada, "king"), "!invalid_role role"},
			{"nobody", d.add(acme, "nobody", ""), "!not_found"},
			{"nowhere", d.add("nowhere", ada, ""), "!not_found"},
			{"changing to no role that there is", d.move(acme, ada, "king", ""), "!invalid_role role"},
			{"no state", d.move(acme, ada, "", "away"), "!invalid_state state"},
			{"removing the last owner", d.move(acme, boss, "", ""), "!last_owner"},
			{"suspending him", d.move(acme, boss, "", "suspended"), "!last_owner"},
			{"another role for him", d.move(acme, boss, "admin", ""), "!last_owner"},
			{"no role for him", d.move(acme, boss, "none", ""), "!last_owner"},
			{"a second owner", d.move(acme, ada, "owner", ""), ""},
			{"now he may go", d.move(acme, boss, "", "suspended"), ""},
			{"and is no owner any more", d.move(acme, boss, "admin", ""), ""},
			{"the other may not", d.move(acme, ada, "", ""), "!last_owner"},
		} {
			same(d.T, step.what, step.want, step.failure)
		}
	})
}

func (d *direct) add(organization, account, role string) string {
	_, err := d.AddMember(d.Context(), organization, account, role)
	return failure(err)
}

// TestOneOwnerStays has all owners of an organization leave at once, each in his
// own way. One cannot.
func TestOneOwnerStays(t *testing.T) {
	directly(t, func(d *direct) {
		ways := [][2]string{{"", ""}, {"", "suspended"}, {"admin", ""}, {"none", ""}}
		for round := range 5 {
			organization := d.organization(fmt.Sprintf("o%d", round))
			owners, failures := make([]string, len(ways)), make([]string, len(ways))
			for i := range owners {
				owners[i] = d.account(joinery.NewAccount{Username: fmt.Sprintf("owner-%d-%d", round, i)}).ID
				d.join(organization, owners[i], "owner")
			}
			var all sync.WaitGroup
			for i, way := range ways {
				all.Go(func() { failures[i] = d.move(organization, owners[i], way[0], way[1]) })
			}
			all.Wait()
			slices.Sort(failures)
			same(d.T, "failures", []string{"", "", "", "!last_owner"}, failures)
		}
	})
}

// TestMembersArePaged lists members, with the accounts that they are.
func TestMembersArePaged(t *testing.T) {
	directly(t, func(d *direct) {
		acme, beta := d.organization("acme"), d.organization("beta")
		var want []string
		for i := range 5 {
			ada := d.account(joinery.NewAccount{Username: fmt.Sprintf("ada-%d", i)})
			d.join(acme, ada.ID, "")
			d.join(beta, ada.ID, "admin")
			want = append(want, ada.ID+" "+ada.Username+" default:member@org:acme active member")
		}
		var got []string
		for after := ""; ; {
			page, err := d.Members(d.Context(), acme, after, 2)
			if err != nil {
				d.Fatal(err)
			}
			for _, m := range page {
				got = append(got, m.Account.ID+" "+m.Account.Username+" "+roles(m))
				after = m.Account.ID
			}
			if len(page) < 2 {
				break
			}
		}
		same(d.T, "members", want, got)
	})
}
