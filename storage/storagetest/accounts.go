package storagetest

import (
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func accounts(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back and change": func(e *env) {
			_, connection := e.connection()
			full := &joinery.Account{
				ID: e.id(), Email: "Ada@Example.com", Username: "Ada", DisplayName: "Ada ☃", Protected: true,
				Origin: joinery.FromSCIM, ConnectionID: connection, Created: start, Updated: start.Add(time.Second),
			}
			bare := &joinery.Account{ID: e.id(), Username: "bob", Origin: joinery.FromImport, Created: start, Updated: start}
			e.update(func(tx joinery.Tx) error {
				if err := tx.InsertAccount(full); err != nil {
					return err
				}
				return tx.InsertAccount(bare)
			})
			e.equal("full", e.readAccount(full.ID), full)
			e.equal("bare", e.readAccount(bare.ID), bare)

			change := *full
			change.Email, change.Username, change.DisplayName, change.Protected = "", "", "", false
			change.Updated, change.MergedInto = start.Add(time.Hour), bare.ID
			written := change
			written.Origin, written.ConnectionID, written.Created = joinery.FromAPI, "x", start.Add(time.Hour)
			e.update(func(tx joinery.Tx) error {
				if err := tx.UpdateAccount(&written); err != nil {
					return err
				}
				got, err := tx.Account(full.ID)
				e.equal("within the transaction", got, &change)
				return err
			})
			e.equal("changed", e.readAccount(full.ID), &change)
			e.view(func(tx joinery.Tx) error {
				got, err := tx.AccountsByID([]string{bare.ID, "nobody", full.ID, bare.ID})
				e.equal("by id", got, map[string]*joinery.Account{full.ID: &change, bare.ID: bare})
				return err
			})
		},
		"unknown id": func(e *env) {
			e.view(func(tx joinery.Tx) error {
				for _, id := range []string{"nobody", "a\x00b", "\xff"} {
					_, err := tx.Account(id)
					e.kind("Account", err, joinery.NotFound)
				}
				return nil
			})
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateAccount(&joinery.Account{ID: "nobody"}) })
			e.kind("UpdateAccount", err, joinery.NotFound)
		},
		"list": listAccounts,
		"stay locked": func(e *env) {
			account := e.account("ada")
			const writers, each = 8, 5
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range each {
						e.update(func(tx joinery.Tx) error {
							a, err := tx.Account(account.ID)
							if err != nil {
								return err
							}
							a.DisplayName += "x"
							return tx.UpdateAccount(a)
						})
					}
				})
			}
			wg.Wait()
			e.equal("changes", len(e.readAccount(account.ID).DisplayName), writers*each)
		},
	})
}

func listAccounts(e *env) {
	ada, bob, gone, eve := e.account("ada"), e.account("bob"), e.account("gone"), e.account("eve")
	until := start.Add(time.Hour)
	gone.MergedInto = ada.ID
	e.update(func(tx joinery.Tx) error {
		if err := tx.UpdateAccount(gone); err != nil {
			return err
		}
		return tx.HoldHandle(&joinery.Handle{HandleKey: emailHandle("old@example.com"), Value: "Old@example.com", AccountID: bob.ID, Since: start, Until: &until}, start)
	})
	for _, test := range []struct {
		name string
		q    joinery.AccountQuery
		want []string
	}{
		{"all", joinery.AccountQuery{Limit: 10}, []string{ada.ID, bob.ID, eve.ID}},
		{"first", joinery.AccountQuery{Limit: 2}, []string{ada.ID, bob.ID}},
		{"next", joinery.AccountQuery{Limit: 2, After: bob.ID}, []string{eve.ID}},
		{"email", joinery.AccountQuery{Limit: 10, Email: "bob@example.com"}, []string{bob.ID}},
		{"email that is kept", joinery.AccountQuery{Limit: 10, Email: "old@example.com"}, []string{bob.ID}},
		{"username", joinery.AccountQuery{Limit: 10, Username: "eve"}, []string{eve.ID}},
		{"both", joinery.AccountQuery{Limit: 10, Email: "eve@example.com", Username: "eve"}, []string{eve.ID}},
		{"of different ones", joinery.AccountQuery{Limit: 10, Email: "bob@example.com", Username: "eve"}, nil},
		{"unknown", joinery.AccountQuery{Limit: 10, Email: "nobody@example.com"}, nil},
		{"no text", joinery.AccountQuery{Limit: 10, Username: "a\x00b"}, nil},
		{"another kind", joinery.AccountQuery{Limit: 10, Username: "bob@example.com"}, nil},
		{"merged", joinery.AccountQuery{Limit: 10, Username: "gone"}, nil},
	} {
		e.view(func(tx joinery.Tx) error {
			list, err := tx.Accounts(test.q)
			var got []string
			for _, a := range list {
				got = append(got, a.ID)
			}
			e.equal(test.name, got, test.want)
			return err
		})
	}
}

func emailHandle(email string) joinery.HandleKey {
	return joinery.HandleKey{Kind: joinery.EmailHandle, Key: email}
}

func usernameHandle(name string) joinery.HandleKey {
	return joinery.HandleKey{Kind: joinery.UsernameHandle, Key: name}
}

// account adds an account that holds a username, and the email of that name at example.com.
func (e *env) account(name string) *joinery.Account {
	e.Helper()
	a := &joinery.Account{ID: e.id(), Email: name + "@example.com", Username: name, Origin: joinery.FromAPI, Created: start, Updated: start}
	e.update(func(tx joinery.Tx) error { return insertAccount(tx, a) })
	return a
}

func insertAccount(tx joinery.Tx, a *joinery.Account) error {
	if err := tx.InsertAccount(a); err != nil {
		return err
	}
	err := tx.HoldHandle(&joinery.Handle{HandleKey: emailHandle(a.Email), Value: a.Email, AccountID: a.ID, Since: start}, start)
	if err != nil {
		return err
	}
	return tx.HoldHandle(&joinery.Handle{HandleKey: usernameHandle(a.Username), Value: a.Username, AccountID: a.ID, Since: start}, start)
}

func (e *env) readAccount(id string) *joinery.Account {
	e.Helper()
	var a *joinery.Account
	e.view(func(tx joinery.Tx) (err error) {
		a, err = tx.Account(id)
		return err
	})
	return a
}
