package consent_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/consent"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// site serves the pages of a service where an account's owner was asked.
type site struct {
	*joinery.Service
	handler http.Handler
	log     bytes.Buffer
	hours   atomic.Int64 // that have passed
	code    string       // of the case
	secret  string       // of the link
	account string
}

func newSite(t *testing.T) *site {
	t.Helper()
	store, err := sqldb.OpenSQLite(t.Context(), sqldb.SQLiteOptions{Path: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	registry, err := schema.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{}
	s.Service = joinery.NewService(joinery.Options{
		Store: store, Registry: registry, IdPs: []string{"generic"},
		Now: func() time.Time { return time.Now().Add(time.Duration(s.hours.Load()) * time.Hour) },
	})
	s.handler = consent.New(consent.Options{Service: s.Service, Logger: slog.New(slog.NewJSONHandler(&s.log, nil))})
	s.ask(t)
	return s
}

// ask opens a case and asks the owner of the account in the way.
func (s *site) ask(t *testing.T) {
	t.Helper()
	account, err := s.CreateAccount(t.Context(), joinery.NewAccount{Email: "sam@home.example", Username: "sam.home"})
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.CreateOrganization(t.Context(), "Stone & <b>Sons</b>", "stone")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.CreateConnection(t.Context(), o.ID, "Okta", "generic", nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.SignIn(t.Context(), joinery.SignIn{ConnectionID: c.ID, Subject: "s-1", Email: "sam@home.example", DisplayName: "Sam Stone"})
	if err != nil {
		t.Fatal(err)
	}
	s.account, s.code = account.ID, result.Case.Code
	if _, s.secret, err = s.ActOnCase(t.Context(), s.code, joinery.CaseAction{Action: joinery.ActionConnect, Consent: "owner"}); err != nil {
		t.Fatal(err)
	}
}

func (s *site) get(method, secret string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequest(method, "/consent/"+secret, nil))
	return w
}

func (s *site) expect(t *testing.T, method, secret string, status int, texts ...string) {
	t.Helper()
	w := s.get(method, secret)
	if w.Code != status {
		t.Errorf("%s: status %d, want %d", method, w.Code, status)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s: %q is missing in\n%s", method, text, w.Body)
		}
	}
}

// status is that of the case.
func (s *site) status(t *testing.T) joinery.CaseStatus {
	t.Helper()
	c, err := s.Case(t.Context(), s.code)
	if err != nil {
		t.Fatal(err)
	}
	return c.Status
}

func TestConsent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 2 { // looking changes nothing
		s.expect(t, "GET", s.secret, 200, "Stone &amp; &lt;b&gt;Sons&lt;/b&gt;", "sam@home.example", "Sam Stone", s.code, `<form method="post">`)
	}
	s.expect(t, "HEAD", s.secret, 200)
	s.expect(t, "PUT", s.secret, 405, "Open it in a browser.")
	if status := s.status(t); status != joinery.CaseOpen {
		t.Fatalf("the case is %s before anyone consented", status)
	}
	s.expect(t, "POST", s.secret, 200, "Your account is connected", "sam@home.example")
	if status := s.status(t); status != joinery.CaseResolved {
		t.Errorf("the case is %s", status)
	}
	for _, method := range []string{"GET", "POST"} { // it works once
		s.expect(t, method, s.secret, 404, "This link does not work")
	}
	events, err := s.Audit(t.Context(), joinery.AuditQuery{SubjectID: s.account, Type: joinery.AccountAdopted})
	if err != nil || len(events) != 1 || events[0].Actor.Type != joinery.ActorOwner || events[0].RequestID == "" {
		t.Errorf("the audit tells %+v, %v", events, err)
	}
}

func TestLinksThatDoNotWork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path    string
		prepare func(*testing.T, *site)
	}{
		"unknown":     {path: "jconsent-unknown"},
		"none at all": {path: ""},
		"expired":     {prepare: func(_ *testing.T, s *site) { s.hours.Store(8 * 24) }},
		"settled otherwise": {prepare: func(t *testing.T, s *site) {
			if _, _, err := s.ActOnCase(t.Context(), s.code, joinery.CaseAction{Action: joinery.ActionDismiss, Reason: "no"}); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			secret := c.path
			if c.prepare != nil {
				secret = s.secret
				c.prepare(t, s)
			}
			s.expect(t, "GET", secret, 404, "This link does not work", "<h1>")
			s.expect(t, "POST", secret, 404, "This link does not work")
		})
	}
}

// TestWhatPagesKeepToThemselves holds that a page loads nothing, is kept nowhere
// and framed by nobody, and that the secret is told to no one.
func TestWhatPagesKeepToThemselves(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.get("GET", s.secret)
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "Set-Cookie": "",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %s", policy, part)
		}
	}
	for _, word := range []string{"<script", "src=", "href=", s.secret} {
		if strings.Contains(w.Body.String(), word) {
			t.Errorf("the page has %q", word)
		}
	}
	if log := s.log.String(); strings.Contains(log, s.secret) || !strings.Contains(log, `"route":"/consent/{secret}"`) {
		t.Errorf("the log is %s", log)
	}
}
