package service

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// policy sets keys of the connection's policy.
func (c *client) policy(keys string) {
	c.t.Helper()
	c.admin(200, "PATCH", "/connections/"+c.id, `{"policy":{`+keys+`}}`)
}

// person is a User as it is pushed.
func person(userName, email, more string) string {
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"userName":%q,"emails":[{"value":%q,"type":"work","primary":true}]%s}`, userName, email, more)
}

// refused pushes a User that must be refused, and returns its case.
func (c *client) refused(reason, body string) map[string]any {
	c.t.Helper()
	answer := c.ok(409, "POST", "/Users", body)
	return c.opened(reason, answer)
}

// opened is the case that an answer names.
func (c *client) opened(reason string, answer map[string]any) map[string]any {
	c.t.Helper()
	if text(answer, "scimType") != "uniqueness" {
		c.t.Errorf("the scimType is %q", text(answer, "scimType"))
	}
	code := caseCode.FindString(text(answer, "detail"))
	if code == "" {
		c.t.Fatalf("no case is named: %s", text(answer, "detail"))
	}
	found := c.admin(200, "GET", "/cases/"+code, "")
	if text(found, "reason") != reason || text(found, "status") != "open" {
		c.t.Fatalf("the case is %s and %s, want an open one for %s", text(found, "reason"), text(found, "status"), reason)
	}
	return found
}

// act settles a case.
func (e *env) act(found map[string]any, action string) map[string]any {
	e.t.Helper()
	return e.admin(200, "POST", "/cases/"+text(found, "code")+"/actions", action)
}

// found looks a User up by its userName, as an identity provider does.
func (c *client) found(userName string) map[string]any {
	c.t.Helper()
	list := c.find("/Users", fmt.Sprintf(`userName eq %q`, userName))
	if len(list) != 1 {
		c.t.Fatalf("a look-up of %s finds %d Users", userName, len(list))
	}
	return list[0]
}

// settled holds that a case is resolved, and confirmed by the look-up before.
func (e *env) settled(found map[string]any, resolution string) {
	e.t.Helper()
	now := e.admin(200, "GET", "/cases/"+text(found, "id"), "")
	if text(now, "status") != "resolved" || text(now, "resolution") != resolution || text(now, "confirmed") == "" {
		e.t.Errorf("the case is %s by %s, confirmed %q", text(now, "status"), text(now, "resolution"), text(now, "confirmed"))
	}
}

// TestSettleEmailTaken settles a taken email in each way.
func TestSettleEmailTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai := e.account("kai@home.example")
		found := c.refused("email_taken", person("kai.k", "Kai@home.example", `"externalId":"1"`))
		if again := c.refused("email_taken", person("kai.k", "Kai@home.example", `"externalId":"1"`)); text(again, "id") != text(found, "id") || again["attempts"] != 2.0 {
			t.Errorf("the second attempt: %v", again)
		}
		e.act(found, `{"action":"connect"}`)
		user := text(c.found("kai.k"), "id")
		e.settled(found, "connect")
		if links := objects(e.view(kai)["links"]); len(links) != 1 || text(links[0], "user_id") != user {
			t.Errorf("the account's links: %v", links)
		}
		if a := e.api("POST", "/cases/"+text(found, "code")+"/actions", `{"action":"connect"}`); a.status != 409 || !strings.Contains(a.body, "case_closed") {
			t.Errorf("a second action: %d %s", a.status, a.body)
		}

		noa := e.account("noa@home.example")
		found = c.refused("email_taken", person("noa.n", "noa@home.example", `"externalId":"2"`))
		if a := e.api("POST", "/cases/"+text(found, "code")+"/actions", `{"action":"release","email":"kai@home.example"}`); a.status != 409 || !strings.Contains(a.body, "email_taken") {
			t.Errorf("a release to a taken email: %d %s", a.status, a.body)
		}
		e.act(found, `{"action":"release","email":"noa@new.example"}`)
		c.found("noa.n")
		e.settled(found, "release")
		if email := text(e.view(noa), "email"); email != "noa@new.example" {
			t.Errorf("the holder has %q", email)
		}
		if e.accountOf("noa@home.example") == noa {
			t.Error("the holder kept the email")
		}

		found = c.refused("email_taken", person("tess", text(e.view(noa), "email"), `"externalId":"3"`))
		e.act(found, `{"action":"release"}`)
		if email := text(e.view(noa), "email"); email != "" {
			t.Errorf("the holder has %q", email)
		}

		e.account("ole@home.example")
		found = c.refused("email_taken", person("ole", "ole@home.example", ""))
		for _, wrong := range []string{`{"action":"rename","username":"x1"}`, `{"action":"merge","survivor":"x"}`, `{"action":"relink","account_id":"x"}`, `{"action":"dismiss"}`} {
			if a := e.api("POST", "/cases/"+text(found, "code")+"/actions", wrong); a.status < 400 || a.status >= 500 {
				t.Errorf("%s: %d %s", wrong, a.status, a.body)
			}
		}
		if now := e.act(found, `{"action":"dismiss","reason":"a typo"}`); text(now, "status") != "dismissed" {
			t.Errorf("dismissed: %v", now)
		}
		if again := c.refused("email_taken", person("ole", "ole@home.example", "")); text(again, "id") == text(found, "id") {
			t.Error("a dismissed case was opened again")
		}
	})
}

// TestRetryAfterSettling repeats the very request that was refused: it creates
// the User that the settling made.
func TestRetryAfterSettling(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		e.account("kai@home.example")
		body := person("kai.k", "kai@home.example", `"externalId":"1"`)
		found := c.refused("email_taken", body)
		user := text(e.act(found, `{"action":"connect"}`), "subject.user_id")
		if again := c.create("/Users", body); again != user {
			t.Errorf("the retry created %s, the case %s", again, user)
		}
		e.settled(found, "connect")
		c.refused("duplicate_user", body)
	})
}

// TestFixedAtTheProvider corrects what was refused at the identity provider: the
// case closes by itself.
func TestFixedAtTheProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		e.account("kai@home.example")
		found := c.refused("email_taken", person("kai.k", "kai@home.example", ""))
		c.create("/Users", person("kai.k", "kai@work.example", ""))
		e.settled(found, "fixed_at_idp")

		user := c.create("/Users", person("noa", "noa@work.example", `"externalId":"2"`))
		answer := c.ok(409, "PATCH", "/Users/"+user, patch(`{"op":"replace","path":"emails[primary eq true].value","value":"kai@home.example"}`))
		found = c.opened("email_taken", answer)
		if now := c.get("/Users/" + user); !strings.Contains(fmt.Sprint(now["emails"]), "noa@work.example") {
			t.Errorf("the refused change has changed %v", now["emails"])
		}
		c.ok(200, "PATCH", "/Users/"+user, patch(`{"op":"replace","path":"emails[primary eq true].value","value":"noa@new.example"}`))
		e.settled(found, "fixed_at_idp")
		e.accountOf("noa@new.example")
	})
}

// TestSettleSplitIdentity merges, and renames.
func TestSettleSplitIdentity(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		c.policy(`"username_taken":"refuse"`)
		for i, settle := range []string{"merge", "rename"} {
			name := fmt.Sprintf("kai%d", i)
			holder := e.account(name + ".old@home.example")
			e.admin(201, "POST", "/organizations/"+c.organization+"/members", `{"account_id":"`+holder+`"}`)
			other := text(e.admin(201, "POST", "/accounts", `{"username":"`+name+`"}`), "id")
			found := c.refused("split_identity", person(name, name+".old@home.example", ""))
			if settle == "merge" {
				e.act(found, `{"action":"merge","survivor":"`+holder+`"}`)
				if into := text(e.view(other), "merged_into"); into != holder {
					t.Errorf("merged into %q", into)
				}
			} else {
				e.act(found, `{"action":"rename","username":"`+name+`-acme"}`)
				if username := text(e.view(holder), "username"); username != name+"-acme" {
					t.Errorf("the username is %q", username)
				}
			}
			c.found(name)
			e.settled(found, settle)
		}
	})
}

// TestSettleAlreadyLinked lets the incoming User have the account, and gives the
// earlier one another.
func TestSettleAlreadyLinked(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		first, account := c.push("kai@home.example", "")
		found := c.refused("account_already_linked", person("kai.two", "kai@home.example", ""))
		e.act(found, `{"action":"connect"}`)
		second := text(c.found("kai.two"), "id")
		e.settled(found, "connect")
		if links := objects(e.view(account)["links"]); len(links) != 1 || text(links[0], "user_id") != second {
			t.Errorf("the account's links: %v", links)
		}
		c.get("/Users/" + first)

		other := e.account("other@home.example")
		found = c.refused("account_already_linked", person("kai.three", "kai@home.example", ""))
		e.act(found, `{"action":"relink","account_id":"`+other+`"}`)
		third := text(c.found("kai.three"), "id")
		if links := objects(e.view(other)["links"]); len(links) != 1 || text(links[0], "user_id") != second {
			t.Errorf("the other account's links: %v", links)
		}
		if links := objects(e.view(account)["links"]); len(links) != 1 || text(links[0], "user_id") != third {
			t.Errorf("the account's links: %v", links)
		}
	})
}

// TestProtectedAndLastOwner keeps pushes from taking out who must stay.
func TestProtectedAndLastOwner(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		suspend := patch(`{"op":"replace","path":"active","value":false}`)
		rescue := text(e.admin(201, "POST", "/accounts", `{"email":"rescue@home.example","protected":true}`), "id")
		e.admin(201, "POST", "/organizations/"+c.organization+"/members", `{"account_id":"`+rescue+`"}`)
		found := c.refused("protected_account", person("rescue", "rescue@home.example", ""))
		e.act(found, `{"action":"connect"}`)
		user := text(c.found("rescue"), "id")
		c.opened("protected_account", c.ok(409, "PATCH", "/Users/"+user, suspend))
		c.opened("protected_account", c.ok(409, "DELETE", "/Users/"+user, ""))

		boss, account := c.push("boss@home.example", "")
		e.admin(200, "PATCH", "/organizations/"+c.organization+"/members/"+account, `{"role":"owner"}`)
		found = c.opened("last_owner", c.ok(409, "PATCH", "/Users/"+boss, suspend))
		c.opened("last_owner", c.ok(409, "DELETE", "/Users/"+boss, ""))
		if state := text(e.view(account), "state"); state != "active" {
			t.Errorf("the last owner is %s", state)
		}
		_, second := c.push("second@home.example", "")
		e.admin(200, "PATCH", "/organizations/"+c.organization+"/members/"+second, `{"role":"owner"}`)
		c.ok(200, "PATCH", "/Users/"+boss, suspend)
		e.settled(found, "fixed_at_idp")
	})
}

// TestOwnerGroupKeepsOne refuses to empty the group that makes the last owner.
func TestOwnerGroupKeepsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		slug := text(e.admin(200, "GET", "/organizations/"+c.organization, ""), "slug")
		user, account := c.push("boss@home.example", "")
		group := c.group("Owners", user)
		e.admin(201, "POST", "/connections/"+c.id+"/mappings", `{"group_id":"`+group+`","target":"org:`+slug+`","role":"owner"}`)
		found := c.opened("last_owner", c.ok(409, "PATCH", "/Groups/"+group, removeMember(user)))
		c.opened("last_owner", c.ok(409, "DELETE", "/Groups/"+group, ""))
		if members := c.members(group); !slices.Contains(members, user) {
			t.Error("the refused request has removed the member")
		}
		if role := text(e.admin(200, "GET", "/organizations/"+c.organization+"/members/"+account, ""), "effective_role"); role != "owner" {
			t.Errorf("the role is %q", role)
		}
		_, second := c.push("second@home.example", "")
		e.admin(200, "PATCH", "/organizations/"+c.organization+"/members/"+second, `{"role":"owner"}`)
		c.ok(204, "PATCH", "/Groups/"+group, removeMember(user))
		e.settled(found, "fixed_at_idp")
	})
}
