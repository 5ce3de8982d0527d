package idp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
)

// TestRecordings plays every recording against a whole server over HTTP, on
// each database. All share one server, each in an organization of its own, so
// that they also show that connections do not see each other. With -update, the
// sections of events are written anew.
func TestRecordings(t *testing.T) {
	t.Parallel()
	all := recordings(t)
	testenv.Stores(t, func(t *testing.T, database string, open testenv.Opener) {
		if *update && database != "sqlite" {
			t.Skip("one database is enough to write recordings anew")
		}
		h := newHost(t, open(t))
		for i, r := range all {
			t.Run(r.name(), func(t *testing.T) {
				t.Parallel()
				play(t, h, r, i)
			})
		}
	})
}

// host is a running server.
type host struct {
	url     string
	service *joinery.Service
	close   func() // waits for the requests in flight
}

func newHost(t *testing.T, store joinery.Store) *host {
	t.Helper()
	unlimited := 0.0
	return serve(t, server.Options{Store: store, RateLimit: &unlimited, AdminToken: operatorToken})
}

const operatorToken = "the-token-of-the-operator"

// serve starts a server on a store.
func serve(t *testing.T, o server.Options) *host {
	t.Helper()
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	return &host{url: web.URL, service: s.Service(), close: web.Close}
}

// organization makes an organization.
func (h *host) organization(t *testing.T, slug string) string {
	t.Helper()
	o, err := h.service.CreateOrganization(t.Context(), "Fjord", slug)
	if err != nil {
		t.Fatal(err)
	}
	return o.ID
}

// connect makes a connection and a token of it.
func (h *host) connect(t *testing.T, organization, name, profile, policy string, strict bool) (connection, token string) {
	t.Helper()
	var keys json.RawMessage
	if policy != "" {
		keys = json.RawMessage(policy)
	}
	c, err := h.service.CreateConnection(t.Context(), organization, name, profile, keys)
	if err != nil {
		t.Fatal(err)
	}
	if strict {
		if _, err := h.service.UpdateConnection(t.Context(), c.ID, joinery.ConnectionChange{Strict: &strict}); err != nil {
			t.Fatal(err)
		}
	}
	_, secret, err := h.service.CreateToken(t.Context(), c.ID, "test", "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID, secret
}

// player plays one recording.
type player struct {
	t            *testing.T
	host         *host
	organization string
	connection   string
	values       bindings
	mediaType    string
	domains      domains
}

// play makes the connection and goes through the steps. What stands before the
// first request may use what strict mode refuses.
func play(t *testing.T, h *host, r *recording, number int) {
	organization := h.organization(t, fmt.Sprint("fjord-", number))
	connection, token := h.connect(t, organization, r.title, r.profile, r.policy, r.strict)
	p := &player{t: t, host: h, organization: organization, connection: connection, mediaType: "application/scim+json", values: bindings{
		"base": h.url + "/scim/v2/" + connection, "token": token, "connection": connection, "organization": organization, "host": h.url,
	}, domains: domains(fmt.Sprint("r", number))}
	if r.profile == "onelogin" {
		p.mediaType = "application/json"
	}
	start := -1
	for _, s := range r.steps {
		if s.kind == "request" && start < 0 {
			start = len(p.events())
		}
		p.step(s)
	}
	got := p.events()[start:]
	if *update {
		r.rewriteEvents(t, got)
		return
	}
	if diff := cmp.Diff(r.events, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func (p *player) step(s step) {
	p.t.Helper()
	answer, body := p.send(s)
	name := s.kind + " " + s.method + " " + s.path
	switch {
	case s.status == 0 && answer.StatusCode/100 != 2, s.status != 0 && answer.StatusCode != s.status:
		p.t.Fatalf("%s: status %d, want %d; body: %s", name, answer.StatusCode, s.status, p.values.hide(body))
	}
	if s.kind != "operator" {
		p.general(name, answer, body)
	}
	p.keep(name, s.keep, body)
	p.checkHeader(name, s.wantHeader, answer.Header)
	if s.wantBody != "" {
		if err := p.values.body(s.wantBody, body); err != nil {
			p.t.Errorf("%s: %s\nanswer: %s", name, p.values.hide(err.Error()), p.values.hide(body))
		}
	}
}

// keep keeps the id of an answer under a name.
func (p *player) keep(name, as, body string) {
	p.t.Helper()
	if as == "" {
		return
	}
	var resource struct{ ID string }
	if err := json.Unmarshal([]byte(body), &resource); err != nil || resource.ID == "" {
		p.t.Fatalf("%s: no id in %s", name, body)
	}
	if kept, ok := p.values[as]; ok && kept != resource.ID {
		p.t.Errorf("%s: {{%s}} is another one now", name, as)
	}
	p.values[as] = resource.ID
}

// send sends a request as the client would, with the headers that it would.
func (p *player) send(s step) (*http.Response, string) {
	p.t.Helper()
	base, token, mediaType := p.values["base"], p.values["token"], "application/scim+json; charset=utf-8"
	switch s.kind {
	case "elsewhere":
		base, token = p.elsewhere()
	case "operator":
		base, token, mediaType = p.host.url+"/api/v1", operatorToken, "application/json"
	}
	if path, ok := strings.CutPrefix(s.path, "~"); ok { // not below the connection
		base, s.path = p.host.url, path
	}
	path, body := p.domains.own(p.values.fill(s.path)), p.domains.own(p.values.fill(s.body))
	request, err := http.NewRequestWithContext(p.t.Context(), s.method, base+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if s.body != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	for _, line := range s.header {
		name, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(p.values.fill(value)); value == "" {
			request.Header.Del(name)
			continue
		}
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer, p.domains.shared(string(data))
}

// elsewhere makes another connection of the organization.
func (p *player) elsewhere() (base, token string) {
	connection, token := p.host.connect(p.t, p.organization, "Elsewhere", "generic", "", false)
	return p.host.url + "/scim/v2/" + connection, token
}

// identifier is what ids and connection ids look like: nothing that a URL
// would have to escape, no underscore.
var identifier = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// general checks what holds for every answer.
func (p *player) general(name string, answer *http.Response, body string) {
	p.t.Helper()
	if answer.StatusCode == http.StatusNoContent || answer.StatusCode == http.StatusNotModified {
		if body != "" {
			p.t.Errorf("%s: a %d with a body: %s", name, answer.StatusCode, body)
		}
		return
	}
	if got := answer.Header.Get("Content-Type"); got != p.mediaType+";charset=utf-8" && !strings.HasPrefix(got, "application/scim+json;") {
		p.t.Errorf("%s: content type %q", name, got)
	}
	var object struct {
		ID      string
		Schemas []string
		Status  any
	}
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		p.t.Errorf("%s: no JSON object: %s", name, body)
	}
	if answer.StatusCode >= 400 {
		if object.Status != fmt.Sprint(answer.StatusCode) || !slices.Equal(object.Schemas, []string{"urn:ietf:params:scim:api:messages:2.0:Error"}) {
			p.t.Errorf("%s: not a SCIM error: %s", name, body)
		}
	}
	if strings.HasPrefix(body, "null") || strings.Contains(body, ":null") {
		p.t.Errorf("%s: a null in the answer: %s", name, body)
	}
	if answer.StatusCode == http.StatusCreated && (!identifier.MatchString(object.ID) || strings.Contains(strings.ToLower(object.ID), "bulkid")) {
		p.t.Errorf("%s: the id %q is not fit for a URL", name, object.ID)
	}
}

func (p *player) checkHeader(name string, want []string, got http.Header) {
	p.t.Helper()
	for _, line := range want {
		key, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(value); value == "" {
			if got.Get(key) != "" {
				p.t.Errorf("%s: header %s is %q, want none", name, key, got.Get(key))
			}
		} else if !p.values.text(value, got.Get(key)) {
			p.t.Errorf("%s: header %s is %q, want %q", name, key, p.values.hide(got.Get(key)), value)
		}
	}
}
