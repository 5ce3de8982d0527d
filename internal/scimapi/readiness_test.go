package scimapi

import (
	stdcmp "cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
)

// scene is a connection of an organization of its own, and a clock.
type scene struct {
	*client
	t       *testing.T
	service *joinery.Service
	clock   *atomic.Int64 // nanoseconds that the clock is ahead
}

// newScene makes a connection with one token, which is never used to ask for
// readiness where it is not valid.
func newScene(t *testing.T, store joinery.Store, idp, policy string) *scene {
	t.Helper()
	e := newEnvOn(t, Options{}, store)
	s := &scene{t: t, clock: &atomic.Int64{}}
	s.service = joinery.NewService(joinery.Options{
		Store: store, Registry: e.service.Registry(), IdPs: []string{"generic", "okta", "entra"},
		Now: func() time.Time { return time.Now().Add(time.Duration(s.clock.Load())) },
	})
	e.service, e.handler = s.service, New(Options{Service: s.service})
	s.client = e.client(idp, policy)
	return s
}

func (s *scene) later(d time.Duration) { s.clock.Add(int64(d)) }

// must fails the test on an error of the Service.
func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// newToken makes a further token, and returns the ids of all.
func (s *scene) newToken(name string, expires *time.Time) (secret string, ids []string) {
	s.t.Helper()
	_, secret, err := s.service.CreateToken(s.t.Context(), s.id, name, "test", expires)
	s.must(err)
	tokens, err := s.service.Tokens(s.t.Context(), s.id)
	s.must(err)
	for _, token := range tokens {
		ids = append(ids, token.ID)
	}
	return secret, ids
}

func (s *scene) person(name string) string {
	s.t.Helper()
	id, _ := s.ok(201, "POST", "/Users", fmt.Sprintf(`{"userName":"%s@lumen.example","emails":[{"value":"%[1]s@lumen.example","type":"work"}]}`, name))["id"].(string)
	return id
}

// patch changes a User, where the guard does not hold it back.
func (s *scene) patch(user, path, value string) {
	s.t.Helper()
	s.send("PATCH", "/Users/"+user, `{"Operations":[{"op":"replace","path":"`+path+`","value":`+value+`}]}`)
}

func (s *scene) change(change joinery.ConnectionChange) {
	s.t.Helper()
	_, err := s.service.UpdateConnection(s.t.Context(), s.id, change)
	s.must(err)
}

// report asks for readiness over HTTP or, where no token is valid, the Service.
func (s *scene) report() (findings map[string]map[string]any, ready bool) {
	s.t.Helper()
	report := map[string]any{}
	if w := s.send("GET", "/readiness", ""); w.Code == 200 {
		report = decode(s.t, "readiness", w)
	} else {
		r, err := s.service.Readiness(s.t.Context(), s.id)
		s.must(err)
		report["ready"] = r.Ready
		data, _ := json.Marshal(r.Findings)
		var list []map[string]any
		s.must(json.Unmarshal(data, &list))
		var items []any
		for _, f := range list {
			items = append(items, map[string]any{"code": f["Code"], "severity": f["Severity"], "count": f["Count"]})
		}
		report["findings"] = items
	}
	findings = map[string]map[string]any{}
	items, _ := report["findings"].([]any)
	for _, item := range items {
		finding, _ := item.(map[string]any)
		code, _ := finding["code"].(string)
		findings[code] = finding
	}
	ready, _ = report["ready"].(bool)
	return findings, ready
}

// play is what leads to a finding.
type play struct {
	idp, policy string
	act         func(*scene)
	count       float64
	examples    []any // nil: whatever they are
}

const guardHolds = `{"guard":{"action":"hold","max":1,"percent":0,"window":"1h"}}`

// leave has three of four users leave.
func leave(s *scene) {
	for _, name := range []string{"ada", "bob", "cy", "dan"} {
		id := s.person(name)
		if name != "dan" {
			defer s.patch(id, "active", "false")
		}
	}
}

var plays = map[string]play{
	"no_valid_token": {act: func(s *scene) {
		_, ids := s.newToken("second", nil)
		for _, id := range ids {
			s.must(s.service.RevokeToken(s.t.Context(), s.id, id))
		}
	}},
	"token_expired": {act: func(s *scene) {
		end := time.Now().Add(time.Hour)
		secret, _ := s.newToken("old", &end)
		first := s.token
		s.token = secret
		s.person("ada")
		s.token = first
		s.later(2 * time.Hour)
	}, examples: []any{"old"}},
	"token_revoked": {act: func(s *scene) {
		s.person("ada")
		secret, ids := s.newToken("second", nil)
		s.must(s.service.RevokeToken(s.t.Context(), s.id, ids[0]))
		s.token = secret
	}},
	"token_expiring": {act: func(s *scene) {
		end := time.Now().Add(13 * 24 * time.Hour)
		s.token, _ = s.newToken("short", &end)
		s.person("ada")
	}, examples: []any{"short"}},
	"all_domains_refused": {policy: `{"verified_domains_only":true}`},
	"open_cases": {act: func(s *scene) {
		s.person("ada")
		s.send("POST", "/Users", `{"userName":"ADA@lumen.example"}`)
	}, count: 1},
	"guard_holding": {policy: guardHolds, act: leave, count: 2, examples: []any{"bob@lumen.example", "ada@lumen.example"}},
	"guard_rejecting": {policy: guardHolds, act: func(s *scene) {
		leave(s)
		_, err := s.service.DecideGuard(s.t.Context(), s.id, "reject")
		s.must(err)
	}, count: 2},
	"guard_tripped": {policy: `{"guard":{"action":"alert","max":1,"percent":0,"window":"1h"}}`, act: leave, count: 2},
	"failing_requests": {act: func(s *scene) {
		for range 20 {
			s.send("GET", "/Users/nobody", "")
		}
	}, count: 20},
	"idp_silent": {idp: "entra", act: func(s *scene) {
		s.person("ada")
		s.later(24 * time.Hour)
	}},
	"user_name_no_email": {act: func(s *scene) { s.person("ada"); s.user("bob"); s.user("cy") }, count: 2, examples: []any{"cy", "bob"}},
	"email_missing":      {act: func(s *scene) { s.person("ada"); s.user("bob") }, count: 1, examples: []any{"bob"}},
	"subject_differs": {act: func(s *scene) {
		s.person("ada")
		_, err := s.service.SignIn(s.t.Context(), joinery.SignIn{ConnectionID: s.id, Subject: "lovelace@lumen.example", Email: "ada@lumen.example"})
		s.must(err)
	}, count: 1, examples: []any{"ada@lumen.example"}},
	"no_verified_domain": {},
	"domain_pending": {act: func(s *scene) {
		_, err := s.service.AddDomain(s.t.Context(), s.env.org.ID, "lumen.example", false)
		s.must(err)
	}, count: 1, examples: []any{"lumen.example"}},
	"account_not_followed": {act: func(s *scene) {
		ada := s.person("ada")
		other, err := s.service.CreateOrganization(s.t.Context(), "Umbra", "umbra")
		s.must(err)
		accounts, err := s.service.Accounts(s.t.Context(), joinery.AccountQuery{Email: "ada@lumen.example", Limit: 1})
		s.must(err)
		_, err = s.service.AddMember(s.t.Context(), other.ID, accounts[0].ID, "")
		s.must(err)
		s.patch(ada, `emails[type eq \"work\"].value`, `"lovelace@lumen.example"`)
	}, count: 1, examples: []any{"ada@lumen.example"}},
	"users_unlinked": {act: func(s *scene) {
		on, off := true, false
		s.change(joinery.ConnectionChange{Observe: &on})
		s.person("ada")
		s.person("bob")
		_, err := s.service.CreateAccount(s.t.Context(), joinery.NewAccount{Email: "ada@lumen.example", Username: "ada"})
		s.must(err)
		s.change(joinery.ConnectionChange{Observe: &off})
	}, count: 1, examples: []any{"ada@lumen.example"}},
	"groups_ignored":  {policy: `{"preset":"bsr"}`, act: func(s *scene) { s.group("Team") }, count: 1},
	"groups_unmapped": {act: func(s *scene) { s.group("Team") }, count: 1, examples: []any{"Team"}},
	"mapping_unseen": {policy: `{"group_authority":"union"}`, act: func(s *scene) {
		s.person("ada")
		for _, name := range []string{"Typo", "Pushed", "Claimed"} {
			_, err := s.service.CreateMapping(s.t.Context(), s.id, joinery.NewMapping{GroupName: name, Target: "repo:x", Role: "writer"})
			s.must(err)
		}
		s.group("Pushed")
		_, err := s.service.SignIn(s.t.Context(), joinery.SignIn{ConnectionID: s.id, Subject: "ada", Email: "ada@lumen.example", Groups: []string{"claimed"}})
		s.must(err)
	}, count: 1, examples: []any{"Typo"}},
	"pending_members": {act: func(s *scene) { s.group("Team", "nobody", "none") }, count: 2},
	"observing": {act: func(s *scene) {
		on := true
		s.change(joinery.ConnectionChange{Observe: &on})
		s.person("ada")
	}, count: 1},
	"no_request_yet": {},
}

// TestReadiness plays what leads to each finding. Before it, a connection shows
// none but those of the beginning.
func TestReadiness(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		for _, check := range joinery.Checks() {
			t.Run(check.Code, func(t *testing.T) {
				t.Parallel()
				play, ok := plays[check.Code]
				if !ok {
					t.Fatal("nothing is played")
				}
				s := newScene(t, open(t), stdcmp.Or(play.idp, "generic"), play.policy)
				if play.act != nil {
					if findings, _ := s.report(); findings[check.Code] != nil {
						t.Fatalf("it is found before: %v", findings[check.Code])
					}
					play.act(s)
				}
				findings, ready := s.report()
				found := findings[check.Code]
				if found == nil {
					t.Fatalf("it is not found, but %v", findings)
				}
				if count, _ := found["count"].(float64); count != play.count {
					t.Errorf("count %v, want %v", count, play.count)
				}
				if diff := cmp.Diff(play.examples, found["examples"]); play.examples != nil && diff != "" {
					t.Errorf("examples: %s", diff)
				}
				hasError := false
				for _, finding := range findings {
					hasError = hasError || finding["severity"] == "error"
				}
				if found["severity"] != string(check.Severity) || ready == hasError {
					t.Errorf("ready %t, with %v", ready, findings)
				}
			})
		}
	})
}

// TestReadinessWithout holds that what is as it should be is not found.
func TestReadinessWithout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		idp, policy string
		act         func(*scene)
		want        []string
	}{
		"a connection at rest": {"okta", `{"username":"verbatim"}`, func(s *scene) {
			_, err := s.service.AddDomain(s.t.Context(), s.env.org.ID, "lumen.example", true)
			s.must(err)
			s.person("ada")
			s.later(6 * 24 * time.Hour)
		}, []string{}},
		"a few failures, an expired guard, a token for long": {"okta", guardHolds, func(s *scene) {
			end := time.Now().Add(15 * 24 * time.Hour)
			s.token, _ = s.newToken("long", &end)
			leave(s)
			s.send("GET", "/Users/nobody", "")
			s.later(61 * time.Minute)
		}, []string{"no_verified_domain"}},
		"an old token beside the one in use": {"okta", "", func(s *scene) {
			_, ids := s.newToken("second", nil)
			end := time.Now().Add(time.Hour)
			s.newToken("third", &end)
			s.must(s.service.RevokeToken(s.t.Context(), s.id, ids[1]))
			s.person("ada")
		}, []string{"no_verified_domain"}},
		"claims without groups": {"okta", `{"preset":"bsr"}`, func(s *scene) { s.person("ada") }, []string{"no_verified_domain"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, testenv.SQLite(t), c.idp, c.policy)
			c.act(s)
			findings, _ := s.report()
			codes := []string{}
			for code := range findings {
				codes = append(codes, code)
			}
			slices.Sort(codes)
			if diff := cmp.Diff(c.want, codes); diff != "" {
				t.Errorf("%s\n%v", diff, findings)
			}
		})
	}
}

// TestReadinessAnswer shows the whole answer, under both base URLs.
func TestReadinessAnswer(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	c := e.client("okta", "")
	for _, base := range []string{c.base, "/scim/v2"} {
		got := (&client{env: e, id: c.id, token: c.token, base: base}).ok(200, "GET", "/Readiness", "")
		findings, _ := got["findings"].([]any)
		if len(findings) != 2 {
			t.Fatalf("findings %v", findings)
		}
		connection, err := e.service.Connection(context.Background(), c.id)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"schemas": []any{"urn:joineryhq:scim:api:messages:1.0:Readiness"}, "connection_id": c.id, "ready": true, "checked": got["checked"],
			"findings": []any{findings[0], map[string]any{
				"code": "no_request_yet", "severity": "info", "summary": "The identity provider has sent nothing yet.",
				"action": "Enter the SCIM base URL and the token in the identity provider and turn provisioning on.",
				"since":  connection.Created.Format(time.RFC3339Nano),
			}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	stranger := &client{env: e, token: "jscim-none", base: c.base}
	stranger.fails(401, "", "GET", "/readiness", "")
	other := e.client("okta", "")
	other.base = c.base
	other.fails(401, "", "GET", "/readiness", "")
}
