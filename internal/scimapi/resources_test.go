package scimapi

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const kai = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kai@lumen.example","externalId":"x-1",
	"name":{"givenName":"Kai"},"emails":[{"value":"kai@lumen.example","type":"work","primary":true}],"active":true,"groups":[],"password":"r4nd0m"}`

func TestLifeOfAUser(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("okta", "")

	w := c.send("POST", "/Users", kai)
	created := decode(t, "create", w)
	id, _ := created["id"].(string)
	place := "http://host" + c.base + "/Users/" + id
	if w.Code != 201 || id == "" || w.Header().Get("Location") != place || w.Header().Get("ETag") != at(created, "meta.version") {
		t.Fatalf("create: %d, headers %v, body %s", w.Code, w.Header(), w.Body)
	}
	meta, _ := created["meta"].(map[string]any)
	if meta["location"] != place || meta["resourceType"] != "User" || meta["created"] == nil || meta["created"] != meta["lastModified"] {
		t.Errorf("meta %v", meta)
	}
	if _, ok := created["password"]; ok {
		t.Error("the password is in the answer")
	}
	read := c.ok(200, "GET", "/Users/"+id, "")
	if diff := cmp.Diff(created, read); diff != "" {
		t.Errorf("what was created is not what is read: %s", diff)
	}

	replaced := c.ok(200, "PUT", "/Users/"+id, `{"userName":"kai@lumen.example","externalId":"x-1","displayName":"Kai Ito","id":"other","active":true}`)
	if replaced["displayName"] != "Kai Ito" || replaced["name"] != nil || replaced["id"] != id {
		t.Errorf("replaced: %v", replaced)
	}
	patched := c.ok(200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","value":{"active":false}}]}`)
	if patched["active"] != false || at(patched, "meta.version") == at(replaced, "meta.version") {
		t.Errorf("patched: %v", patched)
	}

	if w := c.send("DELETE", "/Users/"+id, ""); w.Code != 204 || w.Body.Len() != 0 || w.Header().Get("Content-Type") != "" {
		t.Errorf("delete: %d %q %v", w.Code, w.Body, w.Header())
	}
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		body := map[string]string{"PUT": kai, "PATCH": `{"Operations":[{"op":"replace","path":"active","value":true}]}`}[method]
		c.fails(404, "", method, "/Users/"+id, body)
	}
}

func TestLocationsKeepTheFormOfTheURL(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	id := c.group("Crew", c.user("kai"))
	for _, base := range []string{"/scim/v2", "/scim/v2/" + c.id} {
		c.base = base
		group := c.ok(200, "GET", "/Groups/"+id, "")
		if got, want := at(group, "meta.location"), "http://host"+base+"/Groups/"+id; got != want {
			t.Errorf("location %v, want %s", got, want)
		}
		if got := values(group["members"], "$ref"); len(got) != 1 || got[0] != "http://host"+base+"/Users/"+values(group["members"], "value")[0] {
			t.Errorf("$ref %v", got)
		}
	}
}

func TestEntityTags(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	id := c.user("kai")
	path := "/Users/" + id
	tag := c.send("GET", path, "").Header().Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if w := c.send("GET", path, "", "If-None-Match: "+tag); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
		t.Errorf("GET what the client has: %d %q %v", w.Code, w.Body, w.Header())
	}
	patch := `{"Operations":[{"op":"replace","path":"title","value":"Pilot"}]}`
	c.fails(412, "", "PATCH", path, patch, `If-Match: W/"99"`)
	c.ok(200, "PATCH", path, patch, "If-Match: "+tag)
	c.fails(412, "", "PUT", path, `{"userName":"kai"}`, "If-Match: "+tag)
	c.fails(412, "", "DELETE", path, "", "If-Match: "+tag)
	c.ok(200, "GET", path, "", "If-None-Match: "+tag)
}

func TestAnswersToPatchOfAGroup(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("entra", "")
	user := c.user("kai")
	id := c.group("Crew")
	add := `{"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":"` + user + `"}]}]}`
	for query, want := range map[string][]string{
		"":                               nil,
		"?attributes=displayName":        {"displayName", "id", "schemas"},
		"?attributes=members":            {"id", "members", "schemas"},
		"?excludedAttributes=members":    {"displayName", "id", "meta", "schemas"},
		"?excludedAttributes=externalId": {"displayName", "id", "meta", "schemas"},
	} {
		status := http.StatusOK
		if want == nil {
			status = http.StatusNoContent
		}
		var got []string
		for name := range c.ok(status, "PATCH", "/Groups/"+id+query, add) {
			got = append(got, name)
		}
		if diff := cmp.Diff(want, sorted(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	if got := values(c.ok(200, "GET", "/Groups/"+id, "")["members"], "value"); len(got) != 1 || got[0] != user {
		t.Errorf("members %v", got)
	}
}

func TestPutWithoutMembers(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	for name, keeps := range map[string]bool{"keycloak": true, "okta": false} {
		c := e.client(name, "")
		id := c.group("Crew", c.user("kai"))
		c.ok(200, "PUT", "/Groups/"+id, `{"displayName":"Crew"}`)
		if got := len(values(c.ok(200, "GET", "/Groups/"+id, "")["members"], "value")) == 1; got != keeps {
			t.Errorf("%s: PUT without members keeps them: %t, want %t", name, got, keeps)
		}
		c.ok(200, "PUT", "/Groups/"+id, `{"displayName":"Crew","members":[]}`)
		if got := c.ok(200, "GET", "/Groups/"+id, "")["members"]; got != nil {
			t.Errorf("%s: PUT with no members leaves %v", name, got)
		}
	}
}

func TestRepairsAndStrictMode(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	path := "/Users/"
	body := `{"Operations":[{"op":"Replace","path":"active","value":"False"}]}`
	c := e.client("entra", "")
	if got := c.ok(200, "PATCH", path+c.user("kai"), body)["active"]; got != false {
		t.Errorf("active %v", got)
	}
	c = e.client("entra", "").strict()
	c.fails(400, "invalidSyntax", "PATCH", path+c.user("kai"), body)
	c.fails(401, "", "GET", "/Users", "", "Authorization: "+c.token)
	c.fails(400, "invalidFilter", "GET", "/Users?filter=userName+eq+kai", "")
}

func TestRegisteredType(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	device := `{"schemas":["urn:example:Device"],"serial":"S1","owner":"kai"}`
	created := c.ok(201, "POST", "/Devices", device)
	id, _ := created["id"].(string)
	if created["owner"] != nil || created["serial"] != "S1" {
		t.Errorf("created %v", created)
	}
	if got := c.ok(200, "GET", "/devices/"+id+"?attributes=owner", "")["owner"]; got != "kai" {
		t.Errorf("owner on request: %v", got)
	}
	c.fails(409, "uniqueness", "POST", "/Devices", device)
	c.ok(200, "PATCH", "/Devices/"+id, `{"Operations":[{"op":"replace","path":"serial","value":"S2"}]}`)
	c.ok(204, "DELETE", "/Devices/"+id, "")
}

func TestMe(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		c.fails(501, "", method, "/Me", "")
	}
}
