package service

import (
	"fmt"
	"testing"
)

// TestGuard holds a mass of departures back until an operator decides.
func TestGuard(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		c.policy(`"guard":{"action":"hold","max":2,"percent":0}`)
		suspend := patch(`{"op":"replace","path":"active","value":false}`)
		var users []string
		for i := range 6 {
			users = append(users, c.user(fmt.Sprintf("u%d", i)))
		}
		c.ok(200, "PATCH", "/Users/"+users[0], suspend)
		c.ok(200, "PATCH", "/Users/"+users[0], suspend) // nobody leaves by that
		c.ok(204, "DELETE", "/Users/"+users[1], "")
		a := c.send("PATCH", "/Users/"+users[2], suspend)
		if a.status != 503 || a.header.Get("Retry-After") == "" {
			t.Errorf("the third departure: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
		}
		if active, known := c.get("/Users/" + users[2])["active"].(bool); known && !active {
			t.Error("who was held back is suspended")
		}
		c.ok(503, "DELETE", "/Users/"+users[3], "")
		c.create("/Users", `{"userName":"new"}`) // others are served
		guard := e.admin(200, "GET", "/connections/"+c.id+"/guard", "")
		if text(guard, "state") != "tripped" || fmt.Sprint(guard["held"]) != "[u2 u3]" {
			t.Errorf("the guard: %v", guard)
		}
		e.admin(200, "POST", "/connections/"+c.id+"/guard", `{"action":"reject"}`)
		c.ok(409, "PATCH", "/Users/"+users[2], suspend)
		e.admin(200, "POST", "/connections/"+c.id+"/guard", `{"action":"approve"}`)
		c.ok(200, "PATCH", "/Users/"+users[2], suspend)
		c.ok(204, "DELETE", "/Users/"+users[3], "")
		types := map[string]int{}
		for _, event := range c.ownEvents() {
			types[text(event, "type")]++
		}
		if types["guard.tripped"] != 1 || types["guard.rejected"] != 1 || types["guard.approved"] != 1 {
			t.Errorf("events: %v", types)
		}
	})
}

// TestObserve pushes through a connection that is only observed: no account is
// touched until that ends, and then all are as if it had never been.
func TestObserve(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai := e.account("kai@home.example")
		e.admin(201, "POST", "/organizations/"+c.organization+"/members", `{"account_id":"`+kai+`"}`)
		e.account("foreign@home.example")
		before := e.view(kai)
		e.admin(200, "PATCH", "/connections/"+c.id, `{"observe":true}`)
		c.create("/Users", person("kai.k", "kai@home.example", ""))
		c.create("/Users", person("noa", "noa@home.example", ""))
		gone := c.create("/Users", person("gone", "gone@home.example", ""))
		off := c.create("/Users", person("off", "off@home.example", `"active":false`))
		c.ok(204, "DELETE", "/Users/"+gone, "")
		c.refused("email_taken", person("foreign", "foreign@home.example", ""))
		if diff := fmt.Sprint(e.view(kai)); diff != fmt.Sprint(before) {
			t.Errorf("an account was touched: %s", diff)
		}
		if list := objects(e.admin(200, "GET", "/accounts?email=noa@home.example", "")["accounts"]); len(list) != 0 {
			t.Errorf("an account was made: %v", list)
		}
		actions := map[string]string{}
		for _, observed := range objects(e.admin(200, "GET", "/connections/"+c.id+"/observed", "")["observed"]) {
			actions[text(observed, "user_name")] = text(observed, "action")
		}
		if want := "map[kai.k:adopt noa:create off:create]"; fmt.Sprint(actions) != want {
			t.Errorf("observed: %v, want %s", actions, want)
		}
		e.admin(200, "PATCH", "/connections/"+c.id, `{"observe":false}`)
		if links := objects(e.view(kai)["links"]); len(links) != 1 {
			t.Errorf("the adopted account's links: %v", links)
		}
		e.accountOf("noa@home.example")
		if state := text(e.view(e.accountOf("off@home.example")), "state"); state != "suspended" {
			t.Errorf("who was pushed as inactive is %s", state)
		}
		c.ok(200, "PATCH", "/Users/"+off, patch(`{"op":"replace","path":"active","value":true}`))
		if left := objects(e.admin(200, "GET", "/connections/"+c.id+"/observed", "")["observed"]); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	})
}

// TestTwoProvidersOfOneOrganization moves from one identity provider to another:
// who is let go by the old one and kept by the new one loses nothing.
func TestTwoProvidersOfOneOrganization(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		former := e.connectNew("generic")
		next := e.connect(former.organization, "generic")
		user, account := former.push("kai@home.example", "")
		moved, again := next.push("kai@home.example", "")
		if again != account {
			t.Fatalf("the second provider made the account %s", again)
		}
		former.ok(204, "DELETE", "/Users/"+user, "")
		if state := text(e.view(account), "state"); state != "active" {
			t.Errorf("the account is %s though the new provider keeps it", state)
		}
		next.ok(200, "PATCH", "/Users/"+moved, patch(`{"op":"replace","path":"active","value":false}`))
		if state := text(e.view(account), "state"); state != "suspended" {
			t.Errorf("the account is %s", state)
		}
	})
}

// TestGroupComesBack gives a deleted Group its id and its grants again.
func TestGroupComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		slug := text(e.admin(200, "GET", "/organizations/"+c.organization, ""), "slug")
		user, account := c.push("kai@home.example", "")
		group := c.group("Crew", user)
		e.admin(201, "POST", "/connections/"+c.id+"/mappings", `{"group_id":"`+group+`","target":"org:`+slug+`","role":"writer"}`)
		role := func() string {
			return text(e.admin(200, "GET", "/organizations/"+c.organization+"/members/"+account, ""), "effective_role")
		}
		if role() != "writer" {
			t.Errorf("the role is %q", role())
		}
		c.ok(204, "DELETE", "/Groups/"+group, "")
		if role() != "member" {
			t.Errorf("without the group the role is %q", role())
		}
		if again := c.group("crew", user); again != group {
			t.Errorf("the group came back as %s, it was %s", again, group)
		}
		if role() != "writer" {
			t.Errorf("with the group again the role is %q", role())
		}
	})
}

// TestRelink gives a User another account, in place.
func TestRelink(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		user, wrong := c.push("kai.wrong@home.example", "")
		_, taken := c.push("noa@home.example", "")
		right := e.account("kai@home.example")
		relink := func(account string) answer {
			return e.api("POST", "/connections/"+c.id+"/users/"+user+"/relink", `{"account_id":"`+account+`"}`)
		}
		if a := relink(taken); a.status != 409 || text(a.object(), "reason") != "account_already_linked" {
			t.Errorf("to an account that another user has: %d %s", a.status, a.body)
		}
		if a := relink("none"); a.status != 404 {
			t.Errorf("to no account: %d %s", a.status, a.body)
		}
		if a := relink(right); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if members := objects(e.view(wrong)["memberships"]); len(members) != 0 {
			t.Errorf("the former account is still a member: %v", members)
		}
		if state := text(objects(e.view(right)["memberships"])[0], "state"); state != "active" {
			t.Errorf("the membership is %s", state)
		}
		if again := c.get("/Users/" + user); text(again, "meta.version") != `W/"1"` {
			t.Errorf("the User has changed: %v", again)
		}
		c.ok(200, "PATCH", "/Users/"+user, patch(`{"op":"replace","path":"active","value":false}`))
		if state := text(e.view(right), "state"); state != "suspended" {
			t.Errorf("the account is %s", state)
		}
	})
}
