package service

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
)

func TestImports(t *testing.T) {
	data, err := os.ReadFile("testdata/imports.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name         string
		There, Lines []joinery.NewAccount
		Want         []string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				d := newDirect(t, open(t))
				if _, err := d.CreateOrganization(t.Context(), "Acme", "acme"); err != nil {
					t.Fatal(err)
				}
				for _, in := range c.There {
					d.account(in)
				}
				results, err := d.ImportAccounts(t.Context(), c.Lines)
				if err != nil {
					t.Fatal(err)
				}
				same(t, "results", c.Want, d.outcomes(results))
			})
		}
	})
}

// outcomes are the usernames and memberships of imported accounts, or what was
// wrong.
func (d *direct) outcomes(results []joinery.ImportResult) (list []string) {
	d.Helper()
	for _, r := range results {
		if r.Err != nil {
			list = append(list, failure(r.Err))
			continue
		}
		view, err := d.Account(d.Context(), r.AccountID)
		if err != nil {
			d.Fatal(err)
		}
		if view.Origin != joinery.FromImport || view.State != joinery.AccountIsActive {
			d.Errorf("imported: %+v", view)
		}
		outcome := view.Username
		for _, m := range view.Memberships {
			o, err := d.Organization(d.Context(), m.Membership.OrganizationID)
			if err != nil {
				d.Fatal(err)
			}
			outcome += " " + o.Slug + ":" + m.Membership.Role
		}
		list = append(list, outcome)
	}
	return list
}

// TestImportLooksUpTogether has whole batches want one username.
func TestImportLooksUpTogether(t *testing.T) {
	directly(t, func(d *direct) {
		seen := map[string]bool{}
		for batch := range 3 {
			lines := make([]joinery.NewAccount, joinery.MaxImported)
			for i := range lines {
				lines[i].Email = fmt.Sprintf("ada@%d-%d.example", batch, i)
			}
			counting := &countingStore{Store: d.store}
			results, err := newDirect(d.T, counting).ImportAccounts(d.Context(), lines)
			if err != nil {
				d.Fatal(err)
			}
			if n := counting.lookUps.Load(); n > 6 {
				d.Errorf("batch %d looked for handles %d times", batch, n)
			}
			for _, name := range d.outcomes(results) {
				if seen[name] || !strings.HasPrefix(name, "ada") {
					d.Errorf("batch %d: username %q", batch, name)
				}
				seen[name] = true
			}
		}
		if _, err := d.ImportAccounts(d.Context(), make([]joinery.NewAccount, joinery.MaxImported+1)); failure(err) != "!too_many" {
			d.Errorf("a batch that is too large: %v", err)
		}
	})
}

// countingStore counts the look-ups of handles.
type countingStore struct {
	joinery.Store
	lookUps atomic.Int64
}

type countingTx struct {
	joinery.Tx
	store *countingStore
}

func (s *countingStore) Update(ctx context.Context, fn func(joinery.Tx) error) error {
	return s.Store.Update(ctx, func(tx joinery.Tx) error { return fn(countingTx{tx, s}) })
}

func (t countingTx) HandleHolders(keys []joinery.HandleKey, at time.Time) (map[joinery.HandleKey]*joinery.Handle, error) {
	t.store.lookUps.Add(1)
	return t.Tx.HandleHolders(keys, at)
}

// TestImportsRace imports the same people from several places at once, next to
// some who sign up: each is made once, and the others are told who was faster.
func TestImportsRace(t *testing.T) {
	directly(t, func(d *direct) {
		const people, importers = 40, 6
		lines := make([]joinery.NewAccount, people)
		for i := range lines {
			lines[i].Email = fmt.Sprintf("p%d@one.example", i)
		}
		made := make([]atomic.Int64, people)
		note := func(i int, err error) {
			switch failure(err) {
			case "<nil>":
				made[i].Add(1)
			case "!email_taken email":
			default:
				d.Errorf("line %d: %v", i, err)
			}
		}
		var all sync.WaitGroup
		for importer := range importers {
			batch := slices.Clone(lines)
			if importer%2 == 1 {
				slices.Reverse(batch)
			}
			all.Go(func() {
				results, err := d.ImportAccounts(d.Context(), batch)
				if err != nil {
					d.Error(err)
				}
				for i, r := range results {
					if importer%2 == 1 {
						i = people - 1 - i
					}
					note(i, r.Err)
				}
			})
			all.Go(func() {
				_, err := d.CreateAccount(d.Context(), lines[importer])
				note(importer, err)
			})
		}
		all.Wait()
		for i := range made {
			if n := made[i].Load(); n != 1 {
				d.Errorf("%s was made %d times", lines[i].Email, n)
			}
		}
		list, err := d.Accounts(d.Context(), joinery.AccountQuery{Limit: 1000})
		if err != nil || len(list) != people {
			d.Errorf("%d accounts, %v", len(list), err)
		}
	})
}

// TestImportGoesOnAlone has others get in the way of a batch each time: its
// lines are made one by one.
func TestImportGoesOnAlone(t *testing.T) {
	directly(t, func(d *direct) {
		d.account(joinery.NewAccount{Email: "bob@one.example"})
		busy := newDirect(d.T, &busyStore{Store: d.store, key: "eve"})
		results, err := busy.ImportAccounts(d.Context(), []joinery.NewAccount{{Email: "ada@one.example"}, {Email: "bob@one.example"}, {Email: "eve@one.example"}, {Username: "ada"}, {Username: "ida"}})
		if err != nil {
			d.Fatal(err)
		}
		same(d.T, "results", []string{"ada", "!email_taken email", "!collision", "!username_taken username", "ida"}, d.outcomes(results))
		list, err := d.Accounts(d.Context(), joinery.AccountQuery{Limit: 100})
		if err != nil || len(list) != 3 {
			d.Errorf("%d accounts, %v", len(list), err)
		}
	})
}

// busyStore lets no transaction make several accounts, or one of a username.
type busyStore struct {
	joinery.Store
	key string
}

type busyTx struct {
	joinery.Tx
	key  string
	made int
}

func (s *busyStore) Update(ctx context.Context, fn func(joinery.Tx) error) error {
	return s.Store.Update(ctx, func(tx joinery.Tx) error { return fn(&busyTx{Tx: tx, key: s.key}) })
}

func (t *busyTx) InsertAccount(a *joinery.Account) error {
	if t.made++; t.made > 1 || a.Username == t.key {
		return joinery.ErrCollision
	}
	return t.Tx.InsertAccount(a)
}
