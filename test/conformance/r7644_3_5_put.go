package conformance

import (
	"net/http"
	"strings"
)

// replacing covers RFC 7644 section 3.5.1.
func replacing() []Requirement {
	return []Requirement{
		check("7644-3.5-1", Must, "PUT is supported.", func(t *T) {
			body := t.newUser()
			user := t.create("/Users", body)
			t.status(t.put(user, body), http.StatusOK)
		}),
		check("7644-3.5-2", Should, "PATCH is supported.", func(t *T) {
			if !t.features.supports("patch") {
				t.failf("the server does not advertise PATCH")
			}
			user := t.user()
			t.equal("title", t.patch("/Users/"+user.ID(), operation("replace", "title", "Pilot")).Text("title"), "Pilot")
		}),
		check("7644-3.5.1-1", Must, "Values in a PUT replace those that were there.", func(t *T) {
			user, body := t.changed(map[string]any{"displayName": "Before", "title": "Pilot"}, map[string]any{"displayName": "After", "title": "Purser"})
			t.status(t.put(user, body), http.StatusOK)
			after := t.list("/Users/" + user.ID())
			t.equal("displayName", after.Text("displayName"), "After")
			t.equal("title", after.Text("title"), "Purser")
		}),
		check("7644-3.5.1-2", Must, "A multi-valued attribute in a PUT replaces all of its values.", func(t *T) {
			mail := func(value string) []any { return []any{map[string]any{"value": value, "type": "work"}} }
			name := t.client.name()
			user, body := t.changed(map[string]any{"emails": mail(name + "@a.example")}, map[string]any{"emails": mail(name + "@b.example")})
			t.status(t.put(user, body), http.StatusOK)
			emails := objects(t.list("/Users/" + user.ID()).Get("emails"))
			if len(emails) != 1 || emails[0]["value"] != name+"@b.example" {
				t.failf("emails should hold the new address only: %s", show(emails))
			}
		}),
		check("7644-3.5.1-3", Must, "Values for read-only attributes in a PUT are ignored: id.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"id": t.client.name()})
			answer := t.put(user, body)
			t.status(answer, http.StatusOK)
			t.equal("id", answer.ID(), user.ID())
		}),
		check("7644-3.5.1-4", Must, "Values for read-only attributes in a PUT are ignored: meta.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"meta": map[string]any{"created": "1999-01-01T00:00:00Z", "resourceType": "Spaceship"}})
			answer := t.put(user, body)
			t.status(answer, http.StatusOK)
			t.equal("meta.created", answer.Text("meta.created"), user.Text("meta.created"))
			t.equal("meta.resourceType", answer.Text("meta.resourceType"), "User")
		}),
		check("7644-3.5.1-5", Must, "Values for read-only attributes in a PUT are ignored: groups of a User.", func(t *T) {
			body := t.newUser()
			user := t.create("/Users", body)
			group := t.group(user)
			body["groups"] = []any{}
			t.status(t.put(user, body), http.StatusOK)
			t.equal("the number of members", len(objects(t.list("/Groups/"+group.ID()).Get("members"))), 1)
		}),
		check("7644-3.5.1-6", Must, "A PUT that lacks a required attribute is refused with 400.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"userName": nil})
			t.refused(t.put(user, body), http.StatusBadRequest, "")
			t.equal("userName", t.list("/Users/"+user.ID()).Text("userName"), user.Text("userName"))
		}),
		check("7644-3.5.1-7", MustNot, "PUT creates no resource.", func(t *T) {
			answer := t.do(http.MethodPut, "/Users/"+t.client.name(), t.newUser())
			t.refused(answer, http.StatusNotFound, "")
		}),
		check("7644-3.5.1-8", Must, "A successful PUT answers 200 with the whole resource.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"title": "Pilot"})
			answer := t.put(user, body)
			t.status(answer, http.StatusOK)
			t.equal("the resource", answer.Body, t.list("/Users/"+user.ID()).Body)
		}),
		check("7644-3.5.1-9", Must, "A PUT that takes another resource's unique value is refused with 409.", func(t *T) {
			other := t.user()
			user, body := t.changed(nil, map[string]any{"userName": other.Text("userName")})
			t.refused(t.put(user, body), http.StatusConflict, "uniqueness")
		}),
		check("7644-3.5.1-10", Must, "A PUT of a value of the wrong type is refused with 400.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"name": "not complex"})
			t.refused(t.put(user, body), http.StatusBadRequest, "")
		}),
		check("7644-3.5.1-11", Must, "meta.lastModified moves on with a PUT that changes something.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"title": "Pilot"})
			t.pause(user)
			t.modified(user, t.put(user, body))
		}),
		check("7644-3.5.1-12", Must, "A resource can be sent back by PUT just as it was read.", func(t *T) {
			user := t.user()
			answer := t.put(user, t.list("/Users/"+user.ID()).Body)
			t.status(answer, http.StatusOK)
			t.equal("userName", answer.Text("userName"), user.Text("userName"))
		}),
		check("7644-3.5.1-13", Must, "PUT replaces the members of a Group.", func(t *T) {
			first, second := t.user(), t.user()
			body := t.newGroup(first)
			group := t.create("/Groups", body)
			body["members"] = []any{map[string]any{"value": second.ID()}}
			t.status(t.do(http.MethodPut, "/Groups/"+group.ID(), body), http.StatusOK)
			t.members(group, second)
		}),
		check("7644-3.5.1-14", Should, "An immutable value that a PUT would change is refused with 400 mutability.", func(t *T) {
			user, with := t.immutable("first")
			t.refused(t.put(user, merged(t.list("/Users/"+user.ID()).Body, []map[string]any{with("another")})), http.StatusBadRequest, "mutability")
		}),
		check("7644-3.5.1-16", Must, "A PUT may repeat an immutable value.", func(t *T) {
			user, with := t.immutable("first")
			t.status(t.put(user, merged(t.list("/Users/"+user.ID()).Body, []map[string]any{with("first")})), http.StatusOK)
		}),
		check("7644-3.5.1-17", Must, "A PUT sets an immutable attribute that has no value yet.", func(t *T) {
			_, with := t.immutable("first")
			user, body := t.changed(nil, with("late"))
			answer := t.put(user, body)
			t.status(answer, http.StatusOK)
			for name, value := range with("late") {
				t.equal(name, answer.Body[name], value)
			}
		}),
		unseen("7644-3.5.1-15", Must, "Clients send all required attributes with PUT.", "concerns clients; the refusal is checked by 7644-3.5.1-6"),
		unseen("7644-3.5-3", Must, "Clients do not send PATCH to a provider that does not support it.", "concerns clients"),
	}
}

func (t *T) put(resource *Answer, body map[string]any) *Answer {
	return t.do(http.MethodPut, "/Users/"+resource.ID(), body)
}

// changed makes a user and the body of a PUT that differs from it.
func (t *T) changed(before, after map[string]any) (*Answer, map[string]any) {
	body := t.newUser(before)
	user := t.create("/Users", body)
	return user, merged(body, []map[string]any{after})
}

// members expects a group to have exactly these members.
func (t *T) members(group *Answer, want ...*Answer) {
	have := map[string]bool{}
	for _, m := range objects(t.list("/Groups/" + group.ID()).Get("members")) {
		value, _ := m["value"].(string)
		have[value] = true
	}
	wanted := map[string]bool{}
	for _, w := range want {
		wanted[w.ID()] = true
	}
	t.equal("the members", have, wanted)
}

// immutable finds an immutable attribute of Users and makes a user that has a
// value for it. The function returned writes a value as part of a body.
func (t *T) immutable(value string) (*Answer, func(value string) map[string]any) {
	for _, urn := range t.knownSchemas("/Users") {
		for _, a := range objects(t.features.schema(urn)["attributes"]) {
			name, _ := a["name"].(string)
			if a["mutability"] != "immutable" || a["type"] != "string" || a["multiValued"] == true {
				continue
			}
			with := func(value string) map[string]any {
				if strings.EqualFold(urn, userURN) {
					return map[string]any{name: value}
				}
				id, _ := t.features.schema(urn)["id"].(string)
				return map[string]any{"schemas": []any{userURN, id}, id: map[string]any{name: value}}
			}
			return t.user(with(value)), with
		}
	}
	t.skipf("no User attribute of the server is immutable")
	return nil, nil
}
