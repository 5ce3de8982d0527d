package conformance

import (
	"net/http"
	"slices"
	"strings"
)

// schemaBasics covers RFC 7643 section 2.
func schemaBasics() []Requirement {
	return []Requirement{
		check("7643-2.1-1", Must, "Attribute names compare without case.", func(t *T) {
			body := t.newUser()
			body["USERNAME"], body["dIsPlAyNaMe"] = body["userName"], "Cased"
			delete(body, "userName")
			delete(body, "displayName")
			t.equal("displayName", t.create("/Users", body).Text("displayName"), "Cased")
		}),
		check("7643-2.1-2", Must, "Attributes come back under the names of the schema.", func(t *T) {
			body := t.newUser()
			body["TITLE"] = "Pilot"
			t.equal("title", t.create("/Users", body).Text("title"), "Pilot")
		}),
		check("7643-2.3.2-1", Must, "A boolean is a JSON boolean.", func(t *T) {
			t.equal("active", t.user(map[string]any{"active": false}).Get("active"), false)
		}),
		check("7643-2.3.5-1", Must, "A dateTime is an xsd:dateTime with date, time and zone.", func(t *T) {
			user := t.user()
			t.moment(user, "meta.created")
			t.moment(user, "meta.lastModified")
		}),
		check("7643-2.3.6-1", Must, "A binary value is base64 text, and comes back as it was.", func(t *T) {
			user := t.user(map[string]any{"x509Certificates": []any{map[string]any{"value": "MIIB+/4="}}})
			t.equal("x509Certificates.value", objects(user.Get("x509Certificates"))[0]["value"], "MIIB+/4=")
		}),
		check("7643-2.3.7-1", Must, "The reference to a resource is its URL.", func(t *T) {
			user := t.user()
			group := t.list("/Groups/" + t.group(user).ID())
			reference, _ := objects(group.Get("members"))[0]["$ref"].(string)
			if reference == "" {
				t.skipf("the server's members have no $ref")
			}
			if !strings.Contains(reference, "://") {
				reference = "/" + strings.TrimLeft(strings.TrimPrefix(reference, ".."), "/")
			}
			t.equal("the id at $ref", t.list(reference).ID(), user.ID())
		}),
		check("7643-2.4-1", Must, "primary is true for one value at most.", func(t *T) {
			name := t.client.name()
			answer := t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"emails": []any{
				map[string]any{"value": name + "@a.example", "type": "work", "primary": true},
				map[string]any{"value": name + "@b.example", "type": "home", "primary": true},
			}}))
			if answer.Status == http.StatusBadRequest {
				return
			}
			t.status(answer, http.StatusCreated)
			primaries := 0
			for _, e := range objects(answer.Get("emails")) {
				if e["primary"] == true {
					primaries++
				}
			}
			if primaries > 1 {
				t.failf("%d values are primary: %s", primaries, show(answer.Get("emails")))
			}
		}),
		check("7643-2.4-2", ShouldNot, "The same type and value is not returned twice in an attribute.", func(t *T) {
			mail := map[string]any{"value": t.client.name() + "@a.example", "type": "work"}
			answer := t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"emails": []any{mail, mail}}))
			if answer.Status == http.StatusBadRequest {
				return
			}
			t.status(answer, http.StatusCreated)
			t.equal("the number of emails", len(objects(answer.Get("emails"))), 1)
		}),
		check("7643-2.5-1", Must, "null unassigns an attribute.", func(t *T) {
			user, body := t.changed(map[string]any{"title": "Pilot"}, nil)
			body["title"] = nil
			t.status(t.put(user, body), http.StatusOK)
			t.unassigned("title", t.list("/Users/"+user.ID()).Get("title"))
		}),
		check("7643-2.5-2", Must, "An empty array unassigns a multi-valued attribute.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"emails": []any{}})
			t.status(t.put(user, body), http.StatusOK)
			t.unassigned("emails", t.list("/Users/"+user.ID()).Get("emails"))
		}),
		check("7643-2.5-3", Must, "null is accepted where nothing is assigned.", func(t *T) {
			body := t.newUser()
			body["title"], body["addresses"] = nil, nil
			user := t.create("/Users", body)
			t.unassigned("title", user.Get("title"))
		}),
	}
}

// commonAttributes covers RFC 7643 section 3.
func commonAttributes() []Requirement {
	return []Requirement{
		check("7643-3-1", Must, "schemas is a non-empty array of URNs.", func(t *T) {
			list, _ := t.user().Get("schemas").([]any)
			if len(list) == 0 {
				t.failf("schemas is empty")
			}
		}),
		check("7643-3-2", MustNot, "schemas holds no value twice.", func(t *T) {
			user := t.user(map[string]any{"schemas": []any{userURN, userURN}})
			seen := map[any]bool{}
			for _, urn := range values(user, "schemas") {
				if seen[urn] {
					t.failf("%v is there twice", urn)
				}
				seen[urn] = true
			}
		}),
		check("7643-3-3", Must, "schemas holds only schemas of the resource type.", func(t *T) {
			user := t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"schemas": []any{userURN, "urn:example:" + t.client.name()}}))
			if user.Status == http.StatusBadRequest {
				return
			}
			t.status(user, http.StatusCreated)
			known := t.knownSchemas("/Users")
			for _, urn := range values(user, "schemas") {
				if text, _ := urn.(string); !slices.Contains(known, strings.ToLower(text)) {
					t.failf("%v is no schema of the resource type", urn)
				}
			}
		}),
		check("7643-3.1-1", Must, "Each resource has a non-empty id.", func(t *T) {
			t.has(t.list("/Users/"+t.user().ID()).Body, "id")
		}),
		check("7643-3.1-2", Must, "id is unique across all resources, whatever their type.", func(t *T) {
			if t.user().ID() == t.group().ID() {
				t.failf("a user and a group share an id")
			}
		}),
		check("7643-3.1-3", Must, "id stays the same over a change of everything else.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"userName": t.client.name() + "@renamed.example"})
			t.equal("id", t.put(user, body).ID(), user.ID())
		}),
		check("7643-3.1-4", MustNot, "An id does not contain bulkId.", func(t *T) {
			if strings.Contains(t.user().ID(), "bulkId") {
				t.failf("the id contains bulkId")
			}
		}),
		check("7643-3.1-5", MustNot, "The client does not choose the id.", func(t *T) {
			own := t.client.name()
			if t.user(map[string]any{"id": own}).ID() == own {
				t.failf("the client's id was taken over")
			}
		}),
		check("7643-3.1-6", Must, "externalId is kept as the client sent it.", func(t *T) {
			external := "Ext/" + t.client.name() + "+X"
			t.equal("externalId", t.user(map[string]any{"externalId": external}).Text("externalId"), external)
		}),
		check("7643-3.1-7", Must, "meta.lastModified equals meta.created as long as nothing was changed.", func(t *T) {
			user := t.user()
			t.equal("meta.lastModified", user.Text("meta.lastModified"), user.Text("meta.created"))
		}),
		check("7643-3.1-8", Must, "meta.created stays when the resource changes.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"title": "Pilot"})
			t.equal("meta.created", t.put(user, body).Text("meta.created"), user.Text("meta.created"))
		}),
		check("7643-3.1-9", Must, "meta.location is the URL of the resource.", func(t *T) {
			user := t.user()
			t.equal("the resource there", t.list(user.Text("meta.location")).ID(), user.ID())
		}),
		check("7643-3.1-10", Must, "meta.location equals the Content-Location header where there is one.", func(t *T) {
			answer := t.list("/Users/" + t.user().ID())
			if answer.Header.Get("Content-Location") == "" {
				t.skipf("the server sends no Content-Location")
			}
			t.equal("Content-Location", answer.Header.Get("Content-Location"), answer.Text("meta.location"))
		}),
		check("7643-3.1-11", Must, "meta.resourceType is the name of a resource type.", func(t *T) {
			kind := t.user().Text("meta.resourceType")
			t.status(t.get("/ResourceTypes/"+kind), http.StatusOK)
		}),
		check("7643-3.3-1", Must, "Attributes of an extension stand under its URN.", func(t *T) {
			t.needEnterprise()
			user := t.user(map[string]any{"schemas": []any{userURN, enterpriseURN}, enterpriseURN: map[string]any{"department": "Fleet"}})
			t.equal("the extension", user.Body[enterpriseURN], map[string]any{"department": "Fleet"})
		}),
		check("7643-3.3-2", Must, "schemas names an extension that has values.", func(t *T) {
			t.needEnterprise()
			t.schemas(t.user(map[string]any{"schemas": []any{userURN, enterpriseURN}, enterpriseURN: map[string]any{"department": "Fleet"}}), enterpriseURN)
		}),
	}
}

// knownSchemas lists the schemas of a resource type in lower case.
func (t *T) knownSchemas(endpoint string) []string {
	kind := t.features.resourceType(endpoint)
	if kind == nil {
		t.skipf("the server does not list its resource types")
	}
	core, _ := kind["schema"].(string)
	known := []string{strings.ToLower(core)}
	for _, e := range objects(kind["schemaExtensions"]) {
		urn, _ := e["schema"].(string)
		known = append(known, strings.ToLower(urn))
	}
	return known
}

// coreResources covers RFC 7643 section 4.
func coreResources() []Requirement {
	return []Requirement{
		check("7643-4.1.1-1", Must, "A User without userName is refused.", func(t *T) {
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": nil})), http.StatusBadRequest, "")
		}),
		check("7643-4.1.1-2", Must, "A User with an empty userName is refused.", func(t *T) {
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": ""})), http.StatusBadRequest, "")
		}),
		check("7643-4.1.1-3", Must, "userName is unique among Users.", func(t *T) {
			user := t.user()
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": user.Text("userName")})), http.StatusConflict, "uniqueness")
		}),
		check("7643-4.1.1-4", MustNot, "password is not returned.", func(t *T) {
			t.lacks(t.user(map[string]any{"password": "t0p-Secret-" + t.client.name()}).Body, "password")
		}),
		check("7643-4.1.1-5", Must, "active false is kept, and the User can still be read and found.", func(t *T) {
			t.need("filter")
			user := t.user(map[string]any{"active": false})
			t.equal("active", t.list("/Users/"+user.ID()).Get("active"), false)
			t.found(t.get("/Users", "filter", `userName eq "`+user.Text("userName")+`"`), user)
		}),
		check("7643-4.1.2-1", Must, "groups of a User shows the Groups it is a member of.", func(t *T) {
			user := t.user()
			group := t.group(user)
			groups := objects(t.list("/Users/" + user.ID()).Get("groups"))
			if len(groups) != 1 || groups[0]["value"] != group.ID() {
				t.failf("groups should hold %s: %s", group.ID(), show(groups))
			}
		}),
		check("7643-4.1.2-2", Must, "Membership changes by the Group, not by groups of the User.", func(t *T) {
			body := t.newUser()
			user := t.create("/Users", body)
			group := t.group()
			body["groups"] = []any{map[string]any{"value": group.ID()}}
			t.status(t.put(user, body), http.StatusOK)
			t.members(group)
		}),
		check("7643-4.1.2-3", Must, "The multi-valued attributes of a User come back as they were sent.", func(t *T) {
			sent := map[string]any{
				"phoneNumbers": []any{map[string]any{"value": "+47 123", "type": "mobile"}},
				"addresses":    []any{map[string]any{"type": "work", "streetAddress": "Berth 4", "locality": "Bergen", "country": "NO"}},
				"roles":        []any{map[string]any{"value": "pilot", "primary": true}},
				"photos":       []any{map[string]any{"value": "https://photos.example/1.jpg", "type": "photo"}},
				"ims":          []any{map[string]any{"value": "mira", "type": "xmpp"}},
				"entitlements": []any{map[string]any{"value": "charts"}},
			}
			user := t.list("/Users/" + t.user(sent).ID())
			for name, value := range sent {
				t.equal(name, user.Get(name), value)
			}
		}),
		check("7643-4.1.1-6", Must, "The single-valued attributes of a User come back as they were sent.", func(t *T) {
			sent := map[string]any{
				"nickName": "Ace", "profileUrl": "https://people.example/ace", "title": "Pilot", "userType": "Crew",
				"preferredLanguage": "nb-NO", "locale": "nb_NO", "timezone": "Europe/Oslo",
				"name": map[string]any{"formatted": "Dr. Mira B. Holt II", "familyName": "Holt", "givenName": "Mira", "middleName": "B.", "honorificPrefix": "Dr.", "honorificSuffix": "II"},
			}
			user := t.list("/Users/" + t.user(sent).ID())
			for name, value := range sent {
				t.equal(name, user.Get(name), value)
			}
		}),
		check("7643-4.2-1", Must, "A Group without displayName is refused.", func(t *T) {
			t.needType("/Groups")
			t.refused(t.do(http.MethodPost, "/Groups", map[string]any{"schemas": []any{groupURN}}), http.StatusBadRequest, "")
		}),
		check("7643-4.2-2", Must, "A Group can be without members.", func(t *T) {
			t.members(t.group())
		}),
		check("7643-4.2-3", Must, "A member's value is the id of a resource, and its type is shown right.", func(t *T) {
			user := t.user()
			member := objects(t.list("/Groups/" + t.group(user).ID()).Get("members"))[0]
			t.equal("value", member["value"], user.ID())
			if kind, there := member["type"]; there {
				t.equal("type", kind, "User")
			}
		}),
		check("7643-4.2-4", Must, "Groups can be members of Groups, or are refused.", func(t *T) {
			inner := t.group()
			answer := t.do(http.MethodPost, "/Groups", t.newGroup(inner))
			if answer.Status == http.StatusBadRequest {
				t.skipf("the server refuses nested groups, as it may")
			}
			t.status(answer, http.StatusCreated)
			t.members(answer, inner)
		}),
		check("7643-4.3-1", Must, "The enterprise attributes come back as they were sent.", func(t *T) {
			t.needEnterprise()
			manager := t.user()
			sent := map[string]any{
				"employeeNumber": "7001", "costCenter": "12", "organization": "Fjord", "division": "North", "department": "Fleet",
			}
			extension := merged(map[string]any{"manager": map[string]any{"value": manager.ID()}}, []map[string]any{sent})
			user := t.user(map[string]any{"schemas": []any{userURN, enterpriseURN}, enterpriseURN: extension})
			for name, value := range sent {
				t.equal(name, get(user.Body[enterpriseURN], name), value)
			}
			t.equal("manager.value", get(user.Body[enterpriseURN], "manager.value"), manager.ID())
		}),
		check("7643-4.3-2", Must, "manager.displayName is read only: a value sent is ignored.", func(t *T) {
			t.needEnterprise()
			manager := t.user()
			user := t.user(map[string]any{"schemas": []any{userURN, enterpriseURN}, enterpriseURN: map[string]any{
				"manager": map[string]any{"value": manager.ID(), "displayName": "Somebody Else"},
			}})
			if get(user.Body[enterpriseURN], "manager.displayName") == "Somebody Else" {
				t.failf("the client's displayName was taken over")
			}
		}),
	}
}
