package service

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestErrorsOfTheAdminAPI sends one request for each error that there is: all
// are problem documents.
func TestErrorsOfTheAdminAPI(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		organization, connection, nobody := "/organizations/"+c.organization, "/connections/"+c.id, uuid.NewString()
		e.admin(201, "POST", "/organizations", `{"name":"Acme","slug":"acme"}`)
		for _, r := range []struct {
			step
			status  int
			reason  string
			headers []string
		}{
			{step{"POST", "/organizations", ``}, 400, "bad_request", nil},
			{step{"POST", "/organizations", `{`}, 400, "", nil},
			{step{"POST", "/organizations", `{"slug":"a"}`}, 400, "", nil},
			{step{"POST", "/organizations", `{"name":"A","slug":"A B"}`}, 400, "invalid_slug", nil},
			{step{"POST", "/organizations", `{"name":" ","slug":"a"}`}, 400, "invalid_name", nil},
			{step{"POST", "/organizations", `{"name":"A","slug":"a","colour":"red"}`}, 400, "invalid_colour", nil},
			{step{"GET", "/organizations?limit=0", ``}, 400, "invalid_limit", nil},
			{step{"GET", "/events?limit=1001", ``}, 400, "invalid_limit", nil},
			{step{"GET", "/events?limit=many", ``}, 400, "invalid_limit", nil},
			{step{"GET", "/events?after=nonsense", ``}, 400, "invalid_cursor", nil},
			{step{"GET", "/events?before=1", ``}, 400, "invalid_before", nil},
			{step{"GET", "/events?after=%00", ``}, 400, "invalid_after", nil},
			{step{"GET", "/organizations?after=%ff", ``}, 400, "invalid_after", nil},
			{step{"POST", "/organizations", `{"name":"a\u0000","slug":"a"}`}, 400, "invalid_name", nil},
			{step{"POST", organization + "/connections", `{"name":"A","idp":"acme"}`}, 400, "invalid_idp", nil},
			{step{"POST", organization + "/connections", `{"name":"A","policy":{"rename":"perhaps"}}`}, 400, "invalid_policy", nil},
			{step{"PATCH", connection, `{"policy":{"colour":"red"}}`}, 400, "invalid_policy", nil},
			{step{"PATCH", connection, `{"policy":[]}`}, 400, "invalid_policy", nil},
			{step{"POST", connection + "/tokens", `{"name":"A","expires_at":"2001-01-01T00:00:00Z"}`}, 400, "invalid_expires_at", nil},

			{step{"GET", "/events", ``}, 401, "token_refused", []string{"Authorization: Bearer nonsense"}},
			{step{"GET", "/events", ``}, 401, "token_missing", []string{"Authorization: Basic bm8="}},
			{step{"GET", "/nothing", ``}, 401, "token_refused", []string{"Authorization: Bearer nonsense"}},

			{step{"GET", "/nothing", ``}, 404, "no_such_path", nil},
			{step{"GET", "/organizations/" + nobody, ``}, 404, "not_found", nil},
			{step{"POST", "/organizations/" + nobody + "/connections", `{"name":"A"}`}, 404, "not_found", nil},
			{step{"GET", "/organizations/" + nobody + "/connections", ``}, 404, "not_found", nil},
			{step{"GET", "/connections/" + nobody, ``}, 404, "not_found", nil},
			{step{"GET", "/connections/%00", ``}, 404, "not_found", nil},
			{step{"PATCH", "/connections/" + nobody, `{"name":"A"}`}, 404, "not_found", nil},
			{step{"DELETE", "/connections/" + nobody, ``}, 404, "not_found", nil},
			{step{"POST", "/connections/" + nobody + "/tokens", `{"name":"A"}`}, 404, "not_found", nil},
			{step{"GET", "/connections/" + nobody + "/tokens", ``}, 404, "not_found", nil},
			{step{"DELETE", connection + "/tokens/" + nobody, ``}, 404, "not_found", nil},
			{step{"DELETE", connection + "/tokens/%ff", ``}, 404, "not_found", nil},

			{step{"PUT", "/organizations", `{}`}, 405, "method_not_allowed", nil},
			{step{"POST", "/events", `{}`}, 405, "method_not_allowed", nil},
			{step{"OPTIONS", connection, ``}, 405, "method_not_allowed", nil},
			{step{"POST", "/organizations", `{"name":"Acme","slug":"acme"}`}, 409, "slug_taken", nil},
			{step{"POST", "/organizations", `{"name":"` + strings.Repeat("x", 2<<20) + `"}`}, 413, "request_entity_too_large", nil},
			{step{"POST", "/organizations", `name=Acme`}, 415, "unsupported_media_type", []string{"Content-Type: application/x-www-form-urlencoded"}},
		} {
			headers := append([]string{"Authorization: Bearer " + adminToken, "Content-Type: application/json"}, r.headers...)
			a := e.send(r.method, e.url+"/api/v1"+r.path, r.body, headers...)
			if r.reason == "" {
				r.reason = text(a.object(), "reason")
			}
			what := r.method + " " + r.path
			wantProblem(t, what, a, r.status, r.reason)
			if allow := a.header.Get("Allow"); (allow != "") != (r.status == 405) || strings.Contains(allow, r.method) {
				t.Errorf("%s: Allow %q", what, allow)
			}
			if challenge := a.header.Get("WWW-Authenticate"); (challenge != "") != (r.status == 401) {
				t.Errorf("%s: WWW-Authenticate %q", what, challenge)
			}
		}
	})
}
