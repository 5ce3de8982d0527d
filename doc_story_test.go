package joinery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

// user is a User as it is pushed.
func user(userName, externalID, name, email string) string {
	return fmt.Sprintf(`{"userName": %q, "externalId": %q, "displayName": %q, "emails": [{"value": %q, "type": "work", "primary": true}], "active": true}`,
		userName, externalID, name, email)
}

// story plays something of each type of event, and returns all events, the
// oldest first.
func story(t *testing.T) []*joinery.Event {
	t.Helper()
	c := newCustomer(t)
	for _, chapter := range []func(){
		c.domains, c.people, c.groups, c.things, c.conflicts, c.departures, c.signIns, c.merge, c.ending,
	} {
		chapter()
		c.now = c.now.Add(time.Minute)
	}
	var events []*joinery.Event
	for after := ""; ; {
		page := done(c.Audit(t.Context(), joinery.AuditQuery{After: after, Limit: joinery.MaxListed}))(t)
		if len(page) == 0 {
			break
		}
		events, after = append(events, page...), page[len(page)-1].ID
	}
	for i, j := 0, len(events)-1; i < j; i, j = i+1, j-1 {
		events[i], events[j] = events[j], events[i]
	}
	return events
}

func (c *customer) domains() {
	c.policy(`{"guard": {"action": "off"}}`) // until departures
	for _, name := range []string{"acme.example", "acme.test"} {
		done(c.AddDomain(c.t.Context(), c.organization.ID, name, true))(c.t)
	}
	c.succeeds(c.RemoveDomain(c.t.Context(), c.organization.ID, "acme.test"))
}

// people: one who signed up before is adopted, another one is new, changes,
// leaves and comes back.
func (c *customer) people() {
	c.account("lea@acme.example", "lea", "")
	c.push("User", user("lea@acme.example", "00u1", "Lea Moser", "lea@acme.example"))
	mia := c.push("User", user("mia@acme.example", "00u2", "Mia Holt", "mia@acme.example"))
	c.succeeds(c.put("User", mia, user("mia.ito@acme.example", "00u2", "Mia Ito", "mia.ito@acme.example")))
	for _, active := range []string{"false", "true"} {
		c.succeeds(c.put("User", mia, `{"userName": "mia.ito@acme.example", "externalId": "00u2", "displayName": "Mia Ito",
			"emails": [{"value": "mia.ito@acme.example", "type": "work", "primary": true}], "active": `+active+`}`))
	}
	c.succeeds(c.remove("User", mia))
	c.push("User", user("mia.ito@acme.example", "00u2", "Mia Ito", "mia.ito@acme.example"))
}

func (c *customer) groups() {
	mapping := done(c.CreateMapping(c.t.Context(), c.connection, joinery.NewMapping{GroupName: "Engineers", Target: "org:acme", Role: "writer"}))(c.t)
	kim := c.push("User", user("kim@acme.example", "00u3", "Kim Berg", "kim@acme.example"))
	group := c.push("Group", `{"displayName": "Engineers", "externalId": "00g1", "members": [{"value": "`+kim+`"}]}`)
	c.succeeds(
		c.put("Group", group, `{"displayName": "Engineering", "externalId": "00g2"}`),
		c.remove("Group", group),
		c.DeleteMapping(c.t.Context(), c.connection, mapping.ID),
	)
}

func (c *customer) things() {
	device := c.push("Device", `{"serial": "1", "externalId": "d1"}`)
	c.succeeds(c.put("Device", device, `{"serial": "2", "externalId": "d1"}`), c.remove("Device", device))
}

// conflicts: refusals and what is done about them.
func (c *customer) conflicts() {
	ctx := c.t.Context()
	c.account("sam@home.example", "sam", "")
	refusal := c.refused(user("sam@home.example", "00u4", "Sam Stone", "sam@home.example"))
	c.act(refusal, joinery.CaseAction{Action: joinery.ActionConnect, Consent: "owner"})
	c.act(refusal, joinery.CaseAction{Action: joinery.ActionRelease, Email: "sam@elsewhere.example"})
	sam := done(c.Case(ctx, refusal.Case.Code))(c.t).Subject.UserID
	done(c.GetResource(ctx, c.caller(), c.Registry().Type("User"), sam, false))(c.t)

	c.account("zoe@home.example", "zoe", "")
	c.act(c.refused(user("zoe@home.example", "00u5", "Zoe", "zoe@home.example")), joinery.CaseAction{Action: joinery.ActionDismiss, Reason: "a test user"})

	other := c.account("", "kim-other", "")
	c.act(c.refused(user("kim.b@acme.example", "00u6", "Kim Berg", "kim@acme.example")), joinery.CaseAction{Action: joinery.ActionRelink, AccountID: other})
	c.act(c.refused(user("kim.c@acme.example", "00u7", "Kim Berg", "kim@acme.example")), joinery.CaseAction{Action: joinery.ActionConnect})
}

// departures: more than the guard lets go at once.
func (c *customer) departures() {
	c.policy(`{"guard": {"action": "hold", "max": 1, "percent": 0, "window": "1h"}}`)
	for i := range 2 {
		name := fmt.Sprintf("temp%d@acme.example", i)
		id := c.push("User", user(name, name, "Temp", name))
		if held := joinery.KindOf(c.remove("User", id)) == joinery.Unavailable; held != (i == 1) {
			c.t.Fatalf("departure %d is held back: %t", i, held)
		}
	}
	for _, action := range []string{"reject", "approve"} {
		done(c.DecideGuard(c.t.Context(), c.connection, action))(c.t)
	}
}

func (c *customer) signIns() {
	ctx := c.t.Context()
	in := joinery.SignIn{ConnectionID: c.connection, Subject: "lea@acme.example", Email: "lea@acme.example"}
	done(c.SignIn(ctx, in))(c.t)
	done(c.SignOut(ctx, c.connection, in.Subject, nil))(c.t)
	c.account("ute@home.example", "ute", "")
	done(c.SignIn(ctx, joinery.SignIn{ConnectionID: c.connection, Subject: "ute", Email: "ute@home.example"}))(c.t)
}

func (c *customer) merge() {
	survivor := c.account("eva@acme.example", "eva", "")
	absorbed := c.account("eva+old@acme.example", "eva2", "admin")
	merge, _, err := c.MergeAccounts(c.t.Context(), survivor, absorbed)
	c.succeeds(err)
	done(c.UndoMerge(c.t.Context(), merge.ID))(c.t)
}

// ending: what administration takes away, and what time does.
func (c *customer) ending() {
	ctx := c.t.Context()
	token, _, err := c.CreateToken(ctx, c.connection, "production", "admin", nil)
	c.succeeds(err, c.RevokeToken(ctx, c.connection, token.ID))
	c.succeeds(c.DeleteConnection(ctx, c.connect(`{}`)))
	c.now = c.now.AddDate(0, 0, 60)
	c.succeeds(c.Purge(ctx))
}
