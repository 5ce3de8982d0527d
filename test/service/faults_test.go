package service

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
)

// faulty is a store that fails where it is told to.
type faulty struct {
	joinery.Store
	failure atomic.Pointer[func() error]
}

func (f *faulty) breakBy(failure func() error) { f.failure.Store(&failure) }

func (f *faulty) fail() error {
	if failure := f.failure.Load(); failure != nil {
		return (*failure)()
	}
	return nil
}

func (f *faulty) View(ctx context.Context, fn func(joinery.Tx) error) error {
	if err := f.fail(); err != nil {
		return err
	}
	return f.Store.View(ctx, fn)
}

func (f *faulty) Update(ctx context.Context, fn func(joinery.Tx) error) error {
	if err := f.fail(); err != nil {
		return err
	}
	return f.Store.Update(ctx, fn)
}

const secret = "dial tcp 10.0.0.7:5432: disk on fire"

// TestFaultsOfOurs breaks the store under a server: the answers hold a fixed
// sentence and the request id, and nothing of what is broken.
func TestFaultsOfOurs(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		store := &faulty{Store: open(t)}
		e := newEnv(t, store, server.Options{})
		c := e.connectNew("generic")
		kai := c.user("kai")
		for name, failure := range map[string]func() error{
			"error": func() error { return errors.New(secret) },
			"panic": func() error { panic(secret) },
		} {
			store.breakBy(failure)
			details := map[string]bool{}
			for _, s := range []step{
				{"GET", "/Users", ""}, {"GET", "/Users/" + kai, ""}, {"POST", "/Users", `{"userName":"mira"}`}, {"PUT", "/Users/" + kai, `{"userName":"mira"}`},
				{"PATCH", "/Users/" + kai, patch(`{"op":"replace","path":"title","value":"x"}`)}, {"DELETE", "/Users/" + kai, ""}, {"POST", "/.search", `{}`}, {"GET", "/", ""},
			} {
				a := c.send(s.method, s.path, s.body, "X-Request-Id: req-1")
				wantSCIMError(t, name+" "+s.method+" "+s.path, a, 500, "")
				details[hides(t, a)] = true
			}
			if len(details) != 1 {
				t.Errorf("%s: the sentence is not fixed: %v", name, details)
			}
			wantSCIMError(t, name+", a token not read before", c.with("unknown").send("GET", "/Users", ""), 500, "")
			for _, s := range []step{{"GET", "/organizations", ""}, {"POST", "/organizations", `{"name":"A","slug":"a"}`}, {"GET", "/events", ""}, {"DELETE", "/connections/" + c.id, ""}} {
				a := e.send(s.method, e.url+"/api/v1"+s.path, s.body, "Authorization: Bearer "+adminToken, "Content-Type: application/json", "X-Request-Id: req-1")
				wantProblem(t, name+" "+s.method+" "+s.path, a, 500, "internal")
				hides(t, a)
			}
		}
		store.breakBy(func() error { return errors.New(secret) })
		operations := objects(c.ok(200, "POST", "/Bulk", bulk(`{"method":"DELETE","path":"/Users/`+kai+`"}`))["Operations"])
		if len(operations) != 1 || operations[0]["status"] != "500" || text(operations[0], "response.status") != "500" || strings.Contains(text(operations[0], "response.detail"), "fire") {
			t.Errorf("bulk: %v", operations)
		}
		store.breakBy(func() error { return joinery.Errorf(joinery.Unavailable, "busy", "Try again later.") })
		a := c.send("GET", "/Users", "")
		wantSCIMError(t, "unavailable", a, 503, "")
		if a.header.Get("Retry-After") == "" {
			t.Error("unavailable: no Retry-After")
		}
		store.breakBy(func() error { return nil })
		c.get("/Users/" + kai)
	})
}

// hides holds that an answer tells the request id and nothing of the fault. It
// returns the sentence.
func hides(t *testing.T, a answer) string {
	t.Helper()
	if strings.Contains(a.body, "fire") || strings.Contains(a.body, "10.0.0.7") || strings.Contains(a.body, ".go") {
		t.Errorf("the answer tells too much: %s", a.body)
	}
	if !strings.Contains(a.body, "req-1") || a.header.Get("X-Request-Id") != "req-1" {
		t.Errorf("the answer has no request id: %s", a.body)
	}
	return text(a.object(), "detail")
}
