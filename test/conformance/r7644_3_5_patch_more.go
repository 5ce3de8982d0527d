package conformance

// twoMails are a work and a home address.
func twoMails(t *T) (map[string]any, string) {
	name := t.client.name()
	return map[string]any{"emails": []any{
		map[string]any{"value": name + "@work.example", "type": "work", "primary": true},
		map[string]any{"value": name + "@home.example", "type": "home"},
	}}, name
}

// patchRemoving covers RFC 7644 section 3.5.2.2.
func patchRemoving() []Requirement {
	return []Requirement{
		refusedPatch("7644-3.5.2.2-1", Must, "remove without a path is refused with 400 noTarget.", "noTarget", func(*T) any {
			return patchBody(operation("remove", "", nil))
		}),
		check("7644-3.5.2.2-2", Must, "remove of a single-valued attribute leaves it unassigned.", func(t *T) {
			user := t.user(map[string]any{"title": "Pilot"})
			t.unassigned("title", t.patch("/Users/"+user.ID(), operation("remove", "title", nil)).Get("title"))
		}),
		check("7644-3.5.2.2-3", Must, "remove of a multi-valued attribute removes all of its values.", func(t *T) {
			mails, _ := twoMails(t)
			t.unassigned("emails", t.patch("/Users/"+t.user(mails).ID(), operation("remove", "emails", nil)).Get("emails"))
		}),
		check("7644-3.5.2.2-4", Must, "remove with a filter removes the values that match.", func(t *T) {
			mails, name := twoMails(t)
			emails := objects(t.patch("/Users/"+t.user(mails).ID(), operation("remove", `emails[type eq "home"]`, nil)).Get("emails"))
			if len(emails) != 1 || emails[0]["value"] != name+"@work.example" {
				t.failf("the work address should be left: %s", show(emails))
			}
		}),
		check("7644-3.5.2.2-5", Must, "remove of the last value leaves the attribute unassigned.", func(t *T) {
			after := t.patch("/Users/"+t.user().ID(), operation("remove", `emails[type eq "work"]`, nil))
			t.unassigned("emails", after.Get("emails"))
		}),
		check("7644-3.5.2.2-6", Must, "remove with a filter and a sub-attribute removes it from the values that match.", func(t *T) {
			mails, _ := twoMails(t)
			after := t.patch("/Users/"+t.user(mails).ID(), operation("remove", `emails[type eq "work"].type`, nil))
			for _, e := range objects(after.Get("emails")) {
				if _, typed := e["type"]; typed && e["type"] != "home" {
					t.failf("the type of the work address should be gone: %s", show(after.Get("emails")))
				}
			}
			t.equal("the number of emails", len(objects(after.Get("emails"))), 2)
		}),
		check("7644-3.5.2.2-7", Must, "remove of the last sub-attribute leaves the complex attribute unassigned.", func(t *T) {
			user := t.user(map[string]any{"name": map[string]any{"givenName": "Anna"}})
			t.unassigned("name", t.patch("/Users/"+user.ID(), operation("remove", "name.givenName", nil)).Get("name"))
		}),
		refusedPatch("7644-3.5.2.2-8", Must, "remove of a required attribute is refused with 400 mutability.", "mutability", func(*T) any {
			return patchBody(operation("remove", "userName", nil))
		}),
		refusedPatch("7644-3.5.2.2-9", Must, "remove of a read-only attribute is refused with 400 mutability.", "mutability", func(*T) any {
			return patchBody(operation("remove", "id", nil))
		}),
		check("7644-3.5.2.2-10", Must, "remove with a filter removes one member of a Group.", func(t *T) {
			first, second := t.user(), t.user()
			group := t.group(first, second)
			t.patch("/Groups/"+group.ID(), operation("remove", `members[value eq "`+first.ID()+`"]`, nil))
			t.members(group, second)
		}),
		check("7644-3.5.2.2-11", Must, "remove of members empties a Group.", func(t *T) {
			group := t.group(t.user(), t.user())
			t.patch("/Groups/"+group.ID(), operation("remove", "members", nil))
			t.members(group)
		}),
		check("7644-3.5.2.2-12", Must, "remove of an extension's last attribute leaves the extension unassigned.", func(t *T) {
			t.needEnterprise()
			user := t.user(map[string]any{
				"schemas": []any{userURN, enterpriseURN}, enterpriseURN: map[string]any{"department": "Fleet"},
			})
			after := t.patch("/Users/"+user.ID(), operation("remove", enterpriseURN+":department", nil))
			if extension, there := after.Body[enterpriseURN].(map[string]any); there && len(extension) > 0 {
				t.failf("the extension should be unassigned: %s", show(extension))
			}
		}),
	}
}

// patchReplacing covers RFC 7644 section 3.5.2.3.
func patchReplacing() []Requirement {
	return []Requirement{
		check("7644-3.5.2.3-1", Must, "replace without a path replaces the attributes of its value and keeps the others.", func(t *T) {
			user := t.user(map[string]any{"title": "Before"})
			after := t.patch("/Users/"+user.ID(), operation("replace", "", map[string]any{"title": "After"}))
			t.equal("title", after.Text("title"), "After")
			t.equal("displayName", after.Text("displayName"), user.Text("displayName"))
		}),
		check("7644-3.5.2.3-2", Must, "replace of a single-valued attribute replaces its value.", func(t *T) {
			user := t.user(map[string]any{"title": "Before"})
			t.equal("title", t.patch("/Users/"+user.ID(), operation("replace", "title", "After")).Text("title"), "After")
		}),
		check("7644-3.5.2.3-3", Must, "replace of a multi-valued attribute replaces all of its values.", func(t *T) {
			mails, name := twoMails(t)
			only := []any{map[string]any{"value": name + "@new.example", "type": "other"}}
			emails := objects(t.patch("/Users/"+t.user(mails).ID(), operation("replace", "emails", only)).Get("emails"))
			if len(emails) != 1 || emails[0]["value"] != name+"@new.example" {
				t.failf("only the new address should be there: %s", show(emails))
			}
		}),
		check("7644-3.5.2.3-4", Must, "replace of an attribute without a value adds it.", func(t *T) {
			t.equal("title", t.patch("/Users/"+t.user().ID(), operation("replace", "title", "Pilot")).Text("title"), "Pilot")
		}),
		check("7644-3.5.2.3-5", Must, "replace of a complex attribute replaces the sub-attributes given and keeps the others.", func(t *T) {
			user := t.user()
			after := t.patch("/Users/"+user.ID(), operation("replace", "name", map[string]any{"givenName": "Anna"}))
			t.equal("name.givenName", after.Text("name.givenName"), "Anna")
			t.equal("name.familyName", after.Text("name.familyName"), user.Text("name.familyName"))
		}),
		check("7644-3.5.2.3-6", Must, "replace of a sub-attribute replaces it alone.", func(t *T) {
			user := t.user()
			after := t.patch("/Users/"+user.ID(), operation("replace", "name.givenName", "Anna"))
			t.equal("name.givenName", after.Text("name.givenName"), "Anna")
			t.equal("name.familyName", after.Text("name.familyName"), user.Text("name.familyName"))
		}),
		check("7644-3.5.2.3-7", Must, "replace with a filter replaces the values that match.", func(t *T) {
			mails, name := twoMails(t)
			after := t.patch("/Users/"+t.user(mails).ID(), operation("replace", `emails[type eq "home"]`,
				map[string]any{"value": name + "@new.example", "type": "home"}))
			t.mail(after, "home", name+"@new.example")
			t.mail(after, "work", name+"@work.example")
		}),
		check("7644-3.5.2.3-8", Must, "replace with a filter and a sub-attribute replaces it in the values that match.", func(t *T) {
			mails, name := twoMails(t)
			after := t.patch("/Users/"+t.user(mails).ID(), operation("replace", `emails[type eq "home"].value`, name+"@new.example"))
			t.mail(after, "home", name+"@new.example")
			t.mail(after, "work", name+"@work.example")
		}),
		refusedPatch("7644-3.5.2.3-9", Must, "replace with a filter that matches nothing is refused with 400 noTarget.", "noTarget", func(*T) any {
			return patchBody(operation("replace", `emails[value eq "nobody@nowhere.example"].display`, "Nobody"))
		}),
		refusedPatch("7644-3.5.2.3-10", Must, "replace of whole values with a filter that matches nothing is refused with 400 noTarget.", "noTarget", func(*T) any {
			return patchBody(operation("replace", `emails[type eq "home"]`, map[string]any{"value": "x@home.example", "type": "home"}))
		}),
		check("7644-3.5.2.3-11", Must, "replace of members replaces all members of a Group.", func(t *T) {
			first, second := t.user(), t.user()
			group := t.group(first)
			t.patch("/Groups/"+group.ID(), operation("replace", "members", []any{map[string]any{"value": second.ID()}}))
			t.members(group, second)
		}),
		check("7644-3.5.2.3-12", Must, "replace of a Group's displayName keeps its members.", func(t *T) {
			user := t.user()
			group := t.group(user)
			name := "Group " + t.client.name()
			t.equal("displayName", t.patch("/Groups/"+group.ID(), operation("replace", "displayName", name)).Text("displayName"), name)
			t.members(group, user)
		}),
		check("7644-3.5.2.3-13", Must, "replace works on attributes of an extension, without a path too.", func(t *T) {
			t.needEnterprise()
			after := t.patch("/Users/"+t.user().ID(), operation("replace", "", map[string]any{
				enterpriseURN: map[string]any{"department": "Fleet"},
			}))
			t.equal("the extension", after.Body[enterpriseURN], map[string]any{"department": "Fleet"})
		}),
	}
}

// mail expects the address of a type.
func (t *T) mail(answer *Answer, kind, want string) {
	for _, e := range objects(answer.Get("emails")) {
		if e["type"] == kind && e["value"] == want {
			return
		}
	}
	t.failf("the %s address should be %s: %s", kind, want, show(answer.Get("emails")))
}
