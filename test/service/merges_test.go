package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/schema"
)

// TestMergesAreUndone merges pairs of accounts and undoes that: all is as it was
// before, and a preview has changed nothing.
func TestMergesAreUndone(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		for name, make := range pairs {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t, e)
				survivor, absorbed := make(w)
				before := w.state(survivor, absorbed)
				plan := w.admin(200, "POST", "/merges/preview", fmt.Sprintf(`{"survivor":%q,"absorbed":%q}`, survivor, absorbed))
				same(t, "after the preview", before, w.state(survivor, absorbed))

				merged := w.merge(survivor, absorbed)
				for _, what := range []string{"handles", "memberships", "dropped_users", "survivor", "absorbed"} {
					same(t, "moved, as it was announced: "+what, value(plan, what), value(merged, "moved."+what))
				}
				w.checkMerged(before, survivor, absorbed)
				undone := w.admin(200, "POST", "/merges/"+text(merged, "id")+"/undo", "")
				if text(undone, "undone") == "" {
					t.Errorf("the merge is not undone: %v", undone)
				}
				same(t, "after the undoing", before, w.state(survivor, absorbed))
				w.admin(409, "POST", "/merges/"+text(merged, "id")+"/undo", "")
			})
		}
	})
}

// checkMerged holds what is true after any merge, given the state before.
func (w *world) checkMerged(before map[string]any, survivor, absorbed string) {
	w.t.Helper()
	after := w.state(survivor, absorbed)
	gone := after[absorbed].(map[string]any)
	for _, name := range []string{"email", "username"} {
		if gone[name] != nil {
			w.t.Errorf("the absorbed account still has a %s: %v", name, gone[name])
		}
	}
	if gone["state"] != "merged" || gone["merged_into"] != survivor || len(objects(gone["handles"]))+len(objects(gone["memberships"]))+len(objects(gone["links"])) != 0 {
		w.t.Errorf("the absorbed account: %v", gone)
	}
	all := func(state map[string]any, list, name string, accounts ...string) (values []string) {
		for _, id := range accounts {
			values = append(values, texts(value(state[id], list), name)...)
		}
		slices.Sort(values)
		return slices.Compact(values)
	}
	for list, name := range map[string]string{"handles": "value", "memberships": "organization_id", "links": "connection_id"} {
		same(w.t, "the survivor's "+list, all(before, list, name, survivor, absorbed), all(after, list, name, survivor))
	}
	live := map[string]int{}
	for _, link := range objects(value(after[survivor], "links")) {
		if link["ended"] == nil {
			live[text(link, "connection_id")]++
		}
	}
	for connection, n := range live {
		if n != 1 {
			w.t.Errorf("%d live links in the connection %s", n, connection)
		}
	}
}

// TestMergeMovesWhatAPersonHas looks at each thing that a merge joins.
func TestMergeMovesWhatAPersonHas(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		user, survivor := w.okta.push(w.email("ada@one"), `"externalId":"1"`)
		double, absorbed := w.okta.signIn("s-ada", w.email("ada@two"), `,"groups":["Staff"]`)
		crew, board := w.okta.group("Crew", user, double), w.okta.group("Board", double)
		_, elsewhere := w.other.push(w.email("ada@beta"), "")
		w.member(w.beta, elsewhere, `{"role":"owner"}`)
		e.merge(survivor, absorbed)
		e.merge(survivor, elsewhere)

		if a := w.okta.send("GET", "/Users/"+double, ""); a.status != 404 {
			t.Errorf("the sign-in's User is still there: %d", a.status)
		}
		for _, group := range []string{crew, board} {
			same(t, "members of a group", []string{user}, w.okta.members(group))
		}
		var roles []string
		for _, member := range objects(w.view(survivor)["memberships"]) {
			for _, grant := range objects(member["roles"]) {
				roles = append(roles, text(grant, "source")+" "+text(grant, "role")+" "+text(grant, "group"))
			}
			roles = append(roles, text(member, "state")+" "+text(member, "effective_role"))
		}
		slices.Sort(roles)
		same(t, "roles", []string{"active owner", "active owner", "default member ", "direct owner ", "group owner Board", "group writer Crew", "sign_in admin Staff"}, roles)

		// Who signs in as before, or by the email of the User that is left, is the
		// survivor.
		for _, who := range [][2]string{{"s-ada", w.email("ada@two")}, {"s-other", w.email("ada@one")}} {
			signedIn, account := w.okta.signIn(who[0], who[1], "")
			same(t, "who signs in", []string{user, survivor}, []string{signedIn, account})
		}
		same(t, "who has the email", survivor, e.accountOf(w.email("ada@two")))
		for _, email := range []string{w.email("ada@two"), w.email("ada@beta")} {
			e.admin(409, "POST", "/accounts", fmt.Sprintf(`{"email":%q}`, email))
		}
	})
}

// TestMergeKeepsEachOrganizationsView merges accounts of two organizations: what
// each of them has pushed stays as it is, and it does not see the other.
func TestMergeKeepsEachOrganizationsView(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		survivor, absorbed := pairs["of two organizations"](w)
		before, events := []any{w.okta.dump(), w.other.dump()}, len(w.other.ownEvents())
		e.merge(survivor, absorbed)
		same(t, "SCIM", before, []any{w.okta.dump(), w.other.dump()})
		same(t, "events of the connection", events, len(w.other.ownEvents()))
		for organization, role := range map[string]string{w.acme: "member", w.beta: "owner"} {
			members := objects(e.admin(200, "GET", "/organizations/"+organization+"/members", "")["members"])
			same(t, "members", []string{survivor}, texts(members, "account_id"))
			same(t, "role", []string{role}, texts(members, "effective_role"))
		}
		var told []string
		for _, event := range e.events() {
			if organization, id := text(event, "organization_id"), text(event, "type"); organization == w.beta && strings.HasPrefix(id, "membership.") {
				told = append(told, id+" "+map[string]string{survivor: "survivor", absorbed: "absorbed"}[text(event, "subject_id")])
			}
		}
		same(t, "events of the organization", []string{"membership.added absorbed", "membership.role_changed absorbed", "membership.removed absorbed", "membership.added survivor", "membership.role_changed survivor"}, told)
	})
}

// TestMergeBringsNobodyBack merges someone who is suspended with an account that
// only sign-ins made: he stays out, and so he does once that is undone.
func TestMergeBringsNobodyBack(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		survivor, absorbed := pairs["a sign-in beside a push that is suspended"](w)
		merged := w.merge(survivor, absorbed)
		same(t, "state", "suspended", text(w.view(survivor), "state"))
		signIn := w.admin(200, "POST", "/sign-ins", fmt.Sprintf(`{"connection_id":%q,"subject":"s-ada","email":%q}`, w.okta.id, w.email("ada@two")))
		same(t, "sign-in", "deny", text(signIn, "decision"))
		w.admin(200, "POST", "/merges/"+text(merged, "id")+"/undo", "")
		same(t, "states", []string{"suspended", "active"}, []string{text(w.view(survivor), "state"), text(w.view(absorbed), "state")})
	})
}

// TestRevivedUserIsNew holds that nobody takes a User that came back for the one
// that he knew.
func TestRevivedUserIsNew(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		_, survivor := w.okta.push(w.email("ada@one"), "")
		double, absorbed := w.okta.signIn("s-ada", w.email("ada@two"), "")
		before := w.okta.get("/Users/" + double)
		w.admin(200, "POST", "/merges/"+text(w.merge(survivor, absorbed), "id")+"/undo", "")
		if after := w.okta.get("/Users/" + double); value(before, "meta.version") == value(after, "meta.version") {
			t.Errorf("the version is %v again", value(after, "meta.version"))
		}
		var told []string
		for _, event := range w.okta.ownEvents() {
			if event["subject_id"] == double {
				told = append(told, text(event, "type"))
			}
		}
		same(t, "events", []string{"user.created", "user.deleted", "user.created"}, told)
	})
}

// TestMergesThatAreRefused has accounts that cannot be merged. Nothing changes,
// and the preview says why.
func TestMergesThatAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		ada, bob := e.account(w.email("ada@one")), e.account(w.email("bob@one"))
		guarded := text(e.admin(201, "POST", "/accounts", `{"email":"`+w.email("root@one")+`","protected":true}`), "id")
		_, first := w.okta.push(w.email("eve@one"), "")
		_, second := w.okta.push(w.email("eve@two"), "")
		past := e.account(w.email("past@one"))
		e.merge(bob, past)
		all := []string{ada, bob, guarded, first, second, past}
		before := w.state(all...)
		for _, c := range []struct {
			survivor, absorbed, reason string
		}{
			{ada, ada, "same_account"}, {ada, guarded, "protected_account"}, {first, second, "both_pushed"},
			{past, ada, "already_merged"}, {ada, past, "already_merged"},
		} {
			body := fmt.Sprintf(`{"survivor":%q,"absorbed":%q}`, c.survivor, c.absorbed)
			same(t, "preview", c.reason, text(e.admin(200, "POST", "/merges/preview", body), "refused.reason"))
			same(t, "merge", c.reason, text(e.admin(409, "POST", "/merges", body), "reason"))
		}
		for _, body := range []string{fmt.Sprintf(`{"survivor":%q,"absorbed":"nobody"}`, ada), fmt.Sprintf(`{"survivor":"nobody","absorbed":%q}`, ada)} {
			e.admin(404, "POST", "/merges/preview", body)
			e.admin(404, "POST", "/merges", body)
		}
		e.admin(404, "POST", "/merges/nobody/undo", "")
		same(t, "afterwards", before, w.state(all...))
	})
}

// TestUndoAfterChanges undoes merges after something has changed since.
func TestUndoAfterChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		for name, c := range changes {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t, e)
				survivor, absorbed := pairs[c.pair](w)
				id := text(w.merge(survivor, absorbed), "id")
				c.change(w, survivor, absorbed)
				if !c.refused {
					w.admin(200, "POST", "/merges/"+id+"/undo", "")
					c.check(w, survivor, absorbed)
					return
				}
				before := w.state(survivor, absorbed)
				same(t, "reason", "merge_changed", text(w.admin(409, "POST", "/merges/"+id+"/undo", ""), "reason"))
				same(t, "afterwards", before, w.state(survivor, absorbed))
			})
		}
	})
}

// TestUndoRecordKeepsItsForm holds that merges which were made by a former
// version can be undone: what it kept is still read by these names.
func TestUndoRecordKeepsItsForm(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		survivor, absorbed := pairs["a sign-in beside a push with sign-ins"](w)
		w.okta.group("Crew", text(w.okta.find("/Users", `userName eq "`+w.email("ada@two")+`"`)[0], "id"))
		w.entra.push(w.email("ada@two"), "")
		w.admin(200, "PATCH", "/accounts/"+absorbed, `{"username":"countess-`+w.tag+`"}`)
		id := text(w.merge(survivor, absorbed), "id")
		var record any
		err := w.store.View(t.Context(), func(tx joinery.Tx) error {
			m, err := tx.Merge(id)
			if err != nil {
				return err
			}
			return json.Unmarshal(m.Undo, &record)
		})
		if err != nil {
			t.Fatal(err)
		}
		link := []string{"AccountID", "Claimed", "ConnectionID", "Created", "Ended", "LastSignIn", "LastSignOut", "Origin", "Rule", "Subject", "SubjectFormat", "UserID"}
		membership := []string{"AccountID", "ConnectionID", "Created", "OrganizationID", "Origin", "Role", "State", "Updated"}
		want := map[string][]string{
			"":                     {"dropped", "email", "handles", "links", "memberships", "username", "users"},
			"dropped":              {"claims", "groups", "heir", "heir_claims", "heir_id", "joined", "link", "user"},
			"dropped.heir":         link,
			"dropped.link":         link,
			"dropped.user":         {"body", "created", "version"},
			"handles":              {"AccountID", "Key", "Kind", "Since", "Until", "Value"},
			"links":                {"connection_id", "user_id"},
			"memberships":          {"absorbed", "joined", "survivor"},
			"memberships.absorbed": membership,
			"memberships.joined":   membership,
			"memberships.survivor": membership,
			"users":                {"connection_id", "user_id"},
		}
		got := map[string][]string{}
		namesWithin(got, "", record)
		delete(got, "dropped.user.body") // a SCIM document
		for path := range got {
			if strings.HasPrefix(path, "dropped.user.body.") {
				delete(got, path)
			}
		}
		same(t, "names", want, got)
	})
}

// namesWithin lists the names in the objects within a value, by their path.
func namesWithin(found map[string][]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		found[path] = slices.Sorted(maps.Keys(v))
		for name, inner := range v {
			namesWithin(found, strings.TrimPrefix(path+"."+name, "."), inner)
		}
	case []any:
		for _, inner := range v {
			namesWithin(found, path, inner)
		}
	}
}

// TestMergesBecomeFinal holds when a merge can no longer be undone.
func TestMergesBecomeFinal(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		registry, err := schema.NewRegistry()
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		service := joinery.NewService(joinery.Options{Store: e.store, Registry: registry, Now: func() time.Time { return now }})
		ada, bob, eve := e.account("ada@one.example"), e.account("bob@one.example"), e.account("eve@one.example")
		first, _, err := service.MergeAccounts(t.Context(), ada, bob)
		if err != nil {
			t.Fatal(err)
		}
		second, _, err := service.MergeAccounts(t.Context(), ada, eve)
		if err != nil {
			t.Fatal(err)
		}
		now = first.Created.Add(joinery.MergeUndo)
		if _, err := service.UndoMerge(t.Context(), first.ID); err != nil {
			t.Errorf("in time: %v", err)
		}
		now = now.Add(time.Millisecond)
		for id, reason := range map[string]string{first.ID: "merge_undone", second.ID: "merge_final"} {
			_, err := service.UndoMerge(t.Context(), id)
			if e, ok := errors.AsType[*joinery.Error](err); !ok || e.Kind != joinery.Conflict || e.Reason != reason {
				t.Errorf("%v, want %s", err, reason)
			}
		}
	})
}

// TestOneOfManyMergesWins merges the same two accounts many times at once, into
// either of them.
func TestOneOfManyMergesWins(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		survivor, absorbed := pairs["a sign-in beside a push"](w)
		before := w.state(survivor, absorbed)
		answers := make([]answer, racers)
		var wait sync.WaitGroup
		for i := range racers {
			wait.Go(func() {
				ids := []any{survivor, absorbed}
				if i%2 == 1 {
					slices.Reverse(ids)
				}
				answers[i] = e.api("POST", "/merges", fmt.Sprintf(`{"survivor":%q,"absorbed":%q}`, ids...))
			})
		}
		wait.Wait()
		won := ""
		for _, a := range answers {
			switch {
			case a.status == 201 && won == "":
				won = text(a.object(), "id")
			case a.status != 409 || text(a.object(), "reason") != "already_merged":
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		undos := make([]int, 4)
		for i := range undos {
			wait.Go(func() {
				undos[i] = e.api("POST", "/merges/"+won+"/undo", "").status
			})
		}
		wait.Wait()
		slices.Sort(undos)
		same(t, "undoing it many times", []int{200, 409, 409, 409}, undos)
		same(t, "afterwards", before, w.state(survivor, absorbed))
	})
}
