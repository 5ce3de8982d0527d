package service

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestErrorsOfSCIM sends one request for each error that there is, and for each
// way to get to it.
func TestErrorsOfSCIM(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai, mira := c.create("/Users", `{"userName":"kai","externalId":"x"}`), c.user("mira")
		crew := c.group("Crew")
		nobody := uuid.NewString()
		for _, r := range []struct {
			step
			status   int
			scimType string
			headers  []string
		}{
			{step{"GET", "/Users?filter=userName+eq", ""}, 400, "invalidFilter", nil},
			{step{"GET", "/Users?filter=nothing.of+eq+%22the+kind%22", ""}, 400, "invalidFilter", nil},
			{step{"GET", "/Users?sortBy=shoeSize", ""}, 400, "invalidPath", nil},
			{step{"GET", "/Users?sortOrder=upwards", ""}, 400, "invalidValue", nil},
			{step{"GET", "/?sortBy=userName", ""}, 400, "invalidValue", nil},
			{step{"GET", "/Users?startIndex=one", ""}, 400, "invalidValue", nil},
			{step{"GET", "/Users?cursor=nonsense", ""}, 400, "invalidCursor", nil},
			{step{"GET", "/Users?cursor=&startIndex=1", ""}, 400, "invalidValue", nil},
			{step{"POST", "/.search", `{"filter":1}`}, 400, "", nil},
			{step{"POST", "/Users", ``}, 400, "invalidSyntax", nil},
			{step{"POST", "/Users", `[]`}, 400, "invalidSyntax", nil},
			{step{"POST", "/Users", `{"userName":"a"} {}`}, 400, "invalidSyntax", nil},
			{step{"POST", "/Users", `{"userName":"a","USERNAME":"b"}`}, 400, "invalidSyntax", nil},
			{step{"POST", "/Users", `{"displayName":"no userName"}`}, 400, "invalidValue", nil},
			{step{"POST", "/Users", `{"userName":"a","active":"perhaps"}`}, 400, "invalidValue", nil},
			{step{"POST", "/Groups", `{"displayName":"a","members":[{}]}`}, 400, "invalidValue", nil},
			{step{"PUT", "/Groups/" + crew, `{"displayName":"a","members":[{"value":"` + crew + `"}]}`}, 400, "invalidValue", nil},
			{step{"PATCH", "/Users/" + kai, `{}`}, 400, "invalidSyntax", nil},
			{step{"PATCH", "/Users/" + kai, patch()}, 400, "invalidValue", nil},
			{step{"PATCH", "/Users/" + kai, patch(`{"op":"move","path":"title","value":"x"}`)}, 400, "invalidSyntax", nil},
			{step{"PATCH", "/Users/" + kai, patch(`{"op":"replace","path":"emails[","value":"x"}`)}, 400, "invalidPath", nil},
			{step{"PATCH", "/Users/" + kai, patch(`{"op":"remove"}`)}, 400, "noTarget", nil},
			{step{"PATCH", "/Users/" + kai, patch(`{"op":"replace","path":"id","value":"x"}`)}, 400, "mutability", nil},
			{step{"PATCH", "/Users/" + kai, patch(`{"op":"remove","path":"userName"}`)}, 400, "", nil},
			{step{"POST", "/Bulk", `{"Operations":[]}`}, 400, "invalidValue", nil},
			{step{"POST", "/Bulk", `{"Operations":{}}`}, 400, "invalidSyntax", nil},

			{step{"GET", "/Users", ""}, 401, "", []string{"Authorization: Bearer nonsense"}},
			{step{"GET", "/Users", ""}, 401, "", []string{"Authorization: Basic bm8="}},
			{step{"GET", "/Users", ""}, 401, "", []string{"Authorization: "}},
			{step{"GET", "/Schemas?filter=id+pr", ""}, 403, "", nil},
			{step{"GET", "/ResourceTypes?filter=id+pr", ""}, 403, "", nil},

			{step{"GET", "/Users/" + nobody, ""}, 404, "", nil},
			{step{"PUT", "/Users/" + nobody, `{"userName":"a"}`}, 404, "", nil},
			{step{"PATCH", "/Groups/" + nobody, addMembers(kai)}, 404, "", nil},
			{step{"DELETE", "/Users/" + nobody, ""}, 404, "", nil},
			{step{"GET", "/Groups/" + kai, ""}, 404, "", nil},
			{step{"GET", "/Users/%00", ""}, 404, "", nil},
			{step{"GET", "/Users/%ff", ""}, 404, "", nil},
			{step{"GET", "/Users/" + strings.Repeat("x", 10_000), ""}, 404, "", nil},
			{step{"GET", "/Users/" + kai + "/groups", ""}, 404, "", nil},
			{step{"GET", "/Gadgets", ""}, 404, "", nil},
			{step{"POST", "/Gadgets/" + kai, "{}"}, 404, "", nil},
			{step{"GET", "/Schemas/urn:none", ""}, 404, "", nil},
			{step{"GET", "/ResourceTypes/Gadget", ""}, 404, "", nil},

			{step{"POST", "/Users", `{"userName":"KAI"}`}, 409, "uniqueness", nil},
			{step{"POST", "/Users", `{"userName":"a","externalId":"x"}`}, 409, "uniqueness", nil},
			{step{"PUT", "/Users/" + mira, `{"userName":"Kai"}`}, 409, "uniqueness", nil},
			{step{"PATCH", "/Users/" + mira, patch(`{"op":"replace","path":"externalId","value":"x"}`)}, 409, "uniqueness", nil},
			{step{"POST", "/Groups", `{"displayName":"CREW"}`}, 409, "uniqueness", nil},
			{step{"PUT", "/Users/" + kai, `{"userName":"kai"}`}, 412, "", []string{`If-Match: W/"7"`}},
			{step{"PATCH", "/Groups/" + crew, addMembers(kai)}, 412, "", []string{`If-Match: W/"7"`}},
			{step{"DELETE", "/Users/" + kai, ""}, 412, "", []string{`If-Match: W/"7"`}},
			{step{"DELETE", "/Users/" + kai, ""}, 412, "", []string{`If-None-Match: *`}},
			{step{"POST", "/Users", "<user/>"}, 415, "", []string{"Content-Type: application/xml"}},
			{step{"POST", "/Bulk", "{}"}, 415, "", []string{"Content-Type: multipart/form-data; boundary=x"}},
			{step{"POST", "/Users", "{}"}, 415, "", []string{"Content-Encoding: gzip"}},
		} {
			a := c.send(r.method, r.path, r.body, r.headers...)
			what := fmt.Sprintf("%s %.80s %.80s", r.method, r.path, r.body)
			if r.scimType == "" && r.status == 400 {
				r.scimType = text(a.object(), "scimType")
			}
			wantSCIMError(t, what, a, r.status, r.scimType)
			if a.header.Get("X-Request-Id") == "" {
				t.Errorf("%s: no request id", what)
			}
			if challenge := a.header.Get("WWW-Authenticate"); (challenge != "") != (r.status == 401) {
				t.Errorf("%s: WWW-Authenticate %q", what, challenge)
			}
		}
	})
}

// TestMethods sends every method to every path: what a path does not take is
// answered with what it takes.
func TestMethods(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		takes := map[string][]string{}
		for _, route := range c.routes(uuid.NewString()) {
			takes[route[1]] = append(takes[route[1]], route[0])
			if route[0] == "GET" && !slices.Contains(takes[route[1]], "HEAD") {
				takes[route[1]] = append(takes[route[1]], "HEAD")
			}
		}
		for path, methods := range takes {
			slices.Sort(methods)
			methods = slices.Compact(methods)
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
				a := c.send(method, path, "")
				if slices.Contains(methods, method) {
					if a.status == 405 {
						t.Errorf("%s %s: %d", method, path, a.status)
					}
					continue
				}
				if got, want := a.header.Get("Allow"), strings.Join(methods, ", "); got != want || a.status != 405 {
					t.Errorf("%s %s: %d, Allow %q, want %q", method, path, a.status, got, want)
				}
				if method != "HEAD" {
					wantSCIMError(t, method+" "+path, a, 405, "")
				}
			}
		}
	})
}

// TestMe holds that there is no /Me, in the words of the standard.
func TestMe(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			wantSCIMError(t, method, c.send(method, "/Me", "{}"), 501, "")
		}
	})
}
