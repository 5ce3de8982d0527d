package conformance

import (
	"crypto/tls"
	"net/http"
	"strconv"
	"strings"
)

// discovery covers RFC 7644 section 4.
func discovery() []Requirement {
	all := []Requirement{
		check("7644-4-1", Must, "/ServiceProviderConfig answers with one JSON object.", func(t *T) {
			answer := t.list("/ServiceProviderConfig")
			t.schemas(answer, "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig")
		}),
	}
	all = append(all, discoveryOf(2, "/Schemas", "id")...)
	return append(all, discoveryOf(9, "/ResourceTypes", "name")...)
}

// discoveryOf covers one of the two lists.
func discoveryOf(first int, path, key string) []Requirement {
	id := func(k int) string { return "7644-4-" + strconv.Itoa(first+k) }
	return []Requirement{
		check(id(0), Must, path+" answers with a ListResponse of all.", func(t *T) {
			answer := t.list(path)
			t.schemas(answer, listURN)
			t.equal("totalResults", answer.Get("totalResults"), len(t.listed(path)))
		}),
		check(id(1), Must, path+" followed by an id answers with that one.", func(t *T) {
			for _, r := range t.listed(path) {
				name, _ := r[key].(string)
				t.equal("the resource", t.list(path+"/"+name).Body, r)
			}
		}),
		check(id(2), Must, path+" followed by an id that is unknown answers 404.", func(t *T) {
			t.refused(t.get(path+"/"+t.client.name()), http.StatusNotFound, "")
		}),
		check(id(3), Must, path+" ignores sorting and paging.", func(t *T) {
			t.equal("the answer", t.list(path, "startIndex", "2", "count", "1", "sortBy", "name", "sortOrder", "descending").Get("Resources"), t.list(path).Get("Resources"))
		}),
		check(id(4), Should, path+" with a filter answers 403.", func(t *T) {
			t.refused(t.get(path, "filter", `name eq "User"`), http.StatusForbidden, "")
		}),
		check(id(5), Must, path+" is read only: PUT and DELETE change nothing.", func(t *T) {
			before := t.list(path)
			for _, method := range []string{http.MethodPut, http.MethodDelete} {
				if answer := t.do(method, path+"/User", map[string]any{}); answer.Status < 400 {
					t.failf("%s was answered %d", method, answer.Status)
				}
			}
			t.equal("the list", t.list(path).Get("Resources"), before.Get("Resources"))
		}),
		check(id(6), Must, path+" shows meta.location and meta.resourceType true to what is read there.", func(t *T) {
			for _, r := range t.listed(path) {
				location, _ := get(r, "meta.location").(string)
				if location == "" {
					t.skipf("the resources of %s have no meta.location", path)
				}
				t.equal("what is at meta.location", t.list(location).Body, r)
			}
		}),
	}
}

// internationalized covers RFC 7644 sections 5 and 7.8.
func internationalized() []Requirement {
	return []Requirement{
		check("7644-5-1", Must, "userName is prepared before it is compared: the same name, composed otherwise, conflicts.", func(t *T) {
			name := t.client.name() + "@probe.example"
			t.user(map[string]any{"userName": "zo\u00eb-" + name})
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": "zoe\u0308-" + name})), http.StatusConflict, "uniqueness")
		}),
		check("7644-5-2", Must, "userName is prepared before it is compared: letters beyond ASCII conflict without case.", func(t *T) {
			name := "ærøskøbing-" + t.client.name() + "@probe.example"
			t.user(map[string]any{"userName": name})
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": strings.ToUpper(name)})), http.StatusConflict, "uniqueness")
		}),
		check("7644-7.8-1", Must, "Strings in filters are prepared before they are compared.", func(t *T) {
			t.need("filter")
			name := "ærøskøbing-" + t.client.name() + "@probe.example"
			user := t.user(map[string]any{"userName": name})
			t.found(t.get("/Users", "filter", `userName eq "`+strings.ToUpper(name)+`"`), user)
		}),
		unseen("7644-5-3", Must, "Passwords are prepared before they are compared.", "a client cannot make the provider compare a password over SCIM"),
	}
}

// tenancy covers RFC 7644 section 6.
func tenancy() []Requirement {
	return []Requirement{
		unseen("7644-6-1", Must, "What belongs to another tenant is not found.", "needs the credentials of two tenants"),
		unseen("7644-6.3-1", Must, "ids are unique across tenants or scoped to one; externalId is scoped to the tenant.", "needs the credentials of two tenants"),
	}
}

// security covers RFC 7644 section 7.
func security() []Requirement {
	return []Requirement{
		check("7644-7.2-1", Must, "The connection is protected by TLS 1.2 or newer.", func(t *T) {
			answer := t.get("/ServiceProviderConfig")
			if answer.TLS == 0 {
				t.skipf("the base URL is http: TLS may be ended in front of the server")
			}
			if answer.TLS < tls.VersionTLS12 {
				t.failf("the server speaks %s", tls.VersionName(answer.TLS))
			}
		}),
		check("7644-7.5.2-1", Should, "What is sensitive can be asked for by POST rather than in a URL.", func(t *T) {
			user := t.user()
			t.found(t.search("/Users", map[string]any{"filter": `userName eq "` + user.Text("userName") + `"`}), user)
		}),
		check("7644-7.7-1", MustNot, "A password is never shown, neither when it is set nor later.", func(t *T) {
			user := t.user(map[string]any{"password": "t0p-Secret-" + t.client.name()})
			t.lacks(user.Body, "password")
			t.lacks(t.list("/Users/"+user.ID()).Body, "password")
		}),
		check("7644-7.7-2", MustNot, "An error does not repeat a password.", func(t *T) {
			secret := "t0p-Secret-" + t.client.name()
			answer := t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"password": secret, "userName": nil}))
			t.status(answer, http.StatusBadRequest)
			if strings.Contains(string(answer.Raw), secret) {
				t.failf("the answer repeats the password")
			}
		}),
		check("7644-7.7-3", MustNot, "A filter on password finds nothing out.", func(t *T) {
			t.need("filter")
			secret := "t0p-Secret-" + t.client.name()
			user := t.user(map[string]any{"password": secret})
			answer := t.get("/Users", "filter", `userName eq "`+user.Text("userName")+`" and password eq "`+secret+`"`)
			if answer.Status == http.StatusOK && len(answer.Resources()) > 0 {
				t.failf("the filter tells that the password is right")
			}
		}),
		unseen("7644-7.2-2", Must, "Clients check the server's certificate.", "concerns clients"),
		unseen("7644-7.3-1", Must, "Tokens are kept from being stolen and cannot be guessed.", "how tokens are made and kept cannot be seen from outside"),
		unseen("7644-7.4-1", Should, "Bearer tokens expire.", "the life of a token cannot be seen within a run"),
		unseen("7644-7.5.1-1", Should, "Personal data is held for its purpose only.", "cannot be seen from outside"),
		unseen("7644-7.6-1", Should, "Anonymous requests, where accepted, are guarded against abuse.", "which guards there are cannot be seen from outside"),
		unseen("7644-7.7-4", MustNot, "Passwords are not stored in clear text.", "cannot be seen from outside"),
	}
}
