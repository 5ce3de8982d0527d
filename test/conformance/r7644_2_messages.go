package conformance

import (
	"net/http"
	"strings"
)

// authentication covers RFC 7644 sections 1.3 and 2.
func authentication() []Requirement {
	return []Requirement{
		check("7644-1.3-1", MustNot, "The base URL contains no query string.", func(t *T) {
			if strings.ContainsAny(t.client.base, "?#") {
				t.failf("the base URL %q has a query or fragment", t.client.base)
			}
		}),
		check("7644-2-1", Must, "A 401 names the supported authentication schemes in WWW-Authenticate.", func(t *T) {
			answer := t.do(http.MethodGet, "/Users", nil, header{"Authorization", ""})
			if answer.Status != http.StatusUnauthorized {
				t.skipf("a request without credentials is answered %d, not 401", answer.Status)
			}
			if answer.Header.Get("WWW-Authenticate") == "" {
				t.failf("the 401 has no WWW-Authenticate header")
			}
		}),
		check("7644-2-2", Must, "Requests are mapped to an access control policy: wrong credentials read nothing.", func(t *T) {
			answer := t.do(http.MethodGet, "/Users", nil, header{"Authorization", "Bearer not-a-token-of-anybody"})
			t.status(answer, http.StatusUnauthorized, http.StatusForbidden)
		}),
		check("7644-2-3", Must, "Requests are mapped to an access control policy: wrong credentials write nothing.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users", t.newUser(), header{"Authorization", "Bearer not-a-token-of-anybody"})
			t.status(answer, http.StatusUnauthorized, http.StatusForbidden)
		}),
		unseen("7644-2-4", Must, "The authenticated client is mapped to an access control policy that decides what it may read and change.",
			"the policy itself cannot be seen with the credentials of one client"),
		unseen("7644-2-5", Should, "The provider states in its configuration which authentication scheme it prefers.",
			"which scheme is preferred is not known from outside; the list is checked by 7643-5-9"),
		unseen("7644-2.1-1", Must, "A token used to act for a user is not taken for that user's own session.",
			"concerns how tokens are used as authentication, inside the provider"),
	}
}

// messages covers RFC 7644 sections 3.1 and 3.2.
func messages() []Requirement {
	return []Requirement{
		check("7644-3.1-1", Must, "A list names the ListResponse schema.", func(t *T) {
			t.schemas(t.list("/Users", "count", "1"), listURN)
		}),
		check("7644-3.1-2", Must, "An error names the Error schema.", func(t *T) {
			answer := t.get("/Users/" + t.client.name())
			t.status(answer, http.StatusNotFound)
			t.schemas(answer, errorURN)
		}),
		check("7644-3.1-3", Must, "A resource names the schemas of its attributes.", func(t *T) {
			t.schemas(t.user(), userURN)
		}),
		check("7644-3.2-1", Must, "GET reads Users and Groups, one or many.", func(t *T) {
			t.list("/Users/" + t.user().ID())
			t.list("/Users", "count", "1")
			t.needType("/Groups")
			t.list("/Groups/" + t.group().ID())
			t.list("/Groups", "count", "1")
		}),
		check("7644-3.2-2", Must, "An endpoint that does not exist is answered with an error of 4xx or 501.", func(t *T) {
			answer := t.get("/NoSuchEndpoint-" + t.client.name())
			if answer.Status < 400 || answer.Status >= 500 && answer.Status != http.StatusNotImplemented {
				t.failf("expected a 4xx or 501, got %d", answer.Status)
			}
		}),
		check("7644-3.2-3", Must, "A method that an endpoint does not have is answered 404, 405 or 501 and changes nothing.", func(t *T) {
			user := t.user()
			t.status(t.do(http.MethodPost, "/Users/"+user.ID(), t.newUser()), http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented)
			t.equal("userName", t.list("/Users/"+user.ID()).Text("userName"), user.Text("userName"))
		}),
		check("7644-3.2-4", Must, "The discovery endpoints can only be read.", func(t *T) {
			for _, path := range []string{"/ServiceProviderConfig", "/ResourceTypes", "/Schemas"} {
				answer := t.do(http.MethodPost, path, map[string]any{"schemas": []any{userURN}})
				if answer.Status < 400 {
					t.failf("POST %s was answered %d", path, answer.Status)
				}
			}
		}),
	}
}
