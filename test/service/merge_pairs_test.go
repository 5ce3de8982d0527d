package service

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/joineryhq/joinery"
)

// pair makes two accounts to merge.
type pair func(w *world) (survivor, absorbed string)

var pairs = map[string]pair{
	"nobody's": func(w *world) (string, string) { return w.account(w.email("ada@one")), w.account(w.email("ada@two")) },
	"of two organizations": func(w *world) (string, string) {
		_, survivor := w.okta.push(w.email("ada@one"), `"externalId":"1"`)
		_, absorbed := w.other.push(w.email("ada@two"), `"externalId":"2"`)
		w.member(w.beta, absorbed, `{"role":"owner"}`)
		return survivor, absorbed
	},
	"of two connections": func(w *world) (string, string) {
		_, survivor := w.okta.push(w.email("ada@one"), "")
		_, absorbed := w.entra.push(w.email("ada@two"), "")
		w.member(w.acme, absorbed, `{"role":"admin"}`)
		return survivor, absorbed
	},
	"a sign-in beside a push": func(w *world) (string, string) {
		user, survivor := w.okta.push(w.email("ada@one"), `"externalId":"1"`)
		double, absorbed := w.okta.signIn("s-ada", w.email("ada@two"), `,"groups":["Staff","Elsewhere"]`)
		w.okta.group("Crew", user, double)
		w.okta.group("Board", double)
		return survivor, absorbed
	},
	"a push beside a sign-in": func(w *world) (string, string) {
		double, survivor := w.okta.signIn("s-ada", w.email("ada@two"), `,"groups":["Staff"]`)
		user, absorbed := w.okta.push(w.email("ada@one"), `"externalId":"1"`)
		w.okta.group("Crew", user)
		w.okta.group("Staff", double)
		return survivor, absorbed
	},
	"a sign-in beside a push that is suspended": func(w *world) (string, string) {
		user, survivor := w.okta.push(w.email("ada@one"), "")
		w.okta.ok(200, "PATCH", "/Users/"+user, patch(`{"op":"replace","path":"active","value":false}`))
		_, absorbed := w.okta.signIn("s-ada", w.email("ada@two"), "")
		return survivor, absorbed
	},
	"two sign-ins": func(w *world) (string, string) {
		_, absorbed := w.okta.signIn("s-old", w.email("ada@two"), `,"groups":["Staff"],"time":"2026-01-01T00:00:00Z"`)
		_, survivor := w.okta.signIn("s-new", w.email("ada@one"), `,"groups":["Crew"],"time":"2026-02-01T00:00:00Z"`)
		return survivor, absorbed
	},
	"a sign-in beside a push with sign-ins": func(w *world) (string, string) {
		_, survivor := w.okta.push(w.email("ada@one"), "")
		w.okta.signIn("s-old", w.email("ada@one"), `,"groups":["Crew"],"time":"2026-01-01T00:00:00Z"`)
		_, absorbed := w.okta.signIn("s-new", w.email("ada@two"), `,"groups":["Staff"],"time":"2026-02-01T00:00:00Z"`)
		return survivor, absorbed
	},
	"a sign-in without groups beside one with them": func(w *world) (string, string) {
		_, survivor := w.okta.push(w.email("ada@one"), "")
		w.okta.signIn("s-old", w.email("ada@one"), `,"groups":["Crew"],"time":"2026-01-01T00:00:00Z"`)
		_, absorbed := w.okta.signIn("s-new", w.email("ada@two"), `,"time":"2026-02-01T00:00:00Z"`)
		return survivor, absorbed
	},
	"a former User beside a live one": func(w *world) (string, string) {
		_, survivor := w.okta.push(w.email("ada@one"), `"externalId":"1"`)
		former, absorbed := w.okta.push(w.email("ada@two"), `"externalId":"2"`)
		w.okta.ok(204, "DELETE", "/Users/"+former, "")
		return survivor, absorbed
	},
	"both members, suspended and active": func(w *world) (string, string) {
		user, survivor := w.okta.push(w.email("ada@one"), "")
		_, absorbed := w.entra.push(w.email("ada@two"), "")
		w.member(w.acme, absorbed, `{"role":"admin"}`)
		w.okta.ok(200, "PATCH", "/Users/"+user, patch(`{"op":"replace","path":"active","value":false}`))
		return survivor, absorbed
	},
	"with former handles": func(w *world) (string, string) {
		survivor, absorbed := w.account(w.email("ada@one")), w.account(w.email("ada@two"))
		w.admin(200, "PATCH", "/accounts/"+absorbed, `{"email":"`+w.email("ada@three")+`","username":"countess-`+w.tag+`"}`)
		w.member(w.beta, survivor, `{"state":"suspended"}`)
		w.member(w.beta, absorbed, `{"role":"writer"}`)
		return survivor, absorbed
	},
}

// change is something that happens between a merge and its undoing.
type change struct {
	pair    string
	change  func(w *world, survivor, absorbed string)
	refused bool
	check   func(w *world, survivor, absorbed string)
}

var changes = map[string]change{
	"the absorbed email is the survivor's": {
		pair: "nobody's", refused: true,
		change: func(w *world, survivor, _ string) {
			w.admin(200, "PATCH", "/accounts/"+survivor, `{"email":"`+w.email("ada@two")+`"}`)
		},
	},
	"the absorbed email was the survivor's for a while": {
		pair: "nobody's",
		change: func(w *world, survivor, _ string) {
			w.admin(200, "PATCH", "/accounts/"+survivor, `{"email":"`+w.email("ada@two")+`"}`)
			w.admin(200, "PATCH", "/accounts/"+survivor, `{"email":"`+w.email("ada@one")+`"}`)
		},
		check: func(w *world, _, absorbed string) {
			same(w.t, "email", w.email("ada@two"), text(w.view(absorbed), "email"))
			same(w.t, "who has it", absorbed, w.accountOf(w.email("ada@two")))
			for _, handle := range objects(w.view(absorbed)["handles"]) {
				same(w.t, "until", nil, handle["until"])
			}
		},
	},
	"the absorbed email went to another account": {
		pair: "nobody's", refused: true,
		change: func(w *world, survivor, _ string) {
			err := w.store.Update(w.t.Context(), func(tx joinery.Tx) error {
				return tx.DropHandle(joinery.HandleKey{Kind: joinery.EmailHandle, Key: w.email("ada@two")}, survivor)
			})
			if err != nil {
				w.t.Fatal(err)
			}
			w.account(w.email("ada@two"))
		},
	},
	"the survivor was merged itself": {
		pair: "nobody's", refused: true,
		change: func(w *world, survivor, _ string) { w.merge(w.account(w.email("third@one")), survivor) },
	},
	"a link has another account": {
		pair: "of two organizations", refused: true,
		change: func(w *world, survivor, _ string) {
			another := w.account(w.email("third@one"))
			err := w.store.Update(w.t.Context(), func(tx joinery.Tx) error {
				l, err := tx.LiveLink(w.other.id, survivor)
				if err != nil {
					return err
				}
				l.AccountID = another
				return tx.UpdateLink(l)
			})
			if err != nil {
				w.t.Fatal(err)
			}
		},
	},
	"the userName of the sign-in's User was taken": {
		pair: "a sign-in beside a push", refused: true,
		change: func(w *world, _, _ string) {
			w.okta.create("/Users", `{"userName":"`+w.email("ada@two")+`","emails":[{"value":"`+w.email("else@two")+`"}]}`)
		},
	},
	"someone else signs in with the subject": {
		pair: "a sign-in beside a push", refused: true,
		change: func(w *world, _, _ string) {
			w.okta.signIn("s-third", w.email("ada@one"), "") // the User has another subject from now on
			w.okta.signIn("s-ada", w.email("third@one"), "")
		},
	},
	"the moved User was suspended": {
		pair: "of two organizations",
		change: func(w *world, _, _ string) {
			w.member(w.beta, w.account(w.email("owner@one")), `{"role":"owner"}`)
			w.other.ok(200, "PATCH", "/Users/"+text(w.other.find("/Users", "id pr")[0], "id"), patch(`{"op":"replace","path":"active","value":false}`))
		},
		check: func(w *world, survivor, absorbed string) {
			same(w.t, "states", []string{"active", "suspended"}, []string{text(w.view(survivor), "state"), text(w.view(absorbed), "state")})
		},
	},
	"a membership of both was suspended": {
		pair: "with former handles",
		change: func(w *world, survivor, _ string) {
			w.admin(200, "PATCH", "/organizations/"+w.beta+"/members/"+survivor, `{"state":"suspended"}`)
		},
		check: func(w *world, survivor, absorbed string) {
			same(w.t, "states", []string{"suspended", "suspended"}, []string{text(w.view(survivor), "state"), text(w.view(absorbed), "state")})
		},
	},
	"the survivor got a User of its own": {
		pair: "of two organizations", refused: true,
		change: func(w *world, survivor, _ string) {
			c := w.connect(w.beta, "generic")
			_, account := c.push(w.email("ada@one"), "")
			same(w.t, "account", survivor, account)
		},
	},
	"the survivor's User was suspended": {
		pair: "of two connections",
		change: func(w *world, survivor, _ string) {
			w.okta.ok(200, "PATCH", "/Users/"+text(w.okta.find("/Users", "id pr")[0], "id"), patch(`{"op":"replace","path":"active","value":false}`))
			same(w.t, "state", "active", text(w.view(survivor), "state"))
		},
		check: func(w *world, survivor, absorbed string) {
			same(w.t, "states", []string{"suspended", "active"}, []string{text(w.view(survivor), "state"), text(w.view(absorbed), "state")})
		},
	},
	"a role was given": {
		pair:   "of two connections",
		change: func(w *world, survivor, _ string) { w.member(w.acme, survivor, `{"role":"owner"}`) },
		check: func(w *world, survivor, absorbed string) {
			same(w.t, "roles", [][]string{{"owner"}, {"admin"}}, [][]string{texts(w.view(survivor)["memberships"], "role"), texts(w.view(absorbed)["memberships"], "role")})
		},
	},
	"a membership was removed": {
		pair: "of two organizations",
		change: func(w *world, survivor, _ string) {
			w.member(w.beta, w.account(w.email("owner@one")), `{"role":"owner"}`)
			w.admin(204, "DELETE", "/organizations/"+w.beta+"/members/"+survivor, "")
		},
		check: func(w *world, _, absorbed string) {
			same(w.t, "memberships", 0, len(objects(w.view(absorbed)["memberships"])))
		},
	},
	"more sign-ins with the subject": {
		pair: "a sign-in beside a push",
		change: func(w *world, survivor, _ string) {
			w.okta.signIn("s-ada", w.email("ada@two"), `,"groups":["Crew"]`)
		},
		check: func(w *world, survivor, absorbed string) {
			same(w.t, "claims", [][]string{{"Crew"}}, slices.Collect(maps.Values(w.claims(absorbed))))
			same(w.t, "subjects", [][]string{{""}, {"s-ada"}}, [][]string{texts(w.view(survivor)["links"], "subject"), texts(w.view(absorbed)["links"], "subject")})
			if text(w.view(survivor), "last_sign_in") != "" {
				w.t.Error("the survivor has signed in")
			}
		},
	},
	"the heir was taken out of a group": {
		pair: "a sign-in beside a push",
		change: func(w *world, _, _ string) {
			w.member(w.acme, w.account(w.email("owner@one")), `{"role":"owner"}`)
			board := text(w.okta.find("/Groups", `displayName eq "Board"`)[0], "id")
			w.okta.ok(204, "PATCH", "/Groups/"+board, patch(`{"op":"remove","path":"members"}`))
		},
		check: func(w *world, _, absorbed string) {
			for name, members := range map[string]int{"Crew": 2, "Board": 0} {
				same(w.t, name, members, len(objects(w.okta.find("/Groups", fmt.Sprintf("displayName eq %q", name))[0]["members"])))
			}
		},
	},
	"the tombstone was purged": {
		pair: "a sign-in beside a push",
		change: func(w *world, _, _ string) {
			err := w.store.Update(w.t.Context(), func(tx joinery.Tx) error {
				n, err := tx.PurgeTombstones(w.okta.id, time.Now().Add(time.Hour), 10)
				if n != 1 {
					w.t.Errorf("%d tombstones", n)
				}
				return err
			})
			if err != nil {
				w.t.Fatal(err)
			}
		},
		check: func(w *world, _, _ string) { same(w.t, "users", 2, len(w.okta.find("/Users", "id pr"))) },
	},
	"the connection was deleted": {
		pair:   "a sign-in beside a push",
		change: func(w *world, _, _ string) { w.admin(204, "DELETE", "/connections/"+w.okta.id, "") },
		check:  func(w *world, _, absorbed string) { same(w.t, "links", 0, len(objects(w.view(absorbed)["links"]))) },
	},
}
