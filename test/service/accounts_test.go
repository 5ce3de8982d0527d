package service

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

// TestHandlesStayReserved renames an account: for 30 days it is found by what it
// had, and nobody else can have that.
func TestHandlesStayReserved(t *testing.T) {
	directly(t, func(d *direct) {
		ada := d.account(joinery.NewAccount{Email: "Ada@One.example", Username: "Ada"})
		d.change(ada.ID, joinery.AccountChange{Email: new("ada@two.example"), Username: new("countess")})
		find := func(q joinery.AccountQuery) (ids []string) {
			list, err := d.Accounts(d.Context(), q)
			if err != nil {
				d.Fatal(err)
			}
			for _, v := range list {
				ids = append(ids, v.ID)
			}
			return ids
		}
		queries := []joinery.AccountQuery{{Email: "ADA@one.example"}, {Username: "ada"}, {Email: "ada@two.example", Username: "COUNTESS"}, {Email: "ada@one.example", Username: "countess"}}
		for _, q := range queries {
			same(d.T, fmt.Sprintf("found by %+v", q), []string{ada.ID}, find(q))
		}
		same(d.T, "found by another's username", []string(nil), find(joinery.AccountQuery{Email: "ada@one.example", Username: "nobody"}))
		for in, want := range map[joinery.NewAccount]string{
			{Email: "ada@one.example"}:                         "!email_taken email",
			{Username: "ada"}:                                  "!username_taken username",
			{Email: "ada@one.example", Username: "countess"}:   "!email_taken email",
			{Email: "other@one.example", Username: "Countess"}: "!username_taken username",
		} {
			_, err := d.CreateAccount(d.Context(), in)
			same(d.T, fmt.Sprintf("%+v", in), want, failure(err))
		}
		d.later(30*24*time.Hour - time.Millisecond)
		_, err := d.CreateAccount(d.Context(), joinery.NewAccount{Email: "ada@one.example"})
		same(d.T, "on the last day", "!email_taken email", failure(err))
		d.later(time.Millisecond)
		same(d.T, "found after 30 days", []string(nil), find(queries[0]))
		other := d.account(joinery.NewAccount{Email: "ada@one.example", Username: "ada"})
		same(d.T, "who has it now", []string{other.ID}, find(queries[0]))
		_, err = d.UpdateAccount(d.Context(), ada.ID, joinery.AccountChange{Email: new("ada@one.example")})
		same(d.T, "taking it back", "!email_taken email", failure(err))
		d.change(ada.ID, joinery.AccountChange{Email: new("ADA@two.example"), Username: new("Countess")})
		d.change(ada.ID, joinery.AccountChange{Email: new("")})
		d.change(ada.ID, joinery.AccountChange{Email: new("ada@two.example")})
	})
}

func TestAccountChanges(t *testing.T) {
	directly(t, func(d *direct) {
		ada := d.account(joinery.NewAccount{Email: "ada@one.example", DisplayName: "Ada"})
		d.account(joinery.NewAccount{Email: "bob@one.example"})
		for want, change := range map[string]joinery.AccountChange{
			"!email_taken email":                 {Email: new("BOB@one.example"), DisplayName: new("Not this")},
			"!username_taken username":           {Email: new("new@one.example"), Username: new("Bob")},
			"!username_reserved username":        {Username: new("root")},
			"!invalid_username username":         {Username: new("")},
			"!invalid_email email":               {Email: new("x")},
			"!invalid_display_name display_name": {DisplayName: new(strings.Repeat("x", 256))},
		} {
			_, err := d.UpdateAccount(d.Context(), ada.ID, change)
			same(d.T, "the failure", want, failure(err))
		}
		view, err := d.Account(d.Context(), ada.ID)
		if err != nil {
			d.Fatal(err)
		}
		same(d.T, "after the failures", ada, view)
		before := len(d.events())
		d.change(ada.ID, joinery.AccountChange{Email: new(" ada@one.example "), DisplayName: new("Ada"), Protected: new(false)})
		same(d.T, "events of no change", before, len(d.events()))
		d.change(ada.ID, joinery.AccountChange{Email: new("Ada@two.example"), Username: new("countess"), DisplayName: new("Ada Lovelace"), Protected: new(true)})
		same(d.T, "events", []string{"account.email_changed", "account.username_changed", "account.updated"}, eventTypes(d.events()[before:]))
		if _, err := d.UpdateAccount(d.Context(), "nobody", joinery.AccountChange{}); joinery.KindOf(err) != joinery.NotFound {
			d.Errorf("nobody: %v", err)
		}
	})
}

// TestAccountsAreReadTogether lists accounts of many organizations: what belongs
// to them is read at once, not account by account.
func TestAccountsAreReadTogether(t *testing.T) {
	directly(t, func(d *direct) {
		const n = 30
		for i := range n {
			slug := fmt.Sprintf("o%d", i)
			if _, err := d.CreateOrganization(d.Context(), slug, slug); err != nil {
				d.Fatal(err)
			}
			results, err := d.ImportAccounts(d.Context(), []joinery.NewAccount{{Email: slug + "@one.example", Organization: slug, Role: "admin"}})
			if err != nil || results[0].Err != nil {
				d.Fatal(err, results)
			}
		}
		reading := &batchStore{Store: d.store, calls: map[string]int{}}
		list, err := newDirect(d.T, reading).Accounts(d.Context(), joinery.AccountQuery{Limit: 1000})
		if err != nil {
			d.Fatal(err)
		}
		same(d.T, "accounts", n, len(list))
		for _, v := range list {
			if len(v.Handles) != 2 || len(v.Memberships) != 1 || v.Memberships[0].EffectiveRole != "admin" {
				d.Errorf("an account: %+v", v)
			}
		}
		same(d.T, "reads", map[string]int{"Accounts": 1, "Handles": 1, "MembershipsOf": 1, "OrganizationsNamed": 1, "MappedGrants": 1, "LinksOf": 1, "MergesOf": 1}, reading.calls)
	})
}

// batchStore knows only what reads for many accounts at once, and counts it.
type batchStore struct {
	joinery.Store
	calls map[string]int
}

type batchTx struct {
	joinery.Tx // nil: whatever else is called, panics
	tx         joinery.Tx
	calls      map[string]int
}

func (s *batchStore) View(ctx context.Context, fn func(joinery.Tx) error) error {
	return s.Store.View(ctx, func(tx joinery.Tx) error { return fn(batchTx{tx: tx, calls: s.calls}) })
}

func (t batchTx) Accounts(q joinery.AccountQuery) ([]*joinery.Account, error) {
	t.calls["Accounts"]++
	return t.tx.Accounts(q)
}

func (t batchTx) Handles(ids ...string) ([]*joinery.Handle, error) {
	t.calls["Handles"]++
	return t.tx.Handles(ids...)
}

func (t batchTx) MembershipsOf(ids ...string) ([]*joinery.Membership, error) {
	t.calls["MembershipsOf"]++
	return t.tx.MembershipsOf(ids...)
}

func (t batchTx) OrganizationsNamed(names []string) (map[string]*joinery.Organization, error) {
	t.calls["OrganizationsNamed"]++
	return t.tx.OrganizationsNamed(names)
}

func (t batchTx) MappedGrants(organizationID string, ids []string) ([]joinery.MappedGrant, error) {
	t.calls["MappedGrants"]++
	return t.tx.MappedGrants(organizationID, ids)
}

func (t batchTx) LinksOf(ids []string) ([]*joinery.Link, error) {
	t.calls["LinksOf"]++
	return t.tx.LinksOf(ids)
}

func (t batchTx) MergesOf(ids ...string) ([]*joinery.Merge, error) {
	t.calls["MergesOf"]++
	return t.tx.MergesOf(ids...)
}

// TestAccountShowsWhatItDidNotFollow changes the email of a User whose account
// another organization has too.
func TestAccountShowsWhatItDidNotFollow(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		user, account := c.push("ada@one.example", "")
		_, other := c.push("bob@one.example", "")
		e.member(e.organization("beta"), account, `{"role":"admin"}`)
		c.ok(200, "PATCH", "/Users/"+user, patch(`{"op":"replace","path":"emails","value":[{"value":"Ada@two.example","primary":true}]}`))
		view := e.view(account)
		same(t, "email", "ada@one.example", text(view, "email"))
		want := []map[string]any{{"connection_id": c.id, "user_id": user, "attribute": "email", "user": "Ada@two.example", "account": "ada@one.example"}}
		same(t, "not followed", want, objects(view["not_followed"]))
		for _, listed := range objects(e.admin(200, "GET", "/accounts", "")["accounts"]) {
			want := map[string]any{account: view, other: e.view(other)}[text(listed, "id")]
			same(t, "listed", want, any(listed))
		}
		same(t, "links", []string{user}, texts(view["links"], "user_id"))
		same(t, "memberships", 2, len(objects(view["memberships"])))
	})
}
