package conformance

import (
	"net/http"
)

// patching covers what RFC 7644 section 3.5.2 says of every operation.
func patching() []Requirement {
	return []Requirement{
		refusedPatch("7644-3.5.2-1", Must, "A PATCH without Operations is refused with 400.", "", func(*T) any {
			return map[string]any{"schemas": []any{patchURN}}
		}),
		refusedPatch("7644-3.5.2-2", Must, "An operation without op is refused with 400.", "", func(*T) any {
			return patchBody(map[string]any{"path": "title", "value": "Pilot"})
		}),
		refusedPatch("7644-3.5.2-3", Must, "An op other than add, remove and replace is refused with 400 invalidSyntax.", "invalidSyntax", func(*T) any {
			return patchBody(operation("increment", "title", "Pilot"))
		}),
		refusedPatch("7644-3.5.2-4", Must, "A path that is no path is refused with 400 invalidPath.", "invalidPath", func(*T) any {
			return patchBody(operation("replace", "emails[type eq", "Pilot"))
		}),
		refusedPatch("7644-3.5.2-5", Must, "An operation that does not fit the schema is refused with 400: a complex attribute as a string.", "", func(*T) any {
			return patchBody(operation("replace", "name", "not complex"))
		}),
		refusedPatch("7644-3.5.2-6", Must, "A change of a read-only attribute is refused with 400 mutability: id.", "mutability", func(*T) any {
			return patchBody(operation("replace", "id", "another"))
		}),
		refusedPatch("7644-3.5.2-7", Must, "A change of a read-only attribute is refused with 400 mutability: meta.", "mutability", func(*T) any {
			return patchBody(operation("replace", "meta.created", "1999-01-01T00:00:00Z"))
		}),
		refusedPatch("7644-3.5.2-8", Must, "A change of a read-only attribute is refused with 400 mutability: groups of a User.", "mutability", func(t *T) any {
			return patchBody(operation("add", "groups", []any{map[string]any{"value": t.group().ID()}}))
		}),
		check("7644-3.5.2-9", MustNot, "An immutable value is not changed by PATCH: it is refused with 400 mutability.", func(t *T) {
			t.need("patch")
			user, with := t.immutable("first")
			t.refused(t.tryPatch("/Users/"+user.ID(), operation("replace", "", without(with("another"), "schemas"))), http.StatusBadRequest, "mutability")
		}),
		check("7644-3.5.2-10", Must, "Operations are applied in their order, each to the result of the one before.", func(t *T) {
			after := t.patch("/Users/"+t.user().ID(),
				operation("add", "title", "First"), operation("replace", "title", "Second"), operation("remove", "title", nil),
				operation("add", "nickName", "Last"))
			t.unassigned("title", after.Get("title"))
			t.equal("nickName", after.Text("nickName"), "Last")
		}),
		check("7644-3.5.2-11", Must, "A PATCH is atomic: if one operation fails, none has an effect.", func(t *T) {
			user := t.user()
			answer := t.tryPatch("/Users/"+user.ID(), operation("replace", "title", "Pilot"), operation("replace", "id", "another"))
			t.status(answer, http.StatusBadRequest)
			t.equal("the resource", t.list("/Users/"+user.ID()).Body, user.Body)
		}),
		check("7644-3.5.2-12", Must, "A PATCH of a Group is atomic too.", func(t *T) {
			user := t.user()
			group := t.group(user)
			answer := t.tryPatch("/Groups/"+group.ID(), operation("remove", "members", nil), operation("replace", "id", "another"))
			t.status(answer, http.StatusBadRequest)
			t.members(group, user)
		}),
		check("7644-3.5.2-13", Must, "Setting primary on one value takes it from the others.", func(t *T) {
			name := t.client.name()
			user := t.user()
			after := t.patch("/Users/"+user.ID(), operation("add", "emails",
				[]any{map[string]any{"value": name + "@home.example", "type": "home", "primary": true}}))
			for _, e := range objects(after.Get("emails")) {
				if (e["primary"] == true) != (e["type"] == "home") {
					t.failf("the home address should be primary and no other: %s", show(after.Get("emails")))
				}
			}
		}),
		check("7644-3.5.2-14", Must, "A successful PATCH answers 200 with the whole resource, or 204.", func(t *T) {
			user := t.user()
			answer := t.tryPatch("/Users/"+user.ID(), operation("replace", "title", "Pilot"))
			t.status(answer, http.StatusOK, http.StatusNoContent)
			if answer.Status == http.StatusOK {
				t.equal("the resource", answer.Body, t.list("/Users/"+user.ID()).Body)
			} else if len(answer.Raw) > 0 {
				t.failf("the 204 has a body")
			}
		}),
		check("7644-3.5.2-15", Must, "A PATCH with the query parameter attributes answers 200.", func(t *T) {
			answer := t.tryPatch("/Users/"+t.user().ID()+"?attributes=title", operation("replace", "title", "Pilot"))
			t.status(answer, http.StatusOK)
			t.equal("title", answer.Text("title"), "Pilot")
		}),
		check("7644-3.5.2-16", Must, "A PATCH of a resource that does not exist answers 404.", func(t *T) {
			t.refused(t.tryPatch("/Users/"+t.client.name(), operation("replace", "title", "Pilot")), http.StatusNotFound, "")
		}),
		check("7644-3.5.2-17", Must, "A PATCH that takes another resource's unique value is refused with 409.", func(t *T) {
			other := t.user()
			answer := t.tryPatch("/Users/"+t.user().ID(), operation("replace", "userName", other.Text("userName")))
			t.refused(answer, http.StatusConflict, "uniqueness")
		}),
		check("7644-3.5.2-18", Must, "Paths compare attribute names without case.", func(t *T) {
			t.equal("title", t.patch("/Users/"+t.user().ID(), operation("replace", "TITLE", "Pilot")).Text("title"), "Pilot")
		}),
		check("7644-3.5.2-19", Must, "Paths may be qualified with the URN of their schema.", func(t *T) {
			after := t.patch("/Users/"+t.user().ID(), operation("replace", userURN+":name.givenName", "Anna"))
			t.equal("name.givenName", after.Text("name.givenName"), "Anna")
		}),
		check("7644-3.5.2-20", Must, "meta.lastModified moves on with a PATCH that changes something.", func(t *T) {
			user := t.user()
			t.pause(user)
			t.modified(user, t.patch("/Users/"+user.ID(), operation("replace", "title", "Pilot")))
		}),
		check("7644-3.5.2-22", Must, "An immutable attribute that has no value yet can be given one by add.", func(t *T) {
			t.need("patch")
			_, with := t.immutable("first")
			after := t.patch("/Users/"+t.user().ID(), operation("add", "", without(with("late"), "schemas")))
			for name, value := range without(with("late"), "schemas") {
				t.equal(name, after.Body[name], value)
			}
		}),
		unseen("7644-3.5.2-21", Must, "Clients name the PatchOp schema in the body.", "concerns clients"),
	}
}

// refusedPatch makes a check that a PATCH of a user is refused with 400 and
// changes nothing.
func refusedPatch(id string, level Level, sentence, scimType string, body func(*T) any) Requirement {
	return check(id, level, sentence, func(t *T) {
		t.need("patch")
		user := t.user()
		t.refused(t.do(http.MethodPatch, "/Users/"+user.ID(), body(t)), http.StatusBadRequest, scimType)
		t.equal("the resource", t.list("/Users/"+user.ID()).Body, user.Body)
	})
}

// patchAdding covers RFC 7644 section 3.5.2.1.
func patchAdding() []Requirement {
	home := func(name string) map[string]any {
		return map[string]any{"value": name + "@home.example", "type": "home"}
	}
	return []Requirement{
		refusedPatch("7644-3.5.2.1-1", Must, "add without a value is refused with 400.", "", func(*T) any {
			return patchBody(operation("add", "title", nil))
		}),
		check("7644-3.5.2.1-2", Must, "add without a path adds the attributes of its value.", func(t *T) {
			after := t.patch("/Users/"+t.user().ID(), operation("add", "", map[string]any{"title": "Pilot", "nickName": "Ace"}))
			t.equal("title", after.Text("title"), "Pilot")
			t.equal("nickName", after.Text("nickName"), "Ace")
		}),
		check("7644-3.5.2.1-3", Must, "add without a path adds to multi-valued attributes.", func(t *T) {
			after := t.patch("/Users/"+t.user().ID(), operation("add", "", map[string]any{"emails": []any{home(t.client.name())}}))
			t.equal("the number of emails", len(objects(after.Get("emails"))), 2)
		}),
		check("7644-3.5.2.1-4", Must, "add to an attribute without a value gives it one.", func(t *T) {
			t.equal("title", t.patch("/Users/"+t.user().ID(), operation("add", "title", "Pilot")).Text("title"), "Pilot")
		}),
		check("7644-3.5.2.1-5", Must, "add to a complex attribute adds the sub-attributes and keeps the others.", func(t *T) {
			user := t.user()
			after := t.patch("/Users/"+user.ID(), operation("add", "name", map[string]any{"middleName": "M"}))
			t.equal("name", after.Get("name"), merged(map[string]any{"middleName": "M"}, []map[string]any{user.Get("name").(map[string]any)}))
		}),
		check("7644-3.5.2.1-6", Must, "add to a multi-valued attribute adds a value and keeps the others.", func(t *T) {
			user := t.user()
			after := t.patch("/Users/"+user.ID(), operation("add", "emails", []any{home(t.client.name())}))
			t.equal("the number of emails", len(objects(after.Get("emails"))), 2)
		}),
		check("7644-3.5.2.1-7", Must, "add to a single-valued attribute replaces its value.", func(t *T) {
			user := t.user(map[string]any{"title": "Before"})
			t.equal("title", t.patch("/Users/"+user.ID(), operation("add", "title", "After")).Text("title"), "After")
		}),
		check("7644-3.5.2.1-8", Should, "add of a value that is there succeeds and changes nothing.", func(t *T) {
			user := t.user()
			after := t.patch("/Users/"+user.ID(), operation("add", "emails", user.Get("emails")))
			t.equal("emails", after.Get("emails"), user.Get("emails"))
		}),
		check("7644-3.5.2.1-9", MustNot, "add of a value that is there does not move meta.lastModified.", func(t *T) {
			user := t.user(map[string]any{"title": "Pilot"})
			t.pause(user)
			after := t.patch("/Users/"+user.ID(), operation("add", "title", "Pilot"), operation("add", "emails", user.Get("emails")))
			t.equal("meta.lastModified", after.Text("meta.lastModified"), user.Text("meta.lastModified"))
		}),
		check("7644-3.5.2.1-10", Must, "add to members adds a member and keeps the others.", func(t *T) {
			first, second := t.user(), t.user()
			group := t.group(first)
			t.patch("/Groups/"+group.ID(), operation("add", "members", []any{map[string]any{"value": second.ID()}}))
			t.members(group, first, second)
		}),
		check("7644-3.5.2.1-11", Must, "add works on attributes of an extension, named by their URN.", func(t *T) {
			t.needEnterprise()
			after := t.patch("/Users/"+t.user().ID(), operation("add", enterpriseURN+":department", "Fleet"))
			t.equal("the extension", after.Body[enterpriseURN], map[string]any{"department": "Fleet"})
			t.schemas(after, enterpriseURN)
		}),
		check("7644-3.5.2.1-12", Must, "add works on the values that a filter in its path finds.", func(t *T) {
			after := t.patch("/Users/"+t.user().ID(), operation("add", `emails[type eq "work"].display`, "At work"))
			t.equal("emails[0].display", objects(after.Get("emails"))[0]["display"], "At work")
		}),
	}
}

func without(object map[string]any, name string) map[string]any {
	delete(object, name)
	return object
}
