package conformance

import (
	"net/http"
	"strings"
)

// creation covers RFC 7644 section 3.3.
func creation() []Requirement {
	return []Requirement{
		check("7644-3.3-1", Must, "A successful POST answers 201.", func(t *T) {
			t.status(t.do(http.MethodPost, "/Users", t.newUser()), http.StatusCreated)
		}),
		check("7644-3.3-2", Should, "The answer to a POST holds the new resource.", func(t *T) {
			body := t.newUser()
			answer := t.create("/Users", body)
			t.equal("userName", answer.Text("userName"), body["userName"])
			t.equal("displayName", answer.Text("displayName"), body["displayName"])
		}),
		check("7644-3.3-3", Must, "The Location header of a 201 is the URL of the new resource.", func(t *T) {
			answer := t.user()
			location := answer.Header.Get("Location")
			if !strings.Contains(location, "://") {
				t.failf("Location should be an absolute URL, is %q", location)
			}
			t.equal("the id at the Location", t.list(location).ID(), answer.ID())
		}),
		check("7644-3.3-4", Must, "meta.location of a new resource equals the Location header.", func(t *T) {
			answer := t.user()
			t.equal("meta.location", answer.Text("meta.location"), answer.Header.Get("Location"))
		}),
		check("7644-3.3-5", Must, "Values for read-only attributes in a POST are ignored: id.", func(t *T) {
			own := t.client.name()
			if answer := t.user(map[string]any{"id": own}); answer.ID() == own {
				t.failf("the client's id %q was taken over", own)
			}
		}),
		check("7644-3.3-6", Must, "Values for read-only attributes in a POST are ignored: meta.", func(t *T) {
			answer := t.user(map[string]any{"meta": map[string]any{
				"resourceType": "Spaceship", "created": "1999-01-01T00:00:00Z", "location": "https://elsewhere.example/x",
			}})
			t.equal("meta.resourceType", answer.Text("meta.resourceType"), "User")
			if strings.HasPrefix(answer.Text("meta.created"), "1999") || strings.Contains(answer.Text("meta.location"), "elsewhere") {
				t.failf("the client's meta was taken over: %s", show(answer.Get("meta")))
			}
		}),
		check("7644-3.3-7", Must, "Values for read-only attributes in a POST are ignored: groups of a User.", func(t *T) {
			group := t.group()
			answer := t.user(map[string]any{"groups": []any{map[string]any{"value": group.ID()}}})
			t.unassigned("groups", answer.Get("groups"))
			t.unassigned("members", t.list("/Groups/"+group.ID()).Get("members"))
		}),
		check("7644-3.3-8", Must, "A POST that conflicts with a resource that is there answers 409 with scimType uniqueness.", func(t *T) {
			body := t.newUser()
			t.create("/Users", body)
			body["externalId"] = "ext-" + t.client.name()
			t.refused(t.do(http.MethodPost, "/Users", body), http.StatusConflict, "uniqueness")
		}),
		check("7644-3.3-9", Must, "userName conflicts without regard to case.", func(t *T) {
			body := t.newUser()
			t.create("/Users", body)
			body["userName"] = strings.ToUpper(body["userName"].(string))
			body["externalId"] = "ext-" + t.client.name()
			t.refused(t.do(http.MethodPost, "/Users", body), http.StatusConflict, "uniqueness")
		}),
		check("7644-3.3-10", Must, "What a POST created can be read at once, as it was answered.", func(t *T) {
			answer := t.user()
			t.equal("the resource", t.list("/Users/"+answer.ID()).Body, answer.Body)
		}),
		check("7644-3.3-11", Must, "A body that is no JSON is refused with 400.", func(t *T) {
			t.refused(t.do(http.MethodPost, "/Users", `{"schemas":[`), http.StatusBadRequest, "invalidSyntax")
		}),
		check("7644-3.3-12", Must, "A value of the wrong type is refused with 400.", func(t *T) {
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"name": "not complex"})), http.StatusBadRequest, "")
		}),
		check("7644-3.3-13", Must, "A POST that is refused creates nothing.", func(t *T) {
			t.need("filter")
			body := t.newUser(map[string]any{"name": []any{1}})
			if answer := t.do(http.MethodPost, "/Users", body); answer.Status < 400 {
				t.skipf("the server accepts what should be refused (see 7644-3.3-12)")
			}
			t.found(t.get("/Users", "filter", `userName eq "`+body["userName"].(string)+`"`))
		}),
		check("7644-3.3.1-1", Must, "meta.resourceType of a new resource is that of the endpoint.", func(t *T) {
			t.equal("meta.resourceType", t.user().Text("meta.resourceType"), "User")
			t.equal("meta.resourceType", t.group().Text("meta.resourceType"), "Group")
		}),
		unseen("7644-3.3-14", Should, "Clients that want an attribute unassigned leave it out or send null.", "concerns clients"),
	}
}

// retrieval covers RFC 7644 sections 3.4.1 and 3.4.2.
func retrieval() []Requirement {
	return []Requirement{
		check("7644-3.4.1-1", Must, "GET of a resource that exists answers 200 with the resource.", func(t *T) {
			user := t.user()
			answer := t.list("/Users/" + user.ID())
			t.equal("id", answer.ID(), user.ID())
			t.equal("userName", answer.Text("userName"), user.Text("userName"))
		}),
		check("7644-3.4.1-2", Must, "GET of a resource that does not exist answers 404.", func(t *T) {
			t.refused(t.get("/Users/"+t.client.name()), http.StatusNotFound, "")
		}),
		check("7644-3.4.1-3", Must, "A resource is found at its own endpoint only.", func(t *T) {
			t.refused(t.get("/Groups/"+t.user().ID()), http.StatusNotFound, "")
		}),
		check("7644-3.4.1-4", Must, "GET changes nothing.", func(t *T) {
			user := t.user()
			before := t.list("/Users/" + user.ID())
			t.equal("the resource", t.list("/Users/"+user.ID()).Body, before.Body)
		}),
		check("7644-3.4.2-1", Must, "A list has totalResults, a number.", func(t *T) {
			if answer := t.list("/Users", "count", "1"); !isNumber(answer, "totalResults") {
				t.failf("totalResults should be a number, is %s", show(answer.Get("totalResults")))
			}
		}),
		check("7644-3.4.2-2", Must, "A list with results has Resources, an array.", func(t *T) {
			t.user()
			if answer := t.list("/Users"); len(answer.Resources()) == 0 {
				t.failf("Resources should hold users, is %s", show(answer.Get("Resources")))
			}
		}),
		check("7644-3.4.2-3", Must, "A query without matches answers 200 with totalResults 0.", func(t *T) {
			t.need("filter")
			answer := t.list("/Users", "filter", `userName eq "`+t.client.name()+`"`)
			t.equal("totalResults", answer.Get("totalResults"), 0)
			t.unassigned("Resources", answer.Get("Resources"))
		}),
		check("7644-3.4.2-4", Must, "A query for one resource that matches is a list all the same.", func(t *T) {
			t.need("filter")
			user := t.user()
			answer := t.list("/Users", "filter", `userName eq "`+user.Text("userName")+`"`)
			t.schemas(answer, listURN)
			t.found(answer, user)
		}),
		check("7644-3.4.2-5", Must, "A part of the results has startIndex and itemsPerPage.", func(t *T) {
			crew := t.crew(3)
			answer := t.list("/Users", "filter", crew.filter, "startIndex", "1", "count", "1")
			t.equal("startIndex", answer.Get("startIndex"), 1)
			t.equal("itemsPerPage", answer.Get("itemsPerPage"), 1)
			t.equal("totalResults", answer.Get("totalResults"), 3)
		}),
		check("7644-3.4.2-6", Must, "A listed resource is shown as when it is read by itself.", func(t *T) {
			t.need("filter")
			user := t.user()
			answer := t.list("/Users", "filter", `userName eq "`+user.Text("userName")+`"`)
			t.found(answer, user)
			t.equal("the resource", answer.Resources()[0], t.list("/Users/"+user.ID()).Body)
		}),
		check("7644-3.4.2.1-1", Must, "A query at the root looks through all resource types.", func(t *T) {
			user, group, answer := t.atRoot()
			t.found(answer, user, group)
		}),
		check("7644-3.4.2.1-2", Must, "In a query at the root, an attribute that a type does not have counts as unassigned.", func(t *T) {
			user, _, answer := t.atRoot()
			if answer.Status != http.StatusOK {
				t.skipf("the server does not answer queries at the root")
			}
			filter := `userName eq "` + user.Text("userName") + `"`
			t.found(t.get("/", "filter", filter), user)
		}),
		check("7644-3.4.2.1-3", Must, "Each result of a query at the root tells its type.", func(t *T) {
			_, _, answer := t.atRoot()
			kinds := map[string]bool{}
			for _, r := range answer.Resources() {
				kind, _ := get(r, "meta.resourceType").(string)
				kinds[kind] = true
			}
			t.equal("the types", kinds, map[string]bool{"User": true, "Group": true})
		}),
	}
}

// atRoot makes a user and a group of one externalId and queries both.
func (t *T) atRoot() (user, group, answer *Answer) {
	t.need("filter")
	t.needType("/Groups")
	external := "ext-" + t.client.name()
	user = t.user(map[string]any{"externalId": external})
	body := t.newGroup()
	body["externalId"] = external
	group = t.create("/Groups", body)
	answer = t.get("/", "filter", `externalId eq "`+external+`"`)
	if answer.Status == http.StatusForbidden || answer.Status == http.StatusNotImplemented || answer.Text("scimType") == "tooMany" {
		t.skipf("the server refuses queries at the root, as it may")
	}
	return user, group, answer
}

func isNumber(answer *Answer, path string) bool {
	_, ok := answer.Number(path)
	return ok
}
