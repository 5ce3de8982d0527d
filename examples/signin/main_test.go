package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/server"
)

// TestCallback: who is new comes in; who signs in with the email of somebody
// else does not, and is told the case; without an answer nobody does.
func TestCallback(t *testing.T) {
	t.Parallel()
	s, err := server.New(t.Context(), server.Options{Database: t.TempDir(), AdminToken: "a-token-of-the-tests"})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s.Handler())
	t.Cleanup(func() { h.Close(); _ = s.Close() })
	o, err := s.Service().CreateOrganization(t.Context(), "Acme", "acme")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Service().CreateConnection(t.Context(), o.ID, "Okta", "okta", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Service().CreateAccount(t.Context(), joinery.NewAccount{Email: "sam@home.example"}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		said   signIn
		status int
		want   string
	}{
		{signIn{Subject: "lea", Email: "lea@acme.example", Groups: []string{}}, http.StatusOK, "member in " + o.ID},
		{signIn{Subject: "sam", Email: "sam@home.example"}, http.StatusForbidden, "tell the support C-"},
		{signIn{}, http.StatusServiceUnavailable, "try again"},
	} {
		step.said.ConnectionID = c.ID
		p := &product{joinery: h.URL, token: "a-token-of-the-tests", verify: func(*http.Request) (signIn, error) { return step.said, nil }}
		answer := httptest.NewRecorder()
		p.callback(answer, httptest.NewRequest(http.MethodPost, "/callback", nil))
		if answer.Code != step.status || !strings.Contains(answer.Body.String(), step.want) {
			t.Errorf("%q: %d %q, want %d and %q", step.said.Subject, answer.Code, answer.Body, step.status, step.want)
		}
	}
}
