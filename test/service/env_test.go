// Package service asks whole servers over HTTP, on SQLite and on PostgreSQL,
// for what they promise beyond one request: that connections are apart, that
// limits hold, that every error has its form, that nothing is lost or done
// twice when many ask at once.
package service

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
)

const adminToken = "an-admin-token-of-the-tests"

// env is a server that listens.
type env struct {
	t     *testing.T
	store joinery.Store
	url   string
	http  *http.Client
}

// onBoth runs a test on a server of its own on each database.
func onBoth(t *testing.T, run func(*testing.T, *env)) {
	t.Helper()
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		run(t, newEnv(t, open(t), server.Options{}))
	})
}

// newEnv starts a server. Without a rate it limits none.
func newEnv(t *testing.T, store joinery.Store, o server.Options) *env {
	t.Helper()
	o.Store, o.AdminToken, o.Schemas = store, adminToken, os.DirFS("testdata/schemas")
	if o.RateLimit == nil {
		o.RateLimit = new(float64)
	}
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server: %v", err)
		}
	})
	return &env{t: t, store: store, url: "http://" + listener.Addr().String(), http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is what a server sent back.
type answer struct {
	status int
	header http.Header
	body   string
}

// object decodes the body of an answer, nil where that is no object.
func (a answer) object() map[string]any {
	var object map[string]any
	_ = json.Unmarshal([]byte(a.body), &object) // the caller sees that it is nil
	return object
}

// send sends a request with headers, given as "Name: value". It may be called
// from any goroutine; where there is no answer, the status is 0.
func (e *env) send(method, url, body string, headers ...string) answer {
	e.t.Helper()
	return e.sendFrom(method, url, strings.NewReader(body), headers...)
}

func (e *env) sendFrom(method, url string, body io.Reader, headers ...string) answer {
	e.t.Helper()
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		e.t.Errorf("%s %s: %v", method, url, err)
		return answer{}
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	response, err := e.http.Do(r)
	if err != nil {
		e.t.Errorf("%s %s: %v", method, url, err)
		return answer{}
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		e.t.Errorf("%s %s: %v", method, url, err)
	}
	return answer{response.StatusCode, response.Header, string(data)}
}

// admin calls the admin API, which must answer with the status.
func (e *env) admin(status int, method, path, body string) map[string]any {
	e.t.Helper()
	a := e.send(method, e.url+"/api/v1"+path, body, "Authorization: Bearer "+adminToken, "Content-Type: application/json")
	if a.status != status {
		e.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a.object()
}

func (e *env) organization(slug string) string {
	e.t.Helper()
	return text(e.admin(201, "POST", "/organizations", `{"name":"`+slug+`","slug":"`+slug+`"}`), "id")
}

// connect makes a connection with a token.
func (e *env) connect(organization, idp string) *client {
	e.t.Helper()
	made := e.admin(201, "POST", "/organizations/"+organization+"/connections", `{"name":"`+idp+`","idp":"`+idp+`"}`)
	c := &client{env: e, organization: organization, id: text(made, "id"), base: text(made, "scim_base_url")}
	c.token, _ = c.newToken()
	return c
}

// connectNew makes a connection in an organization of its own.
func (e *env) connectNew(idp string) *client {
	e.t.Helper()
	return e.connect(e.organization("o-"+uuid.NewString()), idp)
}

// events reads all events from the beginning.
func (e *env) events() (events []map[string]any) {
	e.t.Helper()
	for after := ""; ; {
		page := e.admin(200, "GET", "/events?limit=1000&after="+after, "")
		list := objects(page["events"])
		events = append(events, list...)
		if len(list) < 1000 {
			return events
		}
		after = text(page, "next_cursor")
	}
}
