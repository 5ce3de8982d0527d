package service

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

// TestMergesRaceWithEverything merges two accounts and undoes that, over and
// over, while they are pushed, suspended, and sign in: in the end the merged one
// has nothing, and the other what an account may have.
func TestMergesRaceWithEverything(t *testing.T) {
	const rounds = 8
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		user, survivor := w.okta.push(w.email("ada@one"), `"externalId":"1"`)
		double, absorbed := w.okta.signIn("s-ada", w.email("ada@two"), `,"groups":["Staff"]`)
		w.okta.group("Crew", user, double)
		moved, _ := w.entra.push(w.email("ada@two"), `"externalId":"2"`)
		w.member(w.acme, w.account(w.email("owner@one")), `{"role":"owner"}`)
		for _, id := range []string{survivor, absorbed} {
			w.member(w.beta, id, `{"role":"owner"}`)
		}

		var wait sync.WaitGroup
		busy := func(act func(i int) answer) {
			wait.Go(func() {
				for i := range rounds {
					if a := act(i); a.status >= 500 || a.status == 0 {
						t.Errorf("%d %s", a.status, a.body)
					}
				}
			})
		}
		busy(func(i int) answer {
			a := w.api("POST", "/merges", fmt.Sprintf(`{"survivor":%q,"absorbed":%q}`, survivor, absorbed))
			if a.status == 201 && i < rounds/2 {
				return w.api("POST", "/merges/"+text(a.object(), "id")+"/undo", "")
			}
			return a
		})
		for _, c := range []struct {
			*client
			user string
		}{{w.okta, user}, {w.entra, moved}, {w.okta, double}} {
			busy(func(i int) answer {
				return c.send("PATCH", "/Users/"+c.user, patch(fmt.Sprintf(`{"op":"replace","path":"active","value":%t}`, i%2 == 1)))
			})
		}
		for _, name := range []string{"ada@one", "ada@two"} {
			busy(func(i int) answer {
				return w.api("POST", "/sign-ins", fmt.Sprintf(`{"connection_id":%q,"subject":"s-%s","email":%q,"groups":["G%d"]}`, w.okta.id, name, w.email(name), i))
			})
			busy(func(i int) answer { // another User each time, which adopts the account
				a := w.other.send("POST", "/Users", fmt.Sprintf(`{"userName":"%s%d","externalId":"%[1]s%d","emails":[{"value":%q}]}`, name, i, w.email(name)))
				if a.status != 201 {
					return a
				}
				return w.other.send("DELETE", "/Users/"+text(a.object(), "id"), "")
			})
		}
		wait.Wait()
		w.checkWhole(survivor, absorbed)
	})
}

// checkWhole holds that no merged account has anything, and that each User whose
// account there is has its membership.
func (w *world) checkWhole(accounts ...string) {
	w.t.Helper()
	for _, id := range accounts {
		view := w.view(id)
		if text(view, "merged_into") != "" {
			same(w.t, "what a merged account has", 0, len(objects(view["links"]))+len(objects(view["memberships"]))+len(objects(view["handles"])))
			continue
		}
		organizations := texts(view["memberships"], "organization_id")
		for _, link := range objects(view["links"]) {
			for _, c := range w.clients() {
				if c.id == text(link, "connection_id") && link["ended"] == nil && !slices.Contains(organizations, c.organization) {
					w.t.Errorf("the account %s has a User, but no membership, in %s", id, c.organization)
				}
			}
		}
	}
	for _, c := range w.clients() {
		for _, id := range texts(c.dump()["Resources"], "id") {
			err := w.store.View(w.t.Context(), func(tx joinery.Tx) error {
				l, err := tx.Link(c.id, id)
				if joinery.KindOf(err) == joinery.NotFound {
					return nil // a Group
				}
				if err != nil {
					return err
				}
				a, err := tx.Account(l.AccountID)
				if err == nil && a.MergedInto != "" {
					w.t.Errorf("the User %s has an account that was merged", id)
				}
				return err
			})
			if err != nil {
				w.t.Error(err)
			}
		}
	}
}

// TestAdoptionFollowsMerge pushes a User while its account is being merged into
// another one: it gets the account that is left.
func TestAdoptionFollowsMerge(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		survivor, absorbed := w.account(w.email("ada@one")), w.account(w.email("ada@two"))
		w.member(w.acme, absorbed, `{}`)
		w.member(w.acme, survivor, `{}`)
		pushed := make(chan answer, 1)
		var once sync.Once
		err := w.store.Update(t.Context(), func(tx joinery.Tx) error {
			a, err := tx.Account(absorbed)
			if err != nil {
				return err
			}
			once.Do(func() {
				go func() {
					pushed <- w.okta.send("POST", "/Users", fmt.Sprintf(`{"userName":%q,"emails":[{"value":%[1]q}]}`, w.email("ada@two")))
				}()
				time.Sleep(100 * time.Millisecond) // it has seen who holds the email, and waits for the account
			})
			if _, err := tx.MoveHandle(joinery.HandleKey{Kind: joinery.EmailHandle, Key: w.email("ada@two")}, absorbed, survivor); err != nil {
				return err
			}
			if err := tx.DeleteMembership(w.acme, absorbed); err != nil {
				return err
			}
			a.MergedInto = survivor
			return tx.UpdateAccount(a)
		})
		if err != nil {
			t.Fatal(err)
		}
		if a := <-pushed; a.status != 201 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		same(t, "live links", []int{1, 0}, []int{len(w.links(survivor)), len(w.links(absorbed))})
	})
}
