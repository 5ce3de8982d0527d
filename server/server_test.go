package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/server"
	"github.com/joineryhq/joinery/storage"
)

const adminToken = "an-admin-token-of-our-own"

func newServer(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	if o.Store == nil && o.Database == "" {
		o.Database = t.TempDir()
	}
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// get asks the handler of a server, without a network between.
func get(s *server.Server, method, path string) (status int, header http.Header, body string) {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Code, w.Header(), w.Body.String()
}

func TestPaths(t *testing.T) {
	t.Parallel()
	s := newServer(t, server.Options{AdminToken: adminToken})
	for _, c := range []struct {
		method, path string
		status       int
		contentType  string
		contains     string
	}{
		{"GET", "/", 200, "text/plain; charset=utf-8", "This is Joinery"},
		{"GET", "/healthz", 200, "text/plain; charset=utf-8", "ok"},
		{"GET", "/readyz", 200, "text/plain; charset=utf-8", "ok"},
		{"GET", "/metrics", 200, "", "go_goroutines"},
		{"GET", "/api/v1/openapi.json", 200, "application/openapi+json", `"openapi":"3.1.0"`},
		{"GET", "/api/v1/organizations", 401, "application/problem+json", "token_missing"},
		{"GET", "/scim/v2/Users", 401, "application/scim+json", "urn:ietf:params:scim:api:messages:2.0:Error"},
		{"GET", "/nothing", 404, "application/problem+json", "no_such_path"},
		{"POST", "/", 404, "application/problem+json", "no_such_path"},
		{"POST", "//api/v1//organizations", 401, "application/problem+json", "token_missing"},
		{"GET", "/metrics", 200, "", `joinery_http_requests_total{api="scim"`}, // of the request above
	} {
		status, header, body := get(s, c.method, c.path)
		if status != c.status {
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, status, c.status)
		}
		if got := header.Get("Content-Type"); c.contentType != "" && !strings.HasPrefix(got, c.contentType) {
			t.Errorf("%s %s: content type %q, want %q", c.method, c.path, got, c.contentType)
		}
		if !strings.Contains(body, c.contains) {
			t.Errorf("%s %s: %q is missing in\n%.500s", c.method, c.path, c.contains, body)
		}
	}
}

// TestPublicURL shows what the URLs begin with that a server tells its clients.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	forwarded := http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"scim.example.com, inner"}}
	for name, c := range map[string]struct {
		options server.Options
		header  http.Header
		want    string
	}{
		"as requested":    {server.Options{}, nil, "http://inner.example/scim/v2/"},
		"proxy unknown":   {server.Options{}, forwarded, "http://inner.example/scim/v2/"},
		"proxy trusted":   {server.Options{TrustProxy: true}, forwarded, "https://scim.example.com/scim/v2/"},
		"proxy is absurd": {server.Options{TrustProxy: true}, http.Header{"X-Forwarded-Proto": {"ftp"}, "X-Forwarded-Host": {"a/b"}}, "http://inner.example/scim/v2/"},
		"configured":      {server.Options{PublicURL: "https://public.example/", TrustProxy: true}, forwarded, "https://public.example/scim/v2/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.options.AdminToken = adminToken
			s := newServer(t, c.options)
			o, err := s.Service().CreateOrganization(t.Context(), "Acme", "acme")
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			r := httptest.NewRequest("POST", "http://inner.example/api/v1/organizations/"+o.ID+"/connections", strings.NewReader(`{"name":"Okta"}`))
			if c.header != nil {
				r.Header = c.header.Clone()
			}
			r.Header.Set("Authorization", "Bearer "+adminToken)
			s.Handler().ServeHTTP(w, r)
			if !strings.Contains(w.Body.String(), `"scim_base_url":"`+c.want) {
				t.Errorf("%q is missing in %s", c.want, w.Body)
			}
		})
	}
}

func TestAdminTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var shown []string
	options := server.Options{Database: dir, ShowAdminToken: func(secret string) { shown = append(shown, secret) }}
	for range 2 {
		s := newServer(t, options)
		if actor, err := s.Service().AuthenticateAdmin(t.Context(), shown[0]); err != nil || actor.ID == "" {
			t.Errorf("the token is refused: %v, %v", actor, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(shown) != 1 {
		t.Errorf("shown %d tokens, want 1", len(shown))
	}
}

// brokenStore is a store whose database does not answer.
type brokenStore struct{ joinery.Store }

func (brokenStore) Ping(context.Context) error { return errors.New("no route to host") }

func TestNotReady(t *testing.T) {
	t.Parallel()
	store, err := storage.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, server.Options{Store: brokenStore{store}})
	status, _, body := get(s, "GET", "/readyz")
	if status != http.StatusServiceUnavailable || strings.Contains(body, "route") {
		t.Errorf("got %d %s", status, body)
	}
	if status, _, _ := get(s, "GET", "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: %d: a restart would not help", status)
	}
}

// serving is a server that runs.
type serving struct {
	*server.Server
	address string
	stop    context.CancelFunc
	ended   chan error
}

func serve(t *testing.T, o server.Options) *serving {
	t.Helper()
	o.AdminToken = adminToken
	s := &serving{Server: newServer(t, o), ended: make(chan error, 1)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	t.Cleanup(cancel)
	go func() { s.ended <- s.Serve(ctx, listener) }()
	return s
}

// beginPost sends the head of a request and returns once its handler waits for
// the body.
func beginPost(t *testing.T, address string, length int) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "POST /api/v1/organizations HTTP/1.1\r\nHost: joinery\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", adminToken, length)
	reader := bufio.NewReader(conn)
	line, err := reader.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v", line, err)
	}
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return conn, reader
}

func TestGracefulStop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, server.Options{Database: dir})
	const body = `{"name":"Acme","slug":"acme"}`
	conn, reader := beginPost(t, s.address, len(body))
	s.stop()
	for { // until it accepts no connection any more
		other, err := net.Dial("tcp", s.address)
		if err != nil {
			break
		}
		_ = other.Close()
	}
	if status, _, _ := get(s.Server, "GET", "/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz while stopping: %d", status)
	}
	if status, _, _ := get(s.Server, "GET", "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz while stopping: %d", status)
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		t.Errorf("the request in flight: %s", response.Status)
	}
	if err := <-s.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	again := newServer(t, server.Options{Database: dir})
	if list, err := again.Service().Organizations(t.Context(), "", 10); err != nil || len(list) != 1 {
		t.Errorf("after a restart: %d organizations, %v", len(list), err)
	}
}

func TestStopGivesUp(t *testing.T) {
	t.Parallel()
	s := serve(t, server.Options{StopTimeout: time.Millisecond})
	beginPost(t, s.address, 10) // and never sends the body
	s.stop()
	if err := <-s.ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Serve: %v", err)
	}
}

func TestNewFails(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]server.Options{
		"database":  {Database: "mysql://localhost/joinery"},
		"directory": {Database: "/dev/null/joinery"},
	} {
		if s, err := server.New(t.Context(), o); err == nil {
			t.Errorf("%s: no error", name)
			_ = s.Close()
		}
	}
}
