package service

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// step is a request.
type step struct{ method, path, body string }

// TestNoOps repeats requests that change nothing the second time: they write
// nothing, emit nothing, and leave version and lastModified alone.
func TestNoOps(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai, mira := c.user("kai"), c.user("mira")
		inner := c.group("Inner")
		crew := c.group("Crew", kai, "unborn", inner)
		device := c.create("/Devices", `{"serial":"1","tags":["a"]}`)
		user, group, thing := "/Users/"+kai, "/Groups/"+crew, "/Devices/"+device
		for _, s := range []step{
			{"PUT", user, `{"userName":"kai","externalId":"x","active":true,"emails":[{"value":"kai@lumen.example","type":"work"}],"title":"Pilot"}`},
			{"PUT", user, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"` + kai + `","meta":{"version":"W/\"0\""},"userName":"kai","externalId":"x","emails":[{"type":"work","value":"kai@lumen.example"}],"title":"Pilot","groups":[],"nickName":null}`},
			{"PATCH", user, patch(`{"op":"replace","path":"active","value":false}`)},
			{"PATCH", user, patch(`{"op":"replace","value":{"active":false,"title":"Pilot","userName":"kai"}}`)},
			{"PATCH", user, patch(`{"op":"add","path":"emails","value":[{"value":"kai@lumen.example","type":"work"}]}`)},
			{"PATCH", user, patch(`{"op":"remove","path":"nickName"}`)},
			{"PATCH", user, patch(`{"op":"replace","path":"title","value":"Cook"}`, `{"op":"replace","path":"title","value":"Pilot"}`)},
			{"PATCH", group, patch(`{"op":"replace","path":"displayName","value":"Crew"}`)},
			{"PATCH", group, patch(`{"op":"replace","value":{"id":"` + crew + `","displayName":"Crew"}}`)},
			{"PATCH", group, addMembers(kai)},
			{"PATCH", group, addMembers(kai, mira, inner, "unborn")},
			{"PATCH", group, addMembers(kai, "unborn", "unborn too")},
			{"PATCH", group, removeMember(mira)},
			{"PATCH", group, removeMember("nobody")},
			{"PATCH", group, patch(`{"op":"remove","path":"members","value":[{"value":"` + mira + `"}]}`)},
			{"PATCH", group, patch(`{"op":"remove","path":"members","value":[]}`)},
			{"PATCH", group, patch(`{"op":"add","path":"members","value":`+memberList(mira)+`}`, removeMemberOf(mira))},
			{"PATCH", group, patch(`{"op":"replace","path":"members","value":` + memberList(inner, kai) + `}`)},
			{"PUT", group, `{"displayName":"Crew","members":` + memberList(kai, inner) + `}`},
			{"PUT", group, `{"displayName":"Crew","members":` + memberList(inner, kai, kai) + `}`},
			{"PATCH", group, patch(`{"op":"remove","path":"members"}`)},
			{"PUT", thing, `{"serial":"2","tags":["a","b"],"holder":{"value":"kai"}}`},
			{"PATCH", thing, patch(`{"op":"add","path":"tags","value":["b"]}`)},
		} {
			c.done(s)
			before, events := c.get(s.path), c.ownEvents()
			c.done(s)
			if diff := cmp.Diff(before, c.get(s.path)); diff != "" {
				t.Errorf("%s %s, the second time:\n%s", s.method, s.body, diff)
			}
			if diff := cmp.Diff(events, c.ownEvents()); diff != "" {
				t.Errorf("%s %s, the second time, has events:\n%s", s.method, s.body, diff)
			}
		}
	})
}

func removeMemberOf(id string) string {
	return `{"op":"remove","path":"members[value eq \"` + id + `\"]"}`
}

// done sends a step that must succeed.
func (c *client) done(s step) answer {
	c.t.Helper()
	a := c.send(s.method, s.path, s.body)
	if a.status/100 != 2 {
		c.t.Fatalf("%s %s %s: %d %s", s.method, s.path, s.body, a.status, a.body)
	}
	return a
}

// TestDeletedUserLeavesGroups holds that the groups of a deleted user have lost
// him, and say so.
func TestDeletedUserLeavesGroups(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai, mira := c.user("kai"), c.user("mira")
		first, second, other := c.group("First", kai, mira), c.group("Second", kai), c.group("Other", mira)
		before := len(pushed(c.ownEvents()))
		versions := map[string]any{}
		for _, id := range []string{first, second, other} {
			versions[id] = value(c.get("/Groups/"+id), "meta.version")
		}
		c.ok(204, "DELETE", "/Users/"+kai, "")
		for id, want := range map[string][]string{first: {mira}, second: {}, other: {mira}} {
			got := c.get("/Groups/" + id)
			if diff := cmp.Diff(want, texts(got["members"], "value")); diff != "" {
				t.Errorf("members: %s", diff)
			}
			if touched := value(got, "meta.version") != versions[id]; touched != (id != other) {
				t.Errorf("%s: the version changed: %t", text(got, "displayName"), touched)
			}
		}
		if found := c.find("/Groups", `members.value eq "`+kai+`"`); len(found) != 0 {
			t.Errorf("a filter finds %v", found)
		}
		want := map[string]string{kai: "user.deleted", first: "group.member_removed", second: "group.member_removed"}
		got := map[string]string{}
		for _, event := range pushed(c.ownEvents())[before:] {
			got[text(event, "subject_id")] = text(event, "type")
			if member := text(event, "data.member_id"); member != "" && member != kai {
				t.Errorf("member_id %s", member)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events: %s", diff)
		}
	})
}

// TestGroupsOfAUser holds that they are read-only and true, whatever happens to
// the groups.
func TestGroupsOfAUser(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai := c.create("/Users", `{"userName":"kai","groups":[{"value":"made up"}]}`)
		user := "/Users/" + kai
		crew, other := c.group("Crew", kai), c.group("Other")
		groups := func(want ...string) {
			t.Helper()
			if diff := cmp.Diff(append([]string{}, want...), texts(c.get(user)["groups"], "display")); diff != "" {
				t.Errorf("groups of the user (-want +got):\n%s", diff)
			}
		}
		groups("Crew")
		group, _ := c.get(user)["groups"].([]any)
		want := []any{map[string]any{"value": crew, "display": "Crew", "type": "direct", "$ref": c.base + "/Groups/" + crew}}
		if diff := cmp.Diff(want, group); diff != "" {
			t.Error(diff)
		}
		version := text(c.get(user), "meta.version")
		c.ok(200, "PUT", user, `{"userName":"kai","groups":[{"value":"`+other+`"}]}`)
		c.ok(200, "PATCH", user, patch(`{"op":"add","value":{"groups":[{"value":"`+other+`"}]}}`))
		refused := c.send("PATCH", user, patch(`{"op":"add","path":"groups","value":[{"value":"`+other+`"}]}`))
		if refused.status != 400 || text(refused.object(), "scimType") != "mutability" {
			t.Errorf("PATCH of groups: %d %s", refused.status, refused.body)
		}
		groups("Crew")
		if got := text(c.get(user), "meta.version"); got != version {
			t.Errorf("version %s, before %s", got, version)
		}
		c.ok(204, "PATCH", "/Groups/"+crew, patch(`{"op":"replace","path":"displayName","value":"Bridge"}`))
		groups("Bridge")
		c.ok(200, "PUT", "/Groups/"+other, `{"displayName":"Other","members":`+memberList(kai)+`}`)
		groups("Bridge", "Other")
		c.ok(204, "PATCH", "/Groups/"+crew, removeMember(kai))
		groups("Other")
		c.ok(204, "DELETE", "/Groups/"+other, "")
		groups()
		if found := c.find("/Users", `groups pr`); len(found) != 0 {
			t.Errorf("a filter finds %v", found)
		}
	})
}

// TestAnswersShowGroupsAsTheyAre holds that the answer to a write of a user is
// what a look-up shows after, also where the write lets him join a group that
// waited for him.
func TestAnswersShowGroupsAsTheyAre(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		c.group("Crew", "kai", "x-kai", "mira", "noor")
		for i, s := range []step{
			{"POST", "/Users", `{"userName":"kai"}`},
			{"POST", "/Users", `{"userName":"m0"}`},
			{"PATCH", "", patch(`{"op":"replace","path":"userName","value":"mira"}`)},
			{"POST", "/Users", `{"userName":"n0"}`},
			{"PUT", "", `{"userName":"noor"}`},
			{"PATCH", "", patch(`{"op":"replace","path":"title","value":"Pilot"}`)},
			{"PUT", "", `{"userName":"noor","title":"Cook"}`},
		} {
			if s.path == "" {
				s.path = "/Users/" + text(c.find("/Users", "id pr")[len(c.find("/Users", "id pr"))-1], "id")
			}
			answered := c.done(s).object()
			if diff := cmp.Diff(c.get("/Users/"+text(answered, "id")), answered); diff != "" {
				t.Errorf("step %d: the answer is not what is there (-there +answer):\n%s", i+1, diff)
			}
		}
	})
}

// TestNestedGroups shows groups in groups, in a circle too.
func TestNestedGroups(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai := c.user("kai")
		inner := c.group("Inner", kai)
		outer := c.group("Outer", inner)
		want := []any{map[string]any{"value": inner, "display": "Inner", "type": "Group", "$ref": c.base + "/Groups/" + inner}}
		if diff := cmp.Diff(want, c.get("/Groups/" + outer)["members"]); diff != "" {
			t.Error(diff)
		}
		c.ok(204, "PATCH", "/Groups/"+inner, addMembers(outer))
		if diff := cmp.Diff([][]string{{kai, outer}, {inner}}, [][]string{c.members(inner), c.members(outer)}); diff != "" {
			t.Errorf("in a circle:\n%s", diff)
		}
		if a := c.send("PATCH", "/Groups/"+inner, addMembers(inner)); a.status != 400 {
			t.Errorf("a group in itself: %d %s", a.status, a.body)
		}
		c.ok(204, "PATCH", "/Groups/"+inner, addMembers("me"))
		c.ok(204, "PATCH", "/Groups/"+inner, patch(`{"op":"add","path":"externalId","value":"me"}`))
		if got := c.members(inner); slices.Contains(got, inner) {
			t.Errorf("a group that waited for itself has the members %v", got)
		}
		if diff := cmp.Diff([]string{"Inner"}, texts(c.get("/Users/" + kai)["groups"], "display")); diff != "" {
			t.Errorf("groups of the user: %s", diff)
		}
		c.ok(204, "DELETE", "/Groups/"+inner, "")
		if got := c.get("/Groups/" + outer)["members"]; got != nil {
			t.Errorf("members %v", got)
		}
		if got := c.get("/Users/" + kai)["groups"]; got != nil {
			t.Errorf("groups %v", got)
		}
	})
}

// TestReturning shows who counts as the same person after a delete.
func TestReturning(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		for name, c := range map[string]struct {
			before, after string
			same          bool
		}{
			"externalId":                    {`{"userName":"kai","externalId":"1"}`, `{"userName":"kai.ito","externalId":"1"}`, true},
			"both":                          {`{"userName":"kai","externalId":"1"}`, `{"userName":"KAI","externalId":"1"}`, true},
			"userName":                      {`{"userName":"kai"}`, `{"userName":"Kai"}`, true},
			"userName, externalId is new":   {`{"userName":"kai"}`, `{"userName":"kai","externalId":"1"}`, true},
			"email":                         {`{"userName":"kai","emails":[{"value":"k@a.example"}]}`, `{"userName":"ito","emails":[{"value":"K@a.example"}]}`, true},
			"userName, another externalId":  {`{"userName":"kai","externalId":"1"}`, `{"userName":"kai","externalId":"2"}`, false},
			"another case of an externalId": {`{"userName":"kai","externalId":"a"}`, `{"userName":"kai","externalId":"A"}`, false},
			"nothing":                       {`{"userName":"kai","externalId":"1"}`, `{"userName":"ito"}`, false},
		} {
			client := e.connectNew("generic")
			first := client.create("/Users", c.before)
			client.ok(204, "DELETE", "/Users/"+first, "")
			if found := client.find("/Users", "id pr"); len(found) != 0 {
				t.Errorf("%s: the deleted user is found", name)
			}
			created := client.ok(201, "POST", "/Users", c.after)
			if same := text(created, "id") == first; same != c.same {
				t.Errorf("%s: the same id: %t, want %t", name, same, c.same)
			}
			events := client.ownEvents()
			written := pushed(events)
			if returned := value(written[len(written)-1], "data.returned") == true; returned != c.same {
				t.Errorf("%s: the event says returned: %t", name, returned)
			}
			made := slices.DeleteFunc(texts(events, "type"), func(eventType string) bool { return eventType != "account.created" })
			if same := len(made) == 1; same != c.same {
				t.Errorf("%s: the same account: %t, want %t", name, same, c.same)
			}
			if got := fmt.Sprint(client.get("/Users")["totalResults"]); got != "1" {
				t.Errorf("%s: totalResults %s", name, got)
			}
		}
	})
}
