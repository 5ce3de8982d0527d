package scimapi

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/internal/web"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	c, other := e.client("okta", ""), e.client("entra", "")
	for header, status := range map[string]int{
		"Bearer " + c.token:       200,
		"bearer " + c.token + " ": 200,
		c.token:                   200,
		"Bearer " + other.token:   401,
		"Bearer nonsense":         401,
		"Bearer":                  401,
		"":                        401,
		"Basic " + c.token:        401,
	} {
		for _, path := range []string{"/Users", "/ServiceProviderConfig"} {
			w := c.send("GET", path, "", "Authorization: "+header)
			if w.Code != status {
				t.Errorf("%s with %q: %d, want %d", path, strings.ReplaceAll(header, c.token, "…"), w.Code, status)
			}
			if status == 401 {
				wantError(t, path, w, 401, "")
				if got := w.Header().Get("WWW-Authenticate"); got != `Bearer realm="joinery"` {
					t.Errorf("WWW-Authenticate %q", got)
				}
			}
		}
	}
	foreign := c.fails(401, "", "GET", "/Users", "", "Authorization: Bearer "+other.token)
	if unknown := c.fails(401, "", "GET", "/Users", "", "Authorization: Bearer nonsense"); unknown != foreign {
		t.Errorf("a foreign token is told apart from an unknown one: %q, %q", foreign, unknown)
	}
	c.base = "/scim/v2"
	c.ok(200, "GET", "/Users", "")
	c.fails(404, "", "GET", "/Userz", "")
	c.base = "/scim/v2/" + strings.ToUpper(c.id)
	c.ok(200, "GET", "/Users", "")
}

// Every route is closed to a token of another connection, and shows none of
// its resources.
func TestTenancy(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	mine, other := e.client("generic", `{"unknown_members":"refuse"}`), e.client("generic", "")
	user := other.user("kai")
	group := other.group("Crew", user)
	a := newAPI(Options{Service: e.service})
	for _, r := range a.routes() {
		path := strings.NewReplacer("{type}", "Users", "{id}", user).Replace(r.path)
		w := other.send(r.method, path, "{}", "Authorization: Bearer "+mine.token)
		wantError(t, r.method+" "+path, w, 401, "")
		if r.public || !strings.HasSuffix(r.path, "{type}/{id}") {
			continue
		}
		body := map[string]string{"PUT": `{"userName":"x"}`, "PATCH": `{"Operations":[{"op":"replace","path":"title","value":"x"}]}`}[r.method]
		mine.fails(404, "", r.method, "/Users/"+user, body)
		other.ok(200, "GET", "/Users/"+user, "")
	}
	mine.fails(404, "", "GET", "/Groups/"+group, "")
	mine.fails(400, "invalidValue", "POST", "/Groups", `{"displayName":"Mine","members":[{"value":"`+user+`"}]}`)
	if page := mine.ok(200, "GET", `/Users?filter=id+eq+"`+user+`"`, ""); page["totalResults"] != 0.0 {
		t.Errorf("a filter finds a foreign user: %v", page)
	}
	bulk := mine.ok(200, "POST", "/Bulk", `{"Operations":[{"method":"DELETE","path":"/Users/`+user+`"}]}`)
	if got := values(bulk["Operations"], "status"); len(got) != 1 || got[0] != "404" {
		t.Errorf("bulk: %v", bulk)
	}
	other.ok(200, "GET", "/Users/"+user, "")
}

func TestBodies(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{MaxBody: 200}).client("generic", "")
	body := `{"userName":"kai"}`
	c.fails(413, "", "POST", "/Users", `{"userName":"`+strings.Repeat("k", 200)+`"}`)
	c.fails(415, "", "POST", "/Users", body, "Content-Type: application/xml")
	c.fails(400, "invalidSyntax", "POST", "/Users", `{"userName":`)
	c.fails(400, "invalidSyntax", "POST", "/Users", "")
	c.fails(400, "invalidSyntax", "PATCH", "/Users/x", `[]`)
	c.fails(400, "invalidValue", "POST", "/Users", `{"displayName":"no userName"}`)
	c.ok(201, "POST", "/Users", body, "Content-Type: APPLICATION/JSON", "Accept: text/html")
	c.fails(409, "uniqueness", "POST", "/Users", body, "Content-Type: ")
}

func TestMediaTypeOfTheProfile(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("onelogin", "")
	for path, status := range map[string]int{"/Users": 200, "/Users/none": 404, "/ServiceProviderConfig": 200} {
		w := c.send("GET", path, "")
		if got := w.Header().Get("Content-Type"); w.Code != status || got != "application/json;charset=utf-8" {
			t.Errorf("%s: %d %q", path, w.Code, got)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{Limits: web.Limits{Rate: 0.01, Burst: 2}})
	busy, calm := e.client("okta", ""), e.client("entra", "")
	busy.ok(200, "GET", "/Users", "")
	busy.ok(200, "GET", "/Users", "")
	w := busy.send("GET", "/Users", "")
	wantError(t, "third request", w, 429, "")
	if got := w.Header().Get("Retry-After"); got != "100" {
		t.Errorf("Retry-After %q, want 100", got)
	}
	calm.ok(200, "GET", "/Users", "")
}

// broken is a store that fails, or panics.
type broken struct {
	joinery.Store
	failure func() error
}

func (b *broken) View(ctx context.Context, fn func(joinery.Tx) error) error {
	if b.failure != nil {
		return b.failure()
	}
	return b.Store.View(ctx, fn)
}

func TestFaultsOfOurs(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := &broken{Store: testenv.SQLite(t)}
	c := newEnvOn(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, b).client("generic", "")
	c.ok(200, "GET", "/Users", "") // so that the token is known
	for name, failure := range map[string]func() error{
		"error": func() error { return errors.New("disk on fire") },
		"panic": func() error { panic("disk on fire") },
	} {
		log.Reset()
		b.failure = failure
		detail := c.fails(500, "", "GET", "/Users", "", "X-Request-Id: req-1")
		if strings.Contains(detail, "fire") || !strings.Contains(detail, "req-1") {
			t.Errorf("%s: detail %q", name, detail)
		}
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "disk on fire") {
			t.Errorf("%s: log %s", name, &log)
		}
	}
	b.failure = func() error { return joinery.Errorf(joinery.Unavailable, "busy", "Try again.") }
	if w := c.send("GET", "/Users", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("unavailable: %d %v", w.Code, w.Header())
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := newEnv(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}).client("entra", "")
	c.ok(201, "POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kai@lumen.example","active":"True","password":"hunter2","shoeSize":45}`)
	c.ok(200, "GET", `/Users?filter=userName+eq+"kai@lumen.example"&count=3`, "")
	c.fails(409, "uniqueness", "POST", "/Users", `{"userName":"kai@lumen.example"}`)
	text := log.String()
	for _, secret := range []string{c.token, "kai", "hunter2"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log:\n%s", secret, text)
		}
	}
	for _, part := range []string{"route=/Users", "connection_id=" + c.id, "string-boolean", "shoeSize", "filter=redacted&count=3", "status=409"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in the log:\n%s", part, text)
		}
	}
}

func TestClientThatGoesAway(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	ctx, cancel := context.WithTimeout(t.Context(), -time.Second)
	defer cancel()
	r := httptest.NewRequest("GET", "http://host"+c.base+"/Users", nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+c.token)
	w := httptest.NewRecorder()
	c.env.handler.ServeHTTP(w, r)
	wantError(t, "a request out of time", w, 503, "")
}
