package scimapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/internal/web"
)

// onBoth runs a test on each database.
func onBoth(t *testing.T, o Options, run func(*testing.T, *env)) {
	t.Helper()
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) { run(t, newEnvOn(t, o, open(t))) })
}

// logged lists the request log of the connection, the oldest first.
func (c *client) logged() []*joinery.Request {
	c.env.t.Helper()
	list, next, err := c.env.service.Requests(context.Background(), joinery.RequestQuery{ConnectionID: c.id, Limit: joinery.MaxListed})
	if err != nil || next != "" {
		c.env.t.Fatalf("reading the request log: next %q, %v", next, err)
	}
	oldest := make([]*joinery.Request, len(list))
	for i, r := range list {
		oldest[len(list)-1-i] = r
	}
	return oldest
}

// lastLogged returns the one entry that was added since there were n.
func (c *client) lastLogged(n int) *joinery.Request {
	c.env.t.Helper()
	list := c.logged()
	if len(list) != n+1 {
		c.env.t.Fatalf("%d requests are logged, want %d", len(list), n+1)
	}
	return list[n]
}

// TestRequestLog sends a life of requests and compares what is kept of each.
func TestRequestLog(t *testing.T) {
	onBoth(t, Options{}, func(t *testing.T, e *env) {
		c := e.client("entra", "")
		body := `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","shoeSize":40,"active":"True","password":"S3cret"}`
		user, _ := c.ok(201, "POST", "/Users", body, "X-Request-Id: create-1")["id"].(string)
		group := c.group("Team", user, "nobody")
		c.ok(200, "GET", `/Users?filter=userName+eq+%22ADA%22`, "")
		c.ok(200, "GET", "/Users?count=5", "")
		c.ok(200, "GET", "/Users/"+user+"?attributes=userName", "")
		c.fails(404, "", "GET", "/Users/nobody", "")
		c.fails(409, "uniqueness", "POST", "/Users", `{"userName":"Ada"}`)
		c.fails(400, "invalidSyntax", "POST", "/Users", `{"userName":`)
		c.ok(200, "PATCH", "/Users/"+user, `{"Operations":[{"op":"Replace","path":"password","value":"S3cret"},{"op":"Add","path":"title","value":"x"}]}`)
		c.ok(204, "DELETE", "/Groups/"+group, "")
		c.ok(200, "GET", "/ServiceProviderConfig", "")
		c.fails(404, "", "GET", "/scim/v2/Users", "")
		c.fails(405, "", "DELETE", "/Users", "")

		path := "/scim/v2/" + c.id
		want := []*joinery.Request{
			{Method: "POST", Path: path + "/Users", Status: 201, UserID: user, RequestID: "create-1", Ignored: []string{"shoeSize"}, Repairs: []string{"string-boolean"}, Body: []byte(strings.Replace(body, "S3cret", "[redacted]", 1))},
			{Method: "POST", Path: path + "/Groups", Status: 201, GroupID: group, Pending: 1},
			{Method: "GET", Path: path + "/Users?filter=userName+eq+%22ADA%22", Status: 200, UserID: user},
			{Method: "GET", Path: path + "/Users?count=5", Status: 200},
			{Method: "GET", Path: path + "/Users/" + user + "?attributes=userName", Status: 200, UserID: user},
			{Method: "GET", Path: path + "/Users/nobody", Status: 404, UserID: "nobody", Reason: "not_found"},
			{Method: "POST", Path: path + "/Users", Status: 409, Reason: "duplicate_user", Repairs: []string{"missing-schemas"}},
			{Method: "POST", Path: path + "/Users", Status: 400, Reason: "invalidSyntax", Body: []byte(`{"userName":`)},
			{Method: "PATCH", Path: path + "/Users/" + user, Status: 200, UserID: user, Repairs: []string{"op-case"}, Body: []byte(`{"Operations":[{"op":"Replace","path":"password","value":"[redacted]"},{"op":"Add","path":"title","value":"x"}]}`)},
			{Method: "DELETE", Path: path + "/Groups/" + group, Status: 204, GroupID: group},
			{Method: "GET", Path: path + "/ServiceProviderConfig", Status: 200},
			{Method: "GET", Path: path + "/scim/v2/Users", Status: 404},
			{Method: "DELETE", Path: path + "/Users", Status: 405},
		}
		got := c.logged()
		tokens, err := e.service.Tokens(t.Context(), c.id)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range got {
			if r.ID == "" || r.Time.IsZero() || r.Duration <= 0 || r.RequestID == "" || r.ConnectionID != c.id || r.TokenID != tokens[0].ID {
				t.Errorf("entry %d: %+v", i, r)
			}
			if wantsAnswer := r.Status != 204; wantsAnswer != json.Valid(r.Answer) {
				t.Errorf("%s %s: the answer is kept as %q", r.Method, r.Path, r.Answer)
			}
			if i < len(want) && want[i].RequestID == "" {
				r.RequestID = ""
			}
			if i < len(want) && want[i].Body == nil {
				r.Body = nil
			}
		}
		ignore := cmpopts.IgnoreFields(joinery.Request{}, "ID", "ConnectionID", "Time", "Duration", "TokenID", "Answer", "CaseID")
		if diff := cmp.Diff(want, got, ignore, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		if refused := got[6]; refused.CaseID == "" {
			t.Errorf("the refusal tells no case: %+v", refused)
		}
	})
}

// TestRequestLogOfOthers holds that nobody without a valid token is logged, and
// nothing is of readiness.
func TestRequestLogOfOthers(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	c := e.client("generic", "")
	stranger := &client{env: e, id: c.id, token: "jscim-none", base: c.base}
	stranger.fails(401, "", "GET", "/Users", "")
	stranger.fails(404, "", "GET", "/Userss/1/2", "")
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, httptest.NewRequest("GET", c.base+"/ServiceProviderConfig", nil))
	c.ok(200, "GET", "/readiness", "")
	if got := c.logged(); len(got) != 0 {
		t.Errorf("%d requests are logged, the first: %+v", len(got), got[0])
	}
}

// TestRequestLogHidesSecrets sends a password in every form there is, and looks
// for it in all that is kept, and in what is answered.
func TestRequestLogHidesSecrets(t *testing.T) {
	onBoth(t, Options{}, func(t *testing.T, e *env) {
		c := e.client("generic", "")
		user := c.user("ada")
		const password = "7770777"
		quoted := `"` + password + `"`
		n := 1
		for _, value := range []string{quoted, password, "[" + password + "]", `{"value":` + quoted + `}`, "true"} {
			member := `"password":` + value
			for _, r := range []struct{ method, path, body string }{
				{"POST", "/Users", `{"userName":"u` + fmt.Sprint(n) + `",` + member + `}`},
				{"PUT", "/Users/" + user, `{"userName":"ada","urn:ietf:params:scim:schemas:core:2.0:User":{` + member + `}}`},
				{"PATCH", "/Users/" + user, `{"Operations":[{"op":"replace","path":"password","value":` + value + `}]}`},
				{"PATCH", "/Users/" + user, `{"Operations":[{"value":` + value + `,"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:Password"}]}`},
				{"PATCH", "/Users/" + user, `{"Operations":[{"op":"replace","value":{` + member + `}}]}`},
				{"PATCH", "/Users/" + user, `{"Operations":[{"op":"remove","path":"password[value eq ` + strings.ReplaceAll(quoted, `"`, `\"`) + `]"}]}`},
				{"POST", "/Bulk", `{"Operations":[{"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"b` + fmt.Sprint(n) + `",` + member + `}}]}`},
				{"POST", "/Users/.search", `{"filter":"password eq ` + strings.ReplaceAll(quoted, `"`, `\"`) + `"}`},
				{"GET", "/Users?filter=password%20eq%20%22" + password + "%22", ""},
				{"POST", "/Users", `{"userName":"x",` + member + `,`},
				{"POST", "/Users", "password=" + password},
				{"GET", "/Users/" + c.token, ""},
			} {
				answer := c.send(r.method, r.path, r.body)
				entry := c.lastLogged(n)
				n++
				kept := fmt.Sprintf("%s %s %s %+v", entry.Path, entry.Body, entry.Answer, entry)
				if strings.Contains(kept, password) || strings.Contains(kept, c.token[:20]) {
					t.Errorf("%s %s %s is kept as\n%s", r.method, r.path, r.body, kept)
				}
				if strings.Contains(answer.Body.String(), password) {
					t.Errorf("%s %s %s is answered %s", r.method, r.path, r.body, answer.Body)
				}
			}
		}
	})
}

// TestRequestLogOfLargeBodies holds that the beginning of a large body and of a
// large answer is kept, with how much is left out.
func TestRequestLogOfLargeBodies(t *testing.T) {
	onBoth(t, Options{MaxBody: 1 << 20}, func(t *testing.T, e *env) {
		c := e.client("generic", "")
		members := make([]string, 5000)
		for i := range members {
			members[i] = fmt.Sprintf(`{"value":"m-%d"}`, i)
		}
		large := `{"displayName":"Tëam","members":[` + strings.Join(members, ",") + `]}`
		c.ok(201, "POST", "/Groups", large)
		r := c.lastLogged(0)
		left := fmt.Sprintf(" of %d bytes]", len(large))
		if body := string(r.Body); !strings.HasPrefix(body, large[:16000]) || !strings.HasSuffix(body, left) || len(body) > joinery.MaxRequestBody+100 {
			t.Errorf("kept %d bytes: %.60s … %s", len(body), body, body[len(body)-60:])
		}
		c.fails(413, "", "POST", "/Groups", large+strings.Repeat(" ", 1<<20))
		if r := c.lastLogged(1); r.Status != 413 {
			t.Errorf("a body too large is kept as %d %.100s", r.Status, r.Body)
		}
		for i := range 40 {
			c.user(fmt.Sprintf("%d-%s", i, strings.Repeat("x", 400)))
		}
		answer := c.send("GET", "/Users?count=100", "").Body.String()
		if r := c.lastLogged(42); !strings.HasPrefix(string(r.Answer), answer[:16000]) || !strings.HasSuffix(string(r.Answer), fmt.Sprintf(" of %d bytes]", len(answer))) {
			t.Errorf("kept %d bytes of the answer: %.60s … %s", len(r.Answer), r.Answer, r.Answer[len(r.Answer)-60:])
		}
	})
}

// TestRequestLogTakesAnything sends what no database takes as text, and what
// could fill it.
func TestRequestLogTakesAnything(t *testing.T) {
	onBoth(t, Options{}, func(t *testing.T, e *env) {
		c := e.client("generic", "")
		names := make([]string, 1000)
		for i := range names {
			names[i] = fmt.Sprintf(`"n%d%s":1`, i, strings.Repeat("x", i))
		}
		c.ok(201, "POST", "/Users", `{"userName":"ada",`+strings.Join(names, ",")+`}`)
		c.send("GET", "/Users/a\x00b\xff", "")
		c.send("GET", "/Users/"+strings.Repeat("y", 9000)+"?filter="+strings.Repeat("%20", 9000), "")
		c.send("POST", "/Users", "{\"userName\":\"\xff\\u0000\"}")
		c.send("POST", "/Users", strings.Repeat("[", 20_000))
		got := c.logged()
		if len(got) != 5 {
			t.Fatalf("%d requests are logged, want 5", len(got))
		}
		if r := got[0]; len(r.Ignored) != 100 || len(r.Ignored[99]) > 300 {
			t.Errorf("%d names are kept, the last with %d bytes", len(r.Ignored), len(r.Ignored[len(r.Ignored)-1]))
		}
		if r := got[2]; len(r.Path) > 5000 || len(r.UserID) > 300 {
			t.Errorf("kept %d bytes of the path and %d of the id", len(r.Path), len(r.UserID))
		}
	})
}

// TestRequestLogOfRefusedRates holds that a client that sends too much cannot
// fill the log with refusals.
func TestRequestLogOfRefusedRates(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{Limits: web.Limits{Rate: 0.001, Burst: 5}})
	c := e.client("generic", "")
	for range 400 {
		c.send("GET", "/Users", "")
	}
	statuses := map[int]int{}
	for _, r := range c.logged() {
		statuses[r.Status]++
	}
	if n := statuses[http.StatusTooManyRequests]; statuses[200] != 5 || n < 50 || n > 300 {
		t.Errorf("logged by status: %v", statuses)
	}
}

// BenchmarkRequestLog compares requests with the log and without, in one run.
func BenchmarkRequestLog(b *testing.B) {
	for _, method := range []string{"GET", "POST"} {
		for _, logs := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/logged=%t", method, logs), func(b *testing.B) {
				e := newEnv(b, Options{})
				if !logs {
					a := newAPI(Options{Service: e.service})
					e.handler = web.API{Name: "scim", Fail: a.fail}.Serve(a.serve)
				}
				c := e.client("generic", "")
				user := c.user("ada")
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if method == "GET" {
						c.send("GET", "/Users/"+user, "")
					} else {
						c.user(fmt.Sprintf("user-%d", i))
					}
				}
			})
		}
	}
}
