package service

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// authority says whose groups give roles.
func (c *client) authority(authority string) {
	c.t.Helper()
	c.admin(200, "PATCH", "/connections/"+c.id, `{"policy":{"group_authority":"`+authority+`"}}`)
}

// mapTo makes a mapping of a group, by id or else by name, and returns its id.
func (c *client) mapTo(group, target, role string) string {
	c.t.Helper()
	by := "group_name"
	if strings.Count(group, "-") == 4 {
		by = "group_id"
	}
	made := c.admin(201, "POST", "/connections/"+c.id+"/mappings", fmt.Sprintf(`{%q:%q,"target":%q,"role":%q}`, by, group, target, role))
	return text(made, "id")
}

func (c *client) unmap(mapping string) {
	c.t.Helper()
	c.admin(204, "DELETE", "/connections/"+c.id+"/mappings/"+mapping, "")
}

// grants are the roles that members of the organization have through groups, by
// account.
func (c *client) grants() map[string][]string {
	c.t.Helper()
	grants := map[string][]string{}
	for _, m := range objects(c.admin(200, "GET", "/organizations/"+c.organization+"/members?limit=1000", "")["members"]) {
		for _, g := range objects(m["roles"]) {
			if g["group"] != nil {
				grants[text(m, "account_id")] = append(grants[text(m, "account_id")], grantText(g))
			}
		}
	}
	return sorted(grants)
}

func grantText(g map[string]any) string {
	return text(g, "source") + " " + text(g, "role") + " " + text(g, "target") + " " + text(g, "group")
}

func sorted(lists map[string][]string) map[string][]string {
	for _, list := range lists {
		slices.Sort(list)
	}
	return lists
}

// replayed are the roles that someone knows of who only follows events.
func (c *client) replayed() map[string][]string {
	c.t.Helper()
	grants := map[string]map[string]bool{}
	for _, e := range c.ownEvents() {
		if e["type"] != "membership.role_changed" {
			continue
		}
		of := grants[text(e, "subject_id")]
		if of == nil {
			of = map[string]bool{}
			grants[text(e, "subject_id")] = of
		}
		for _, g := range objects(value(e, "data.revoked")) {
			delete(of, grantText(g))
		}
		for _, g := range objects(value(e, "data.granted")) {
			of[grantText(g)] = true
		}
	}
	lists := map[string][]string{}
	for account, of := range grants {
		if len(of) > 0 {
			lists[account] = slices.Collect(maps.Keys(of))
		}
	}
	return sorted(lists)
}

// TestMappingsGiveRoles maps a group of which some are members by push, some by
// their sign-ins, and some by both. Events tell of each, and of no other.
func TestMappingsGiveRoles(t *testing.T) {
	const group, claim = "group writer repo:api Staff", "sign_in writer repo:api Staff"
	onBoth(t, func(t *testing.T, e *env) {
		for authority, want := range map[string]map[string][]string{
			"scim":   {"ada": {group}, "bob": {group}, "cy": {group}},
			"claims": {"ada": {group}, "bob": {claim}, "eve": {claim}, "ida": {claim}},
			"union":  {"ada": {group}, "bob": {group, claim}, "cy": {group}, "eve": {claim}, "ida": {claim}},
		} {
			t.Run(authority, func(t *testing.T) {
				c := e.connect(e.organization(authority), "generic")
				c.authority(authority)
				at := func(name string) string { return name + "@" + authority + ".example" }
				names := map[string]string{}
				user := func(name string) string {
					user, account := c.push(at(name), "")
					names[account] = name
					return user
				}
				ada, bob, cy := user("ada"), user("bob"), user("cy")
				user("dan")
				staff := text(c.ok(201, "POST", "/Groups", `{"displayName":"Staff","externalId":"G-1","members":`+memberList(ada, bob, cy)+`}`), "id")
				for name, groups := range map[string]string{"bob": `["staff","else"]`, "cy": `[]`, "eve": `["STAFF"]`, "ida": `["G-1"]`} {
					_, account := c.signIn("s-"+name, at(name), `,"groups":`+groups)
					names[account] = name
				}
				named := func(grants map[string][]string) map[string][]string {
					byName := map[string][]string{}
					for account, list := range grants {
						byName[names[account]] = list
					}
					return byName
				}
				for _, by := range []string{staff, "sTAFF"} {
					mapping := c.mapTo(by, "repo:api", "writer")
					same(t, "roles", want, named(c.grants()))
					same(t, "told of", want, named(c.replayed()))
					c.unmap(mapping)
					same(t, "roles afterwards", map[string][]string{}, named(c.grants()))
					same(t, "told of afterwards", map[string][]string{}, named(c.replayed()))
				}
			})
		}
	})
}

// TestMappingWaitsForItsGroup makes a mapping before its group is pushed.
func TestMappingWaitsForItsGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connect(e.organization("acme"), "generic")
		user, account := c.push("ada@one.example", "")
		c.mapTo("staff", "org:acme", "admin")
		seen := func() string {
			var list []string
			for _, m := range objects(c.admin(200, "GET", "/connections/"+c.id+"/mappings", "")["mappings"]) {
				list = append(list, fmt.Sprint(m["group_name"], " ", m["group_id"] != nil, " ", m["seen"]))
			}
			return strings.Join(list, ", ")
		}
		same(t, "before", "staff false false", seen())
		c.group("Staff", user)
		same(t, "after", "Staff true true", seen())
		same(t, "role", "admin", text(e.admin(200, "GET", "/organizations/"+c.organization+"/members/"+account, ""), "effective_role"))
		same(t, "told of", c.grants(), c.replayed())

		c.authority("claims")
		c.mapTo("ops", "org:acme", "owner")
		c.signIn("s-ada", "ada@one.example", `,"groups":["OPS"]`)
		same(t, "after a claim", "Staff true true, ops false true", seen())
		same(t, "role by claim", "owner", text(e.admin(200, "GET", "/organizations/"+c.organization+"/members/"+account, ""), "effective_role"))
	})
}

func TestMappingFailures(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c, other := e.connect(e.organization("acme"), "generic"), e.connect(e.organization("beta"), "generic")
		staff, foreign := c.group("Staff"), other.group("Staff")
		c.mapTo(staff, "org:acme", "admin")
		c.mapTo("Ops", "org:acme", "admin")
		kept := c.mapTo(staff, "repo:acme/api", "anything at all")
		for body, want := range map[string]string{
			`{"group_name":"STAFF","target":"org:acme","role":"owner"}`:                         "409 mapping_exists",
			`{"group_id":"` + staff + `","target":"org:acme","role":"owner"}`:                   "409 mapping_exists",
			`{"group_name":"ops","target":"org:acme","role":"owner"}`:                           "409 mapping_exists",
			`{"group_id":"` + foreign + `","target":"org:acme","role":"owner"}`:                 "400 invalid_group_id",
			`{"group_name":"Staff","target":"org:beta","role":"owner"}`:                         "400 foreign_target",
			`{"group_name":"Staff","target":"org:","role":"owner"}`:                             "400 foreign_target",
			`{"group_name":"New","target":"org:acme","role":"king"}`:                            "400 invalid_role",
			`{"group_name":"New","target":"repo:api","role":" "}`:                               "400 invalid_role",
			`{"group_name":"New","target":"repo:api","role":"` + strings.Repeat("x", 65) + `"}`: "400 invalid_role",
			`{"group_name":"New","target":"a b","role":"x"}`:                                    "400 invalid_target",
			`{"group_name":"New","target":"` + strings.Repeat("x", 256) + `","role":"x"}`:       "400 invalid_target",
			`{"target":"repo:api","role":"x"}`:                                                  "400 invalid_group_id",
			`{"group_name":"New","group_id":"` + staff + `","target":"repo:api","role":"x"}`:    "400 invalid_group_id",
		} {
			a := e.api("POST", "/connections/"+c.id+"/mappings", body)
			same(t, body, want, fmt.Sprint(a.status, " ", text(a.object(), "reason")))
		}
		e.admin(404, "DELETE", "/connections/"+other.id+"/mappings/"+kept, "")
		same(t, "mappings", 3, len(objects(c.admin(200, "GET", "/connections/"+c.id+"/mappings", "")["mappings"])))
	})
}

// TestMappingKeepsTheLastOwner deletes the mapping that makes the only owner.
func TestMappingKeepsTheLastOwner(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connect(e.organization("acme"), "generic")
		user, account := c.push("ada@one.example", "")
		staff := c.group("Staff", user)
		mapping := c.mapTo(staff, "org:acme", "owner")
		same(t, "deleting it", "last_owner", text(e.admin(409, "DELETE", "/connections/"+c.id+"/mappings/"+mapping, ""), "reason"))
		same(t, "removing the owner", "last_owner", text(e.admin(409, "DELETE", "/organizations/"+c.organization+"/members/"+account, ""), "reason"))
		same(t, "roles", map[string][]string{account: {"group owner org:acme Staff"}}, c.grants())
		same(t, "told of", c.grants(), c.replayed())
		e.member(c.organization, e.account("boss@one.example"), `{"role":"owner"}`)
		c.unmap(mapping)
		same(t, "roles afterwards", map[string][]string{}, c.grants())
	})
}

// TestMappingOfManyIsTold maps a group of more members than one transaction
// tells of.
func TestMappingOfManyIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connect(e.organization("acme"), "generic")
		users := make([]string, 520)
		var all sync.WaitGroup
		for worker := range 8 {
			all.Go(func() {
				for i := worker; i < len(users); i += 8 {
					users[i] = text(c.send("POST", "/Users", fmt.Sprintf(`{"userName":"u%d@one.example"}`, i)).object(), "id")
				}
			})
		}
		all.Wait()
		mapping := c.mapTo(c.group("Staff", users...), "repo:api", "writer")
		same(t, "told of", c.grants(), c.replayed())
		same(t, "accounts", len(users), len(c.replayed()))
		c.unmap(mapping)
		same(t, "told of afterwards", map[string][]string{}, c.replayed())
	})
}

// TestEventsTellAllRoles has members join and leave groups, by push and by
// sign-in, while mappings come and go. In the end who followed the events knows
// the roles that there are.
func TestEventsTellAllRoles(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connect(e.organization("acme"), "generic")
		c.authority("union")
		const people, groups = 8, 3
		var users, ids []string
		for i := range people {
			user, _ := c.push(fmt.Sprintf("u%d@one.example", i), "")
			users = append(users, user)
		}
		for i := range groups {
			ids = append(ids, c.group(fmt.Sprintf("g%d", i)))
		}
		c.mapTo(ids[0], "repo:first", "writer")
		var all sync.WaitGroup
		all.Go(func() {
			for i := range 60 {
				user := users[rand.IntN(people)]
				body := addMembers(user)
				if i%2 == 1 {
					body = removeMember(user)
				}
				c.send("PATCH", "/Groups/"+ids[rand.IntN(groups)], body)
			}
		})
		all.Go(func() {
			for range 30 {
				i := rand.IntN(people)
				c.signIn(fmt.Sprint("s", i), fmt.Sprintf("u%d@one.example", i), fmt.Sprintf(`,"groups":["g%d"]`, rand.IntN(groups)))
			}
		})
		for i := range groups {
			all.Go(func() {
				for range 4 {
					c.unmap(c.mapTo(ids[i], "repo:api", "writer"))
				}
				c.mapTo(ids[i], "repo:api", "writer")
			})
		}
		all.Wait()
		if diff := cmp.Diff(c.grants(), c.replayed()); diff != "" {
			t.Errorf("roles (-as they are +as told):\n%s", diff)
		}
	})
}

// TestServersTellOfOneMapping maps a group and one that is still to come through
// one server, while the other, which does not know of any mapping yet, goes on
// with the groups and their members.
func TestServersTellOfOneMapping(t *testing.T) {
	a, b := twoServers(t)
	var users []string
	for i := range 60 {
		user, _ := b.push(fmt.Sprintf("u%d@one.example", i), "")
		users = append(users, user)
	}
	staff := b.group("Staff")
	var all sync.WaitGroup
	for _, group := range []string{staff, "Crew"} {
		all.Go(func() { a.mapTo(group, "repo:api", "writer") })
	}
	all.Go(func() {
		crew := b.group("Crew", users...)
		for i, user := range users {
			b.ok(204, "PATCH", "/Groups/"+staff, addMembers(user))
			if i%3 == 0 {
				b.ok(204, "PATCH", "/Groups/"+crew, removeMember(user))
			}
		}
	})
	all.Wait()
	same(t, "told of", a.grants(), a.replayed())
	if n := len(a.grants()); n != len(users) {
		t.Errorf("%d of %d have a role", n, len(users))
	}
}
