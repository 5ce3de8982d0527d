package conformance

import (
	"mime"
	"net/http"
	"strings"
)

// formats covers RFC 7644 sections 3.8 and 8.1.
func formats() []Requirement {
	return []Requirement{
		check("7644-3.8-1", Must, "Requests in JSON are accepted as application/scim+json.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users", t.newUser(), header{"Content-Type", "application/scim+json"})
			t.status(answer, http.StatusCreated)
		}),
		check("7644-3.8-2", Should, "Requests in JSON are accepted as application/json.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users", t.newUser(), header{"Content-Type", "application/json"})
			t.status(answer, http.StatusCreated)
		}),
		check("7644-3.8-3", Must, "A charset parameter of utf-8 does no harm.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users", t.newUser(), header{"Content-Type", "application/scim+json; charset=utf-8"})
			t.status(answer, http.StatusCreated)
		}),
		check("7644-3.8-4", Must, "Text is UTF-8, and comes back as it was sent.", func(t *T) {
			name := "Zoë 李 \u200fא 🛠 " + t.client.name()
			user := t.user(map[string]any{"displayName": name})
			t.equal("displayName", t.list("/Users/"+user.ID()).Text("displayName"), name)
		}),
		check("7644-3.8-5", Must, "Accept: application/scim+json is honoured.", func(t *T) {
			answer := t.do(http.MethodGet, "/Users?count=1", nil, header{"Accept", "application/scim+json"})
			t.status(answer, http.StatusOK)
			t.mediaType(answer, "application/scim+json")
		}),
		check("7644-3.8-6", Should, "Accept: application/json is supported.", func(t *T) {
			answer := t.do(http.MethodGet, "/Users?count=1", nil, header{"Accept", "application/json"})
			t.status(answer, http.StatusOK)
			t.mediaType(answer, "application/scim+json", "application/json")
		}),
		check("7644-3.8-7", Must, "Without Accept the answer is application/scim+json.", func(t *T) {
			answer := t.do(http.MethodGet, "/Users?count=1", nil, header{"Accept", ""})
			t.status(answer, http.StatusOK)
			t.mediaType(answer, "application/scim+json")
		}),
		check("7644-3.8-8", Must, "Errors have the media type too.", func(t *T) {
			answer := t.get("/Users/" + t.client.name())
			t.status(answer, http.StatusNotFound)
			t.mediaType(answer, "application/scim+json", "application/json")
		}),
		check("7644-3.8-9", Must, "Single-valued attributes are values, multi-valued ones arrays, complex ones objects.", func(t *T) {
			user := t.list("/Users/" + t.user().ID())
			if _, ok := user.Get("userName").(string); !ok {
				t.failf("userName should be a string: %s", show(user.Get("userName")))
			}
			if _, ok := user.Get("emails").([]any); !ok {
				t.failf("emails should be an array: %s", show(user.Get("emails")))
			}
			if _, ok := user.Get("name").(map[string]any); !ok {
				t.failf("name should be an object: %s", show(user.Get("name")))
			}
		}),
	}
}

func (t *T) mediaType(answer *Answer, want ...string) {
	kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	for _, w := range want {
		if err == nil && strings.EqualFold(kind, w) {
			return
		}
	}
	t.failf("the content type should be %s, is %q", strings.Join(want, " or "), answer.Header.Get("Content-Type"))
}

// notation covers RFC 7644 section 3.10.
func notation() []Requirement {
	return []Requirement{
		check("7644-3.10-1", Must, "Clients may leave the URN of core attributes out: with and without mean the same.", func(t *T) {
			user := t.user()
			short := t.list("/Users/"+user.ID(), "attributes", "name.givenName")
			t.equal("the answer", t.list("/Users/"+user.ID(), "attributes", userURN+":name.givenName").Body, short.Body)
		}),
		check("7644-3.10-2", Must, "An extension's attribute is the URN, a colon and the name; a sub-attribute follows a dot.", func(t *T) {
			t.needEnterprise()
			manager := t.user()
			after := t.patch("/Users/"+t.user().ID(), operation("add", enterpriseURN+":manager.value", manager.ID()))
			t.equal("manager.value", get(after.Body[enterpriseURN], "manager.value"), manager.ID())
		}),
		unseen("7644-3.10-3", Should, "Clients qualify attributes of extensions with their URN.", "concerns clients"),
	}
}

// me covers RFC 7644 section 3.11.
func me() []Requirement {
	return []Requirement{
		check("7644-3.11-1", Should, "A provider without /Me answers it with 501.", func(t *T) {
			answer := t.get("/Me")
			if answer.Status == http.StatusOK || answer.Status == http.StatusPermanentRedirect {
				t.skipf("the server has /Me: it answered %d", answer.Status)
			}
			t.refused(answer, http.StatusNotImplemented, "")
		}),
		check("7644-3.11-2", Must, "An answer of /Me names the permanent location of the resource.", func(t *T) {
			answer := t.get("/Me")
			if answer.Status != http.StatusOK {
				t.skipf("the server has no /Me for this token: it answered %d", answer.Status)
			}
			t.equal("Location", answer.Header.Get("Location"), answer.Text("meta.location"))
			if strings.HasSuffix(answer.Text("meta.location"), "/Me") {
				t.failf("meta.location is not permanent: %s", answer.Text("meta.location"))
			}
		}),
		unseen("7644-3.11-3", Must, "An alias such as /Me only works where the subject of the token is a resource.", "depends on the token's subject, which cannot be seen from outside"),
	}
}

// failures covers RFC 7644 section 3.12.
func failures() []Requirement {
	notFound := func(t *T) *Answer {
		answer := t.get("/Users/" + t.client.name())
		t.status(answer, http.StatusNotFound)
		return answer
	}
	return []Requirement{
		check("7644-3.12-1", Must, "An error is told in the body, as JSON at its root.", func(t *T) {
			t.schemas(notFound(t), errorURN)
		}),
		check("7644-3.12-2", Must, "An error has status, the HTTP status as a string.", func(t *T) {
			t.equal("status", notFound(t).Get("status"), "404")
		}),
		check("7644-3.12-3", Should, "An error tells in detail what is wrong.", func(t *T) {
			if notFound(t).Text("detail") == "" {
				t.failf("the error has no detail")
			}
		}),
		check("7644-3.12-4", Must, "scimType is only there where one applies, and then one of the list.", func(t *T) {
			if kind, there := notFound(t).Body["scimType"]; there {
				t.failf("a 404 has no scimType, this one has %s", show(kind))
			}
			user := t.user()
			answer := t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": user.Text("userName")}))
			if kind, there := answer.Body["scimType"]; there {
				t.equal("scimType", kind, "uniqueness")
			}
		}),
		check("7644-3.12-5", Should, "An error of authentication is a SCIM error too.", func(t *T) {
			answer := t.do(http.MethodGet, "/Users", nil, header{"Authorization", "Bearer not-a-token-of-anybody"})
			if answer.Status < 400 {
				t.failf("a wrong token is answered %d", answer.Status)
			}
			t.isError(answer)
		}),
		check("7644-3.12-6", Should, "An endpoint that does not exist is a SCIM error of 404.", func(t *T) {
			t.refused(t.get("/"+t.client.name()), http.StatusNotFound, "")
		}),
		check("7644-3.12-7", Should, "A method that is not allowed is a SCIM error.", func(t *T) {
			answer := t.do(http.MethodDelete, "/Users", nil)
			t.status(answer, http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusNotFound, http.StatusForbidden)
			t.isError(answer)
		}),
		check("7644-3.12-8", Should, "A missing required attribute is 400 invalidValue.", func(t *T) {
			t.refused(t.do(http.MethodPost, "/Users", t.newUser(map[string]any{"userName": nil})), http.StatusBadRequest, "invalidValue")
		}),
		check("7644-3.12-9", Should, "A body that does not follow its schema is 400.", func(t *T) {
			t.refused(t.do(http.MethodPost, "/Users", `["not", "an", "object"]`), http.StatusBadRequest, "invalidSyntax")
		}),
		check("7644-3.12-10", Should, "A filter that is wrong in /.search is 400 invalidFilter.", func(t *T) {
			t.need("filter")
			t.refused(t.get("/Users", "filter", `userName eq "a" and`), http.StatusBadRequest, "invalidFilter")
		}),
		check("7644-3.12-11", Should, "A media type that is not JSON is refused with a SCIM error of 4xx.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users", "<user/>", header{"Content-Type", "application/xml"})
			t.status(answer, http.StatusUnsupportedMediaType, http.StatusBadRequest)
			t.isError(answer)
		}),
		unseen("7644-3.12-12", Must, "invalidVers is answered where the version in the URL is not supported.", "other versions have other base URLs; the suite knows one"),
		unseen("7644-3.12-13", Should, "403 is answered where the client may not do what it asks.", "the credentials given are expected to allow everything"),
		unseen("7644-3.12-14", Should, "500 is answered for faults of the provider itself.", "faults cannot be provoked from outside"),
		unseen("7644-3.13-1", Must, "A version in the base URL is honoured, or the request refused.", "other versions have other base URLs; the suite knows one"),
	}
}

// versions covers RFC 7644 section 3.14.
func versions() []Requirement {
	return []Requirement{
		check("7644-3.14-1", Must, "Where ETags are supported, a resource has an ETag header.", func(t *T) {
			if t.versioned().Header.Get("ETag") == "" {
				t.failf("the answer has no ETag header")
			}
		}),
		check("7644-3.14-2", Should, "meta.version holds the ETag.", func(t *T) {
			user := t.versioned()
			t.equal("meta.version", user.Text("meta.version"), user.Header.Get("ETag"))
		}),
		check("7644-3.14-3", Must, "The ETag changes with the resource.", func(t *T) {
			user := t.versioned()
			after := t.patch("/Users/"+user.ID(), operation("replace", "title", "Pilot"))
			if after.Header.Get("ETag") == user.Header.Get("ETag") {
				t.failf("the ETag is still %s", user.Header.Get("ETag"))
			}
		}),
		check("7644-3.14-4", Must, "The ETag stays as long as the resource does.", func(t *T) {
			user := t.versioned()
			t.equal("ETag", t.list("/Users/"+user.ID()).Header.Get("ETag"), user.Header.Get("ETag"))
		}),
		check("7644-3.14-5", Must, "If-None-Match with the present ETag is answered 304.", func(t *T) {
			user := t.versioned()
			answer := t.do(http.MethodGet, "/Users/"+user.ID(), nil, header{"If-None-Match", user.Header.Get("ETag")})
			t.status(answer, http.StatusNotModified)
		}),
		check("7644-3.14-6", Must, "If-None-Match with another ETag is answered 200.", func(t *T) {
			user := t.versioned()
			t.status(t.do(http.MethodGet, "/Users/"+user.ID(), nil, header{"If-None-Match", `W/"not-this-one"`}), http.StatusOK)
		}),
		check("7644-3.14-7", Must, "PUT with an If-Match of an old version is refused with 412.", func(t *T) {
			user := t.versioned()
			answer := t.do(http.MethodPut, "/Users/"+user.ID(), user.Body, header{"If-Match", `W/"not-this-one"`})
			t.refused(answer, http.StatusPreconditionFailed, "")
		}),
		check("7644-3.14-8", Must, "PATCH with an If-Match of an old version is refused with 412.", func(t *T) {
			user := t.versioned()
			t.need("patch")
			answer := t.do(http.MethodPatch, "/Users/"+user.ID(), patchBody(operation("replace", "title", "Pilot")), header{"If-Match", `W/"not-this-one"`})
			t.refused(answer, http.StatusPreconditionFailed, "")
			t.equal("the resource", t.list("/Users/"+user.ID()).Body, user.Body)
		}),
		check("7644-3.14-9", Must, "DELETE with an If-Match of an old version is refused with 412.", func(t *T) {
			user := t.versioned()
			answer := t.do(http.MethodDelete, "/Users/"+user.ID(), nil, header{"If-Match", `W/"not-this-one"`})
			t.refused(answer, http.StatusPreconditionFailed, "")
			t.list("/Users/" + user.ID())
		}),
		check("7644-3.14-10", Must, "A write with an If-Match of the present version succeeds.", func(t *T) {
			user := t.versioned()
			answer := t.do(http.MethodPut, "/Users/"+user.ID(), user.Body, header{"If-Match", user.Header.Get("ETag")})
			t.status(answer, http.StatusOK)
		}),
		check("7644-3.14-11", Must, "A write with If-Match: * succeeds on what exists.", func(t *T) {
			user := t.versioned()
			t.status(t.do(http.MethodDelete, "/Users/"+user.ID(), nil, header{"If-Match", "*"}), http.StatusNoContent)
		}),
	}
}

// versioned makes a user and reads it, where ETags are supported.
func (t *T) versioned() *Answer {
	t.need("etag")
	return t.list("/Users/" + t.user().ID())
}
