package service

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fact is an event without what differs each time.
type fact struct {
	Type, Subject string
	Data          map[string]any
}

type data = map[string]any

// TestEventsOfWrites makes each kind of write and reads the events of each.
func TestEventsOfWrites(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		e.admin(200, "PATCH", "/connections/"+c.id, `{"policy":{"guard":{"action":"off"}}}`)
		kai := c.create("/Users", `{"userName":"kai","externalId":"x","displayName":"Kai","active":true,"emails":[{"value":"a@b.example"},{"value":"k@b.example","primary":true}]}`)
		user := data{"user_name": "kai", "external_id": "x", "display_name": "Kai", "email": "k@b.example", "active": true}
		his := e.accountNamed("kai")
		account := data{"email": "k@b.example", "username": "kai", "display_name": "Kai", "origin": "scim"}
		c.expect("create", fact{"user.created", kai, user}, fact{"account.created", his, account}, c.membership("added", his))

		c.ok(200, "PATCH", "/Users/"+kai, patch(`{"op":"replace","path":"title","value":"Pilot"}`, `{"op":"add","path":"name.givenName","value":"Kai"}`))
		c.expect("two attributes", fact{"user.updated", kai, with(user, "changed", []any{"name.givenName", "title"})})
		c.ok(200, "PATCH", "/Users/"+kai, patch(`{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Fleet"}`))
		c.expect("an extension", fact{"user.updated", kai, with(user, "changed", []any{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"})})
		c.ok(200, "PATCH", "/Users/"+kai, patch(`{"op":"replace","path":"active","value":false}`, `{"op":"remove","path":"title"}`))
		off := with(user, "active", false)
		c.expect("suspension and a change", append([]fact{{"user.deactivated", kai, off}, {"user.updated", kai, with(off, "changed", []any{"title"})}}, c.leaves(his, account)...)...)
		c.ok(200, "PATCH", "/Users/"+kai, patch(`{"op":"replace","path":"active","value":true}`))
		c.expect("return from suspension", append([]fact{{"user.reactivated", kai, user}}, c.comesBack(his, account)...)...)
		c.ok(200, "PUT", "/Users/"+kai, `{"userName":"Kai","externalId":"x","displayName":"Kai","active":true}`)
		user = data{"user_name": "Kai", "external_id": "x", "display_name": "Kai", "active": true}
		c.expect("PUT, which takes nothing from the account", fact{"user.updated", kai, with(user, "changed", []any{"emails", "name.givenName", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "userName"})})
		c.ok(200, "PUT", "/Users/"+kai, `{"userName":"ito@b.example","externalId":"x","displayName":"Ito"}`)
		user = data{"user_name": "ito@b.example", "external_id": "x", "display_name": "Ito", "active": true}
		moved := with(account, "email", "ito@b.example")
		named := with(moved, "username", "ito")
		account = with(named, "display_name", "Ito")
		c.expect("a new identity",
			fact{"user.updated", kai, with(user, "changed", []any{"displayName", "userName"})},
			fact{"account.email_changed", his, with(moved, "former_email", "k@b.example")},
			fact{"account.username_changed", his, with(named, "former_username", "kai")},
			fact{"account.updated", his, account})

		crew := c.create("/Groups", `{"displayName":"Crew","externalId":"g","members":`+memberList(kai, "unborn")+`}`)
		c.expect("a group", fact{"group.created", crew, data{"display_name": "Crew", "external_id": "g"}}, fact{"group.member_added", crew, member(kai, "User")})
		c.ok(204, "PATCH", "/Groups/"+crew, patch(`{"op":"replace","path":"displayName","value":"Bridge"}`, `{"op":"replace","path":"externalId","value":"h"}`))
		group := data{"display_name": "Bridge", "external_id": "h"}
		c.expect("a new name", fact{"group.renamed", crew, with(group, "former_name", "Crew")}, fact{"group.updated", crew, with(group, "changed", []any{"externalId"})})
		inner := c.group("Inner")
		c.expect("another group", fact{"group.created", inner, data{"display_name": "Inner"}})
		c.ok(204, "PATCH", "/Groups/"+crew, patch(`{"op":"replace","path":"members","value":`+memberList(inner)+`}`))
		c.expect("other members", fact{"group.member_removed", crew, member(kai, "User")}, fact{"group.member_added", crew, member(inner, "Group")})
		unborn := c.user("unborn")
		c.expect("who was replaced does not join", c.arrives("unborn", unborn)...)
		c.ok(204, "PATCH", "/Groups/"+inner, addMembers("late"))
		late := c.user("late")
		c.expect("who was awaited joins", append(c.arrives("late", late), fact{"group.member_added", inner, member(late, "User")})...)
		c.ok(204, "DELETE", "/Groups/"+inner, "")
		c.expect("the end of a group", fact{"group.deleted", inner, data{"display_name": "Inner"}}, fact{"group.member_removed", crew, member(inner, "Group")})
		c.ok(204, "PATCH", "/Groups/"+crew, addMembers(kai))
		c.expect("a member", fact{"group.member_added", crew, member(kai, "User")})
		c.ok(204, "DELETE", "/Users/"+kai, "")
		c.expect("the end of a user", slices.Concat([]fact{{"user.deleted", kai, user}}, c.leaves(his, account), []fact{{"group.member_removed", crew, member(kai, "User")}})...)
		c.create("/Users", `{"userName":"kai","externalId":"x"}`)
		c.expect("return", append([]fact{{"user.created", kai, data{"user_name": "kai", "external_id": "x", "active": true, "returned": true}}}, c.comesBack(his, account)...)...)

		device := c.create("/Devices", `{"serial":"1","externalId":"d"}`)
		thing := data{"resource_type": "Device", "external_id": "d"}
		c.expect("a device", fact{"resource.created", device, thing})
		c.ok(200, "PUT", "/Devices/"+device, `{"serial":"2","externalId":"d","holder":{"value":"kai"}}`)
		c.expect("a change of it", fact{"resource.updated", device, with(thing, "changed", []any{"holder.value", "serial"})})
		c.ok(204, "DELETE", "/Devices/"+device, "")
		c.expect("its end", fact{"resource.deleted", device, thing})
		c.ok(200, "POST", "/Bulk", bulk(`{"method":"DELETE","path":"/Users/`+late+`"}`, `{"method":"DELETE","path":"/Users/none"}`))
		c.expect("bulk", append([]fact{{"user.deleted", late, data{"user_name": "late", "active": true}}}, c.leaves(e.accountNamed("late"), data{"username": "late", "origin": "scim"})...)...)
	})
}

// TestEventsOfRefusals reads what a refused push leaves: one case for all
// attempts, which ends when the identity provider sends what can be taken.
func TestEventsOfRefusals(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		holder := text(e.admin(201, "POST", "/accounts", `{"email":"kai@b.example","username":"kai"}`), "id")
		c.eventCursor = text(e.admin(200, "GET", "/events", ""), "next_cursor")
		const body = `{"userName":"kai","externalId":"x","emails":[{"value":"%s"}]}`
		for range 2 {
			c.ok(409, "POST", "/Users", fmt.Sprintf(body, "Kai@b.example"))
		}
		opened := objects(e.admin(200, "GET", "/cases", "")["cases"])[0]
		id := text(opened, "id")
		refusal := data{
			"code": opened["code"], "reason": "email_taken", "rule": "email_taken", "attribute": "emails", "value": "Kai@b.example",
			"user_name": "kai", "external_id": "x", "account_id": holder,
		}
		c.expect("two refusals", fact{"case.opened", id, refusal})
		kai := c.create("/Users", fmt.Sprintf(body, "ito@b.example"))
		fixed := with(with(refusal, "resolution", "fixed_at_idp"), "user_id", kai)
		his := e.accountNamed("kai2")
		c.expect("what can be taken",
			fact{"user.created", kai, data{"user_name": "kai", "external_id": "x", "email": "ito@b.example", "active": true}},
			fact{"account.created", his, data{"email": "ito@b.example", "username": "kai2", "origin": "scim"}}, c.membership("added", his),
			fact{"case.resolved", id, fixed}, fact{"case.confirmed", id, fixed})
	})
}

// accountNamed is the id of the account with a username.
func (e *env) accountNamed(username string) string {
	e.t.Helper()
	list := texts(e.admin(200, "GET", "/accounts?username="+username, "")["accounts"], "id")
	if len(list) != 1 {
		e.t.Fatalf("%d accounts have the username %s", len(list), username)
	}
	return list[0]
}

// membership is the fact of what happened to a pushed account's membership.
func (c *client) membership(what, account string) fact {
	state := "active"
	if what == "suspended" {
		state = what
	}
	return fact{"membership." + what, account, data{"organization_id": c.organization, "origin": "scim", "state": state}}
}

// arrives are the facts of a new user who has only a name.
func (c *client) arrives(name, user string) []fact {
	c.t.Helper()
	account := c.accountNamed(name)
	return []fact{
		{"user.created", user, data{"user_name": name, "active": true}},
		{"account.created", account, data{"username": name, "origin": "scim"}},
		c.membership("added", account),
	}
}

// leaves are the facts of an account whose only membership is suspended.
func (c *client) leaves(account string, as data) []fact {
	return []fact{
		c.membership("suspended", account),
		{"account.suspended", account, as},
		{"account.sessions_revoked", account, data{"scope": "account", "organization_id": c.organization}},
	}
}

// comesBack are the facts of an account whose only membership has effect again.
func (c *client) comesBack(account string, as data) []fact {
	return []fact{c.membership("resumed", account), {"account.reactivated", account, as}}
}

func member(id, kind string) data { return data{"member_id": id, "member_type": kind} }

func with(d data, name string, value any) data {
	more := data{name: value}
	for name, value := range d {
		if _, given := more[name]; !given {
			more[name] = value
		}
	}
	return more
}

// expect holds that these are the events since the last call.
func (c *client) expect(what string, want ...fact) {
	c.t.Helper()
	page := c.admin(200, "GET", "/events?limit=1000&after="+c.eventCursor, "")
	c.eventCursor = text(page, "next_cursor")
	var got []fact
	for _, event := range objects(page["events"]) {
		d, _ := event["data"].(map[string]any)
		got = append(got, fact{text(event, "type"), text(event, "subject_id"), d})
		if event["organization_id"] != c.organization || event["connection_id"] != c.id || text(event, "id") == "" || text(event, "time") == "" {
			c.t.Errorf("%s: an event that is not whole: %v", what, event)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("%s: events (-want +got):\n%s", what, diff)
	}
}

// TestEventsAreReadOnce has readers follow the events in pages of several sizes
// while many write: each sees all of them once, in one order.
func TestEventsAreReadOnce(t *testing.T) {
	const writers, each = 8, 20
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		clients := []*client{e.connect(organization, "okta"), e.connect(organization, "entra")}
		var writing, reading sync.WaitGroup
		done := make(chan struct{})
		sequences := make([][]string, 3)
		for i, limit := range []int{1, 7, 1000} {
			reading.Go(func() { sequences[i] = e.follow(limit, done) })
		}
		for w := range writers {
			writing.Go(func() {
				c := clients[w%2]
				id := text(c.send("POST", "/Users", fmt.Sprintf(`{"userName":"u%d"}`, w)).object(), "id")
				for i := 1; i < each; i++ {
					c.done(step{"PATCH", "/Users/" + id, patch(fmt.Sprintf(`{"op":"replace","path":"externalId","value":"%d of %d"}`, i, w))})
				}
			})
		}
		writing.Wait()
		close(done)
		reading.Wait()
		var want []string
		for _, event := range e.events() {
			want = append(want, text(event, "id"))
		}
		if made := writers * (each + 2); len(want) != made { // each has an account and a membership
			t.Errorf("%d events, want %d", len(want), made)
		}
		for i, got := range sequences {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reader %d (-at the end +while they were written):\n%s", i, diff)
			}
		}
		e.inOrder()
	})
}

// follow reads the events in pages until it reads none after done.
func (e *env) follow(limit int, done <-chan struct{}) (ids []string) {
	for after := ""; ; {
		over := false
		select {
		case <-done:
			over = true
		default:
		}
		a := e.send("GET", fmt.Sprintf("%s/api/v1/events?limit=%d&after=%s", e.url, limit, after), "", "Authorization: Bearer "+adminToken)
		page := a.object()
		list := objects(page["events"])
		if a.status != 200 || len(list) > limit {
			e.t.Errorf("%d with %d events, asked for %d", a.status, len(list), limit)
			return ids
		}
		for _, event := range list {
			ids = append(ids, text(event, "id"))
		}
		after = text(page, "next_cursor")
		if over && len(list) == 0 {
			return ids
		}
	}
}

// inOrder holds that the events of each user follow one another as his writes did.
func (e *env) inOrder() {
	e.t.Helper()
	seen := map[string]int{}
	for _, event := range pushed(e.events()) {
		want, w := "", strings.TrimPrefix(text(event, "data.user_name"), "u")
		if n := seen[w]; n > 0 {
			want = fmt.Sprintf("%d of %s", n, w)
		}
		if got := text(event, "data.external_id"); got != want {
			e.t.Errorf("out of order: externalId %q, want %q", got, want)
		}
		seen[w]++
	}
}
