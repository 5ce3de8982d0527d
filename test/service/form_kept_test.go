package service

import (
	"strings"
	"testing"
)

// TestPatchKeepsTheFormOfCreate holds that a document comes to be kept in one
// form, whether it was posted or patched: no element twice.
func TestPatchKeepsTheFormOfCreate(t *testing.T) {
	twice := func(email string) string {
		return strings.ReplaceAll(`[{"value":"{}","type":"work"},{"value":"{}","type":"work","display":"again"}]`, "{}", email)
	}
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		posted := c.create("/Users", `{"userName":"posted","emails":`+twice("posted@x.org")+`}`)
		patched := c.create("/Users", `{"userName":"patched"}`)
		c.ok(200, "PATCH", "/Users/"+patched, `{"Operations":[{"op":"replace","path":"emails","value":`+twice("patched@x.org")+`}]}`)
		for _, id := range []string{posted, patched} {
			a := c.send("GET", "/Users/"+id, "")
			if n := strings.Count(string(a.body), "@x.org"); a.status != 200 || n != 1 {
				t.Errorf("%d: the email is there %d times: %s", a.status, n, a.body)
			}
		}
	})
}
