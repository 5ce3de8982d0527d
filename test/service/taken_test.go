package service

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTakenHandlesTellNoHolder pushes an email and a username that someone
// outside the organization holds, whoever that is and however he came by them:
// all answers are the same, and so are the cases as the customer sees them.
func TestTakenHandlesTellNoHolder(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		elsewhere := e.connectNew("generic")
		member := func(email string) string {
			id := text(e.admin(201, "POST", "/accounts", `{"email":"`+email+`"}`), "id")
			e.admin(201, "POST", "/organizations/"+elsewhere.organization+"/members", `{"account_id":"`+id+`"}`)
			return id
		}
		pushed := func(email string) string {
			return "/Users/" + elsewhere.create("/Users", `{"userName":"`+email+`","emails":[{"value":"`+email+`"}]}`)
		}
		var want []answer
		for i, holder := range []struct {
			who  string
			hold func(email string)
		}{
			{"an account in no organization", func(email string) { e.admin(201, "POST", "/accounts", `{"email":"`+email+`"}`) }},
			{"a member elsewhere", func(email string) { member(email) }},
			{"a user elsewhere", func(email string) { pushed(email) }},
			{"a suspended user elsewhere", func(email string) {
				elsewhere.ok(200, "PATCH", pushed(email), patch(`{"op":"replace","path":"active","value":false}`))
			}},
			{"a deleted user elsewhere", func(email string) { elsewhere.ok(204, "DELETE", pushed(email), "") }},
			{"who had the email until lately", func(email string) {
				e.admin(200, "PATCH", "/accounts/"+member(email), `{"email":"new-`+email+`"}`)
			}},
			{"a protected account elsewhere", func(email string) {
				e.admin(200, "PATCH", "/accounts/"+member(email), `{"protected":true}`)
			}},
		} {
			name := fmt.Sprintf("kai%d", i)
			holder.hold(name + "@b.example")
			got := e.claim(name)
			if i == 0 {
				want = got
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(answer{})); diff != "" {
				t.Errorf("%s is told from an account in no organization (-that +this):\n%s", holder.who, diff)
			}
		}
	})
}

// claim pushes a taken email and username in each way there is, through a new
// connection, and returns the answers and the cases without what differs each time.
func (e *env) claim(name string) (answers []answer) {
	e.t.Helper()
	c := e.connectNew("generic")
	e.admin(200, "PATCH", "/connections/"+c.id, `{"policy":{"username_taken":"refuse"}}`)
	email := name + "@b.example"
	own := "/Users/" + c.user("own-"+name)
	known := strings.NewReplacer(name, "{name}", strings.ToUpper(name), "{NAME}", c.id, "{connection}", strings.TrimPrefix(own, "/Users/"), "{own}")
	for _, s := range []step{
		{"POST", "/Users", `{"userName":"` + email + `","externalId":"1"}`},
		{"POST", "/Users", `{"userName":"else","externalId":"2","emails":[{"value":"` + strings.ToUpper(email) + `"}]}`},
		{"POST", "/Users", `{"userName":"` + name + `","externalId":"3"}`},
		{"PUT", own, `{"userName":"own-` + name + `","emails":[{"value":"` + email + `"}]}`},
		{"PATCH", own, patch(`{"op":"replace","path":"userName","value":"` + email + `"}`)},
		{"PATCH", own, patch(`{"op":"replace","path":"userName","value":"` + name + `"}`)},
		{"POST", "/Bulk", bulk(`{"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"else","externalId":"4","emails":[{"value":"` + email + `"}]}}`)},
		{"GET", own, ""},
		{"GET", "/Users", ""},
	} {
		a := c.send(s.method, s.path, s.body)
		if s.method != "GET" && !strings.Contains(a.body, `"409"`) {
			e.t.Errorf("%v: %d %s", s, a.status, a.body)
		}
		a.header.Del("Content-Length") // as long as the time
		answers = append(answers, plain(a, known))
	}
	for _, opened := range objects(e.admin(200, "GET", "/cases?connection_id="+c.id, "")["cases"]) {
		a := e.send("GET", e.url+"/api/v1/cases/"+text(opened, "id")+"?view=customer", "", "Authorization: Bearer "+adminToken)
		a.header.Del("Content-Length")
		answers = append(answers, plain(a, known))
	}
	return answers
}
