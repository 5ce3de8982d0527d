package service

import (
	"strings"
	"testing"
)

// TestPatchKeepsTheFormOfCreate holds that a document comes to be kept in one
// form, whether it was posted or patched: no element twice.
func TestPatchKeepsTheFormOfCreate(t *testing.T) {
	const twice = `[{"value":"a@x.org","type":"work"},{"value":"a@x.org","type":"work","display":"again"}]`
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		posted := c.create("/Users", `{"userName":"posted","emails":`+twice+`}`)
		patched := c.create("/Users", `{"userName":"patched"}`)
		c.ok(200, "PATCH", "/Users/"+patched, `{"Operations":[{"op":"replace","path":"emails","value":`+twice+`}]}`)
		for _, id := range []string{posted, patched} {
			a := c.send("GET", "/Users/"+id, "")
			if n := strings.Count(string(a.body), "a@x.org"); a.status != 200 || n != 1 {
				t.Errorf("%d: the email is there %d times: %s", a.status, n, a.body)
			}
		}
	})
}
