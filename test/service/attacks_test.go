package service

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestAttacks plays who controls the identity provider of one organization and
// wants what is not his. Each attempt once led somewhere, or might have.
func TestAttacks(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		for name, attack := range map[string]func(*testing.T, *env, *client){
			"one owner's consent is not another's":        consentOfAnother,
			"an operator acts on who he saw":              actionOnAnother,
			"who was removed does not return by a push":   returnOfRemoved,
			"who was removed is not renamed":              renameOfRemoved,
			"who is protected is not renamed":             renameOfProtected,
			"who is protected does not return":            returnOfProtected,
			"sessions do not outlive a second membership": oldSession,
			"the guard counts who arrives suspended":      guardByCreate,
			"emails that look alike are none":             lookalikes,
		} {
			attack(t, e, e.connectNew("generic"))
			if t.Failed() {
				t.Fatalf("at: %s", name)
			}
		}
	})
}

// signsIn reports a sign-in, and returns the decision and the account.
func (c *client) signsIn(subject, email string) (decision, account string) {
	c.t.Helper()
	r := c.admin(200, "POST", "/sign-ins", fmt.Sprintf(`{"connection_id":%q,"subject":%q,"email":%q}`, c.id, subject, email))
	return text(r, "decision"), text(r, "account.id")
}

func consentOfAnother(t *testing.T, e *env, c *client) {
	e.account("mallory@consent.example")
	victim := e.account("victim@consent.example")
	found := c.refused("email_taken", person("m", "mallory@consent.example", `"externalId":"1"`))
	url := text(e.act(found, `{"action":"connect","consent":"owner"}`), "consent_url")
	if again := c.refused("email_taken", person("m", "victim@consent.example", `"externalId":"1"`)); text(again, "id") != text(found, "id") {
		t.Errorf("the second refusal is the case %v", again)
	}
	if a := e.send("POST", url, ""); a.status != 404 {
		t.Errorf("the consent of another is answered %d", a.status)
	}
	if links := objects(e.view(victim)["links"]); len(links) != 0 {
		t.Errorf("the victim's account is linked: %v", links)
	}
}

func actionOnAnother(t *testing.T, e *env, c *client) {
	mallory, victim := e.account("mallory@action.example"), e.account("victim@action.example")
	found := c.refused("email_taken", person("m", "mallory@action.example", `"externalId":"1"`))
	c.refused("email_taken", person("m", "victim@action.example", `"externalId":"1"`))
	a := e.api("POST", "/cases/"+text(found, "code")+"/actions", `{"action":"release","holder_id":"`+mallory+`"}`)
	if a.status != 409 || text(a.object(), "reason") != "holder_changed" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if email := text(e.view(victim), "email"); email != "victim@action.example" {
		t.Errorf("the victim has %q", email)
	}
}

func returnOfRemoved(t *testing.T, e *env, c *client) {
	victim := e.account("victim@removed.example")
	members := "/organizations/" + c.organization + "/members"
	e.admin(201, "POST", members, `{"account_id":"`+victim+`"}`)
	user := c.create("/Users", person("v", "victim@removed.example", `"externalId":"1"`))
	e.admin(204, "DELETE", members+"/"+victim, "")
	if decision, _ := c.signsIn("1", ""); decision != "deny" {
		t.Errorf("a sign-in after the removal: %s", decision)
	}
	c.ok(204, "DELETE", "/Users/"+user, "")
	c.create("/Users", person("v", "other@removed.example", `"externalId":"1"`))
	if decision, account := c.signsIn("1", ""); decision != "allow" || account == victim {
		t.Errorf("a sign-in after the return: %s as %s", decision, account)
	}
	if memberships := objects(e.view(victim)["memberships"]); len(memberships) != 0 {
		t.Errorf("the victim is a member again: %v", memberships)
	}
}

func renameOfRemoved(t *testing.T, e *env, c *client) {
	user, account := c.push("v@renamed.example", "")
	e.admin(204, "DELETE", "/organizations/"+c.organization+"/members/"+account, "")
	e.admin(200, "PATCH", "/accounts/"+account, `{"email":"v@home.renamed.example"}`)
	c.ok(200, "PUT", "/Users/"+user, person("v", "evil@renamed.example", ""))
	if email := text(e.view(account), "email"); email != "v@home.renamed.example" {
		t.Errorf("the account has %q", email)
	}
}

func renameOfProtected(t *testing.T, e *env, c *client) {
	user, account := c.push("glass@protected.example", "")
	e.admin(200, "PATCH", "/accounts/"+account, `{"protected":true}`)
	c.ok(200, "PUT", "/Users/"+user, person("evil", "evil@protected.example", ""))
	if view := e.view(account); text(view, "email") != "glass@protected.example" || text(view, "username") != "glass" {
		t.Errorf("the account is %s, %s", text(view, "email"), text(view, "username"))
	}
}

func returnOfProtected(t *testing.T, e *env, c *client) {
	user, account := c.push("shard@back.example", `"externalId":"1"`)
	c.ok(204, "DELETE", "/Users/"+user, "")
	e.admin(200, "PATCH", "/accounts/"+account, `{"protected":true}`)
	c.refused("protected_account", person("shard@back.example", "shard@back.example", `"externalId":"1"`))
}

func oldSession(t *testing.T, e *env, c *client) {
	zeta := e.connectNew("generic")
	e.admin(201, "POST", "/organizations/"+zeta.organization+"/domains", `{"domain":"zeta.example","verified":true}`)
	_, account := c.signsIn("1", "kim@zeta.example")
	if _, adopted := zeta.push("kim@zeta.example", ""); adopted != account {
		t.Errorf("the push has made the account %s", adopted)
	}
	if !slices.ContainsFunc(e.events(), func(event map[string]any) bool {
		return text(event, "type") == "account.sessions_revoked" && text(event, "subject_id") == account &&
			text(event, "data.scope") == "account" && text(event, "organization_id") == c.organization
	}) {
		t.Error("the session that reached the whole account goes on")
	}
}

func guardByCreate(t *testing.T, _ *env, c *client) {
	c.policy(`"guard":{"action":"hold","max":1,"percent":0}`)
	for i := range 3 {
		c.signIn(fmt.Sprint("s", i), fmt.Sprintf("g%d@guard.example", i), "")
	}
	statuses := []int{}
	for i := range 3 {
		email := fmt.Sprintf("g%d@guard.example", i)
		statuses = append(statuses, c.send("POST", "/Users", person(fmt.Sprint("g", i), email, `"active":false`)).status)
	}
	if want := []int{201, 503, 503}; !slices.Equal(statuses, want) {
		t.Errorf("the answers are %v, want %v", statuses, want)
	}
}

func lookalikes(t *testing.T, e *env, _ *client) {
	e.account("victim@alike.example")
	for _, email := range []string{
		"victim@alike.example.", "vic\u200btim@alike.example", "victim@alike.example,evil@alike.example", "<victim@alike.example>", "victim@alike.example;x@y",
	} {
		if a := e.api("POST", "/accounts", fmt.Sprintf(`{"email":%q}`, email)); a.status != 400 || !strings.Contains(a.body, "invalid_email") {
			t.Errorf("%q: %d %s", email, a.status, a.body)
		}
	}
}
