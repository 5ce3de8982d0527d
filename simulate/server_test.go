package simulate_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
	"github.com/joineryhq/joinery/simulate"
)

// client is one of the simulated clients.
type client struct {
	name string
	idp  string
	run  func(t *testing.T, url, token string, d simulate.Directory, observer func(simulate.Step)) *simulate.Report
}

func clients() []client {
	okta := func(mode simulate.OktaMode) func(*testing.T, string, string, simulate.Directory, func(simulate.Step)) *simulate.Report {
		return func(t *testing.T, url, token string, d simulate.Directory, observer func(simulate.Step)) *simulate.Report {
			t.Helper()
			report, err := simulate.Okta{BaseURL: url, Token: token, Mode: mode, People: d.People, Groups: d.Groups, Observer: observer}.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
	}
	entra := func(flag bool) func(*testing.T, string, string, simulate.Directory, func(simulate.Step)) *simulate.Report {
		return func(t *testing.T, url, token string, d simulate.Directory, observer func(simulate.Step)) *simulate.Report {
			t.Helper()
			report, err := simulate.Entra{BaseURL: url, Token: token, Flag: flag, People: d.People, Groups: d.Groups, Observer: observer}.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
	}
	return []client{
		{"okta-oin", "okta-oin", okta(simulate.OIN)},
		{"okta-aiw", "okta", okta(simulate.AIW)},
		{"entra", "entra-legacy", entra(false)},
		{"entra-flag", "entra", entra(true)},
	}
}

// serve starts a server on a store with a connection, and returns the base URL
// and a token. The wrapper stands between client and server.
func serve(t *testing.T, store joinery.Store, idp string, wrap func(http.Handler) http.Handler) (url, token string) {
	t.Helper()
	noLimit := 0.0
	s, err := server.New(t.Context(), server.Options{Store: store, RateLimit: &noLimit})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(wrap(s.Handler()))
	t.Cleanup(web.Close)
	o, err := s.Service().CreateOrganization(t.Context(), "Acme", "acme")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Service().CreateConnection(t.Context(), o.ID, "IdP", idp, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.Service().CreateToken(t.Context(), c.ID, "test", "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return web.URL + "/scim/v2/" + c.ID, secret
}

func unchanged(h http.Handler) http.Handler { return h }

// TestLife leads each client through its life on both databases.
func TestLife(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		for _, c := range clients() {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				url, token := serve(t, open(t), c.idp, unchanged)
				report := c.run(t, url, token, simulate.NewDirectory(c.name+".example", 16, 3), nil)
				for _, failure := range report.Failures {
					t.Error(failure)
				}
				if report.Created < 16 || report.Deactivated == 0 || report.Reactivated == 0 || report.GroupsDeleted != 1 || report.MembersAdded == 0 {
					t.Errorf("too little happened: %+v", report)
				}
			})
		}
	})
}

// TestPushedTwice has a provider meet its own people again: it must link them,
// not create them.
func TestPushedTwice(t *testing.T) {
	t.Parallel()
	for _, c := range clients() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url, token := serve(t, testenv.SQLite(t), c.idp, unchanged)
			d := standing(simulate.NewDirectory("twice.example", 4, 2))
			c.run(t, url, token, d, nil)
			second := c.run(t, url, token, d, nil)
			for _, failure := range second.Failures {
				t.Error(failure)
			}
			if second.Created != 0 {
				t.Errorf("%d people were created again", second.Created)
			}
		})
	}
}

// standing is a directory in which nothing happens.
func standing(d simulate.Directory) simulate.Directory {
	for i := range d.People {
		d.People[i].Change = simulate.PersonChange{}
	}
	for i := range d.Groups {
		d.Groups[i].Change = simulate.GroupChange{}
	}
	return d
}

// fault is a way in which servers go wrong.
type fault struct {
	name    string
	client  string
	wrap    func(http.Handler) http.Handler
	noticed simulate.Action // by a failure of this action
}

// faults are such as real servers had.
func faults() []fault {
	return []fault{
		{"forgets PATCH", "okta-oin", swallow(http.MethodPatch), simulate.ReadBack},
		{"forgets PATCH", "entra", swallow(http.MethodPatch), simulate.ReadBack},
		{"forgets DELETE", "entra", swallow(http.MethodDelete), simulate.ReadBack},
		{"has no PATCH", "okta-oin", refuse(http.MethodPatch, http.StatusMethodNotAllowed), simulate.Deactivate},
		{"has no PUT", "okta-aiw", refuse(http.MethodPut, http.StatusNotFound), simulate.UpdateUser},
		{"answers DELETE with 200", "okta-oin", replaceStatus(http.MethodDelete, http.StatusNoContent, http.StatusOK), simulate.DeleteGroup},
		{"answers 404 for no match", "entra", refuse(http.MethodGet, http.StatusNotFound), simulate.TestConnection},
		{"speaks HTML", "okta-oin", contentType("text/html"), simulate.TestConnection},
		{"shows members", "entra", dropQuery("excludedAttributes"), simulate.LookUp},
		{"answers filters with everybody", "entra-flag", dropQuery("filter"), simulate.LookUp},
		{"loses letters", "okta-aiw", mangle(`"familyName":"Ito"`, `"familyName":"I"`), simulate.CreateUser},
		{"shows passwords", "okta-oin", mangle(`"userName":`, `"password":"x","userName":`), simulate.CreateUser},
	}
}

// TestFaultsAreNoticed holds the expectations to their purpose: a server that
// goes wrong must not pass.
func TestFaultsAreNoticed(t *testing.T) {
	t.Parallel()
	for _, f := range faults() {
		t.Run(f.name+" "+f.client, func(t *testing.T) {
			t.Parallel()
			for _, c := range clients() {
				if c.name != f.client {
					continue
				}
				url, token := serve(t, testenv.SQLite(t), c.idp, f.wrap)
				seen := map[simulate.Action]bool{}
				runAnyway(t, c, url, token, func(s simulate.Step) { seen[s.Action] = seen[s.Action] || !s.OK })
				if !seen[f.noticed] {
					t.Errorf("no failure of %q; failures: %v", f.noticed, seen)
				}
			}
		})
	}
}

// runAnyway runs a client whose connection test may fail.
func runAnyway(t *testing.T, c client, url, token string, observer func(simulate.Step)) {
	t.Helper()
	d := simulate.NewDirectory("faults.example", 8, 2)
	if c.name == "okta-aiw" || c.name == "okta-oin" {
		mode := simulate.OIN
		if c.name == "okta-aiw" {
			mode = simulate.AIW
		}
		_, _ = simulate.Okta{BaseURL: url, Token: token, Mode: mode, People: d.People, Groups: d.Groups, Observer: observer}.Run(t.Context())
		return
	}
	_, _ = simulate.Entra{BaseURL: url, Token: token, Flag: c.name == "entra-flag", People: d.People, Groups: d.Groups, Observer: observer}.Run(t.Context())
}

func swallow(method string) func(http.Handler) http.Handler {
	return refuse(method, http.StatusNoContent)
}

func refuse(method string, status int) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method {
				w.WriteHeader(status)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

func dropQuery(name string) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			query.Del(name)
			r.URL.RawQuery = query.Encode()
			h.ServeHTTP(w, r)
		})
	}
}

func replaceStatus(method string, from, to int) func(http.Handler) http.Handler {
	return rewritten(func(r *http.Request, answer *httptest.ResponseRecorder) {
		if r.Method == method && answer.Code == from {
			answer.Code = to
			answer.Body.WriteString("{}")
			answer.Header().Set("Content-Type", "application/scim+json")
		}
	})
}

func contentType(kind string) func(http.Handler) http.Handler {
	return rewritten(func(_ *http.Request, answer *httptest.ResponseRecorder) { answer.Header().Set("Content-Type", kind) })
}

func mangle(from, to string) func(http.Handler) http.Handler {
	return rewritten(func(_ *http.Request, answer *httptest.ResponseRecorder) {
		text := bytes.ReplaceAll(answer.Body.Bytes(), []byte(from), []byte(to))
		answer.Body = bytes.NewBuffer(text)
	})
}

func rewritten(change func(*http.Request, *httptest.ResponseRecorder)) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			change(r, answer)
			for name, values := range answer.Header() {
				if name != "Content-Length" {
					w.Header()[name] = values
				}
			}
			w.WriteHeader(answer.Code)
			_, _ = io.Copy(w, answer.Body)
		})
	}
}
