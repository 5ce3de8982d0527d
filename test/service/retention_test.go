package service

import (
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/server"
)

// TestRetention lets time pass: who was deleted returns within the retention
// time; after it he is forgotten, but his membership is not, so that his account
// is adopted by whoever pushes him then. Handles that were given up become free.
func TestRetention(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		registry, err := schema.NewRegistry()
		if err != nil {
			t.Fatal(err)
		}
		s := joinery.NewService(joinery.Options{Store: open(t), Registry: registry, IdPs: []string{"generic"}, Now: func() time.Time { return now }})
		ctx, user := t.Context(), registry.Type("User")
		o, err := s.CreateOrganization(ctx, "Acme", "acme")
		must(t, err)
		connection, err := s.CreateConnection(ctx, o.ID, "idp", "generic", []byte(`{"retention_days":10,"reserve_days":10}`))
		must(t, err)
		c := joinery.Caller{Connection: connection, TokenID: "token"}
		create := func() *joinery.Resource {
			t.Helper()
			out, err := s.CreateResource(ctx, c, user, scim.Document{
				"schemas": []any{user.Core.ID}, "userName": "kai", "externalId": "x", "emails": []any{map[string]any{"value": "kai@home.example"}},
			})
			must(t, err)
			return out.Resource
		}
		holder := func() string {
			t.Helper()
			list, err := s.Accounts(ctx, joinery.AccountQuery{Email: "kai@home.example", Limit: 10})
			must(t, err)
			if len(list) != 1 {
				t.Fatalf("%d accounts have the email", len(list))
			}
			return list[0].ID
		}
		later := func(days int) {
			t.Helper()
			now = now.Add(time.Duration(days) * 24 * time.Hour)
			must(t, s.Purge(ctx))
		}
		first := create()
		account := holder()
		must(t, s.DeleteResource(ctx, c, user, first.ID, joinery.Expect{}))
		later(9)
		second := create()
		if second.ID != first.ID || holder() != account {
			t.Errorf("within the retention time: user %s became %s, account %s became %s", first.ID, second.ID, account, holder())
		}
		must(t, s.DeleteResource(ctx, c, user, first.ID, joinery.Expect{}))
		later(11)
		view, err := s.Account(ctx, account)
		must(t, err)
		if view.State != joinery.AccountIsSuspended || len(view.Links) != 0 {
			t.Errorf("after it: the account is %s, with %d links", view.State, len(view.Links))
		}
		result, err := s.SignIn(ctx, joinery.SignIn{ConnectionID: connection.ID, Subject: "kai", Email: "kai@home.example"})
		must(t, err)
		if result.Decision != joinery.SignInDeny || result.Reason != "membership_suspended" {
			t.Errorf("a sign-in is answered %s, %s", result.Decision, result.Reason)
		}
		if third := create(); third.ID == first.ID || holder() != account {
			t.Errorf("after it: user %s became %s, account %s became %s", first.ID, third.ID, account, holder())
		}

		other := "kai@new.example"
		_, err = s.UpdateAccount(ctx, account, joinery.AccountChange{Email: &other})
		must(t, err)
		newcomer := joinery.NewAccount{Email: "kai@home.example"}
		if _, err := s.CreateAccount(ctx, newcomer); joinery.KindOf(err) != joinery.Conflict {
			t.Errorf("a reserved email: %v", err)
		}
		later(31)
		if _, err := s.CreateAccount(ctx, newcomer); err != nil {
			t.Errorf("an email that is free again: %v", err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRolesOfTheDeployment gives members roles of another order.
func TestRolesOfTheDeployment(t *testing.T) {
	t.Parallel()
	e := newEnv(t, testenv.SQLite(t), server.Options{Roles: []string{"lead", "crew"}})
	c := e.connectNew("generic")
	_, account := c.push("kai@home.example", "")
	path := "/organizations/" + c.organization + "/members/" + account
	if role := text(e.admin(200, "GET", path, ""), "effective_role"); role != "crew" {
		t.Errorf("without a role: %q", role)
	}
	if role := text(e.admin(200, "PATCH", path, `{"role":"lead"}`), "effective_role"); role != "lead" {
		t.Errorf("with a role: %q", role)
	}
	if a := e.api("PATCH", path, `{"role":"owner"}`); a.status != 400 {
		t.Errorf("an unknown role: %d %s", a.status, a.body)
	}
}
