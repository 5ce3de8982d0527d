package storagetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func handles(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"hold, keep and drop":       holdHandles,
		"holders":                   handleHolders,
		"a holder keeps others out": collidingHandles,
		"move": func(e *env) {
			ada, bob := e.account("ada"), e.account("bob")
			key := emailHandle("ada@example.com")
			e.update(func(tx joinery.Tx) error {
				moved, err := tx.MoveHandle(key, bob.ID, ada.ID)
				e.equal("moved from who does not hold it", moved, false)
				if err != nil {
					return err
				}
				moved, err = tx.MoveHandle(key, ada.ID, bob.ID)
				e.equal("moved", moved, true)
				return err
			})
			e.equal("of the first", e.handleKeys(ada.ID), []string{"username ada"})
			e.equal("of the second", e.handleKeys(bob.ID), []string{"email ada@example.com", "email bob@example.com", "username bob"})
		},
		"at a domain": handlesAtDomain,
		"race":        raceForHandle,
	})
}

func holdHandles(e *env) {
	ada := e.account("ada")
	until := start.Add(time.Hour)
	kept := &joinery.Handle{HandleKey: emailHandle("Ä@b@example.com"), Value: `"Ä@b"@Example.com`, AccountID: ada.ID, Since: start, Until: &until}
	plain := &joinery.Handle{HandleKey: emailHandle("nodomain"), Value: "NoDomain", AccountID: ada.ID, Since: start.Add(time.Minute)}
	e.update(func(tx joinery.Tx) error {
		if err := tx.HoldHandle(kept, start); err != nil {
			return err
		}
		return tx.HoldHandle(plain, start)
	})
	e.equal("handles", e.handles(ada.ID), []*joinery.Handle{
		{HandleKey: emailHandle("ada@example.com"), Value: "ada@example.com", AccountID: ada.ID, Since: start},
		plain, kept,
		{HandleKey: usernameHandle("ada"), Value: "ada", AccountID: ada.ID, Since: start},
	})

	again := &joinery.Handle{HandleKey: kept.HandleKey, Value: "ä@b@example.com", AccountID: ada.ID, Since: start.Add(time.Minute)}
	e.update(func(tx joinery.Tx) error {
		if err := tx.HoldHandle(again, start); err != nil {
			return err
		}
		if err := tx.DropHandle(plain.HandleKey, ada.ID); err != nil {
			return err
		}
		if err := tx.DropHandle(emailHandle("ada@example.com"), "another"); err != nil {
			return err
		}
		return tx.DropHandle(emailHandle("nothing"), ada.ID)
	})
	e.equal("held again", e.handles(ada.ID)[1], again)
	e.equal("keys", e.handleKeys(ada.ID), []string{"email ada@example.com", "email Ä@b@example.com", "username ada"})
	bob := e.account("bob")
	e.equal("of both", e.handleKeys(bob.ID, "nobody", ada.ID, bob.ID), append(e.handleKeys(ada.ID), e.handleKeys(bob.ID)...))
}

func handleHolders(e *env) {
	ada, bob := e.account("ada"), e.account("bob")
	until := start.Add(time.Hour)
	old := &joinery.Handle{HandleKey: usernameHandle("old"), Value: "Old", AccountID: bob.ID, Since: start, Until: &until}
	e.update(func(tx joinery.Tx) error { return tx.HoldHandle(old, start) })
	keys := []joinery.HandleKey{emailHandle("bob@example.com"), usernameHandle("ada"), usernameHandle("old"), usernameHandle("bob@example.com"), emailHandle("ada"), usernameHandle("ada")}
	for _, test := range []struct {
		at   time.Time
		want map[joinery.HandleKey]string
	}{
		{until.Add(-time.Millisecond), map[joinery.HandleKey]string{keys[0]: bob.ID, keys[1]: ada.ID, keys[2]: bob.ID}},
		{until, map[joinery.HandleKey]string{keys[0]: bob.ID, keys[1]: ada.ID}},
	} {
		e.view(func(tx joinery.Tx) error {
			found, err := tx.HandleHolders(keys, test.at)
			got := map[joinery.HandleKey]string{}
			for key, h := range found {
				got[key] = h.AccountID
			}
			e.equal(test.at.String(), got, test.want)
			return err
		})
	}
	e.view(func(tx joinery.Tx) error {
		found, err := tx.HandleHolders(keys[2:3], start)
		e.equal("handle", found, map[joinery.HandleKey]*joinery.Handle{keys[2]: old})
		if err != nil {
			return err
		}
		found, err = tx.HandleHolders(nil, start)
		e.equal("holders of nothing", len(found), 0)
		return err
	})
}

func collidingHandles(e *env) {
	ada, bob := e.account("ada"), e.account("bob")
	until := start.Add(time.Hour)
	key := usernameHandle("old")
	e.update(func(tx joinery.Tx) error {
		return tx.HoldHandle(&joinery.Handle{HandleKey: key, Value: "old", AccountID: ada.ID, Since: start, Until: &until}, start)
	})
	take := func(key joinery.HandleKey, at time.Time) (runs int, err error) {
		err = e.tryUpdate(func(tx joinery.Tx) error {
			runs++
			return tx.HoldHandle(&joinery.Handle{HandleKey: key, Value: "Old", AccountID: bob.ID, Since: at}, at)
		})
		return runs, err
	}
	for _, key := range []joinery.HandleKey{key, usernameHandle("ada"), emailHandle("ada@example.com")} {
		runs, err := take(key, until.Add(-time.Millisecond))
		if !errors.Is(err, joinery.ErrCollision) {
			e.Errorf("%s: error %v, want a collision", key.Key, err)
		}
		if runs < 2 {
			e.Errorf("%s: it was not run again", key.Key)
		}
	}
	if _, err := take(key, until); err != nil {
		e.Errorf("one whose time is over: %v", err)
	}
	e.equal("of the new holder", e.handleKeys(bob.ID), []string{"email bob@example.com", "username bob", "username old"})
	e.equal("of the former one", e.handleKeys(ada.ID), []string{"email ada@example.com", "username ada"})
	e.update(func(tx joinery.Tx) error { // a handle changes hands within a transaction
		if err := tx.DropHandle(key, bob.ID); err != nil {
			return err
		}
		return tx.HoldHandle(&joinery.Handle{HandleKey: key, Value: "old", AccountID: ada.ID, Since: start}, start)
	})
}

func handlesAtDomain(e *env) {
	ada, bob := e.account("ada"), e.account("bob")
	until := start.Add(time.Hour)
	e.update(func(tx joinery.Tx) error {
		for _, h := range []*joinery.Handle{
			{HandleKey: emailHandle("merged@example.com"), AccountID: ada.ID},
			{HandleKey: emailHandle("kept@example.com"), AccountID: ada.ID, Until: &until},
			{HandleKey: emailHandle("ada@example.com.au"), AccountID: ada.ID},
			{HandleKey: emailHandle("ada@sub.example.com"), AccountID: ada.ID},
			{HandleKey: emailHandle("example.com"), AccountID: ada.ID},
			{HandleKey: usernameHandle("x@example.com"), AccountID: ada.ID},
		} {
			h.Since = start
			if err := tx.HoldHandle(h, start); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(domain, after string, limit int) (got []string) {
		e.view(func(tx joinery.Tx) error {
			list, err := tx.HandlesAtDomain(domain, after, limit)
			for _, h := range list {
				got = append(got, h.Key)
			}
			return err
		})
		return got
	}
	e.equal("all", list("example.com", "", 10), []string{"ada@example.com", "bob@example.com", "merged@example.com"})
	e.equal("first", list("example.com", "", 1), []string{ada.Email})
	e.equal("next", list("example.com", ada.Email, 1), []string{bob.Email})
	e.equal("end", list("example.com", "merged@example.com", 1), []string(nil))
	e.equal("another", list("example.com.au", "", 10), []string{"ada@example.com.au"})
	e.equal("a part of one", list("example", "", 10), []string(nil))
}

// raceForHandle has many make an account with one email at the same time, each
// having looked before: one wins, the others see him when they run again.
func raceForHandle(e *env) {
	errTaken := errors.New("taken")
	var won, taken atomic.Int64
	var wg sync.WaitGroup
	for i := range 50 {
		a := &joinery.Account{ID: e.id(), Email: "ada@example.com", Username: fmt.Sprintf("ada%d", i), Origin: joinery.FromSCIM, Created: start, Updated: start}
		wg.Go(func() {
			err := e.tryUpdate(func(tx joinery.Tx) error {
				found, err := tx.Identity(joinery.IdentityQuery{Email: a.Email, At: start})
				if err != nil {
					return err
				}
				if found.Email != nil {
					return errTaken
				}
				return insertAccount(tx, a)
			})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, errTaken):
				taken.Add(1)
			default:
				e.Errorf("error %v", err)
			}
		})
	}
	wg.Wait()
	e.equal("winners", won.Load(), int64(1))
	e.equal("who saw the winner", taken.Load(), int64(49))
	e.view(func(tx joinery.Tx) error {
		list, err := tx.Accounts(joinery.AccountQuery{Limit: 10})
		e.equal("accounts", len(list), 1)
		return err
	})
}

func (e *env) handles(accounts ...string) (list []*joinery.Handle) {
	e.Helper()
	e.view(func(tx joinery.Tx) (err error) {
		list, err = tx.Handles(accounts...)
		return err
	})
	return list
}

func (e *env) handleKeys(accounts ...string) (keys []string) {
	e.Helper()
	for _, h := range e.handles(accounts...) {
		keys = append(keys, string(h.Kind)+" "+h.Key)
	}
	return keys
}
