package service

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// TestNoTakeOver throws random sequences of pushes and sign-ins by connections
// of several organizations at one deployment. After each step:
//
//   - each handle has one holder, each account one live link in a connection;
//   - each membership has a reason for its state;
//   - nothing has happened to accounts that are not the organization's: neither
//     by membership, nor by having made them, nor by a verified domain;
//   - the answer tells nothing about them;
//   - the events, replayed, lead to the state that is there.
func TestNoTakeOver(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, name string, open testenv.Opener) {
		steps := 40
		if name == "postgres" {
			steps = 15
		}
		store, round := open(t), 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			w := newContest(t, rt, store, round)
			for range rapid.IntRange(10, steps).Draw(rt, "steps") {
				w.step()
			}
		})
	})
}

// contest is a deployment with three organizations. Each round has names of its
// own, so that many share a database.
type contest struct {
	round       int
	begin       string // the id of the last account of the round before
	t           *testing.T
	rt          *rapid.T
	s           *joinery.Service
	user, group *schema.Type
	connections []*tenant
	cursor      string // of the events
	replayed    *replay
}

// tenant is a connection with what the test knows of its organization.
type tenant struct {
	*joinery.Connection
	verified []string // domains
	users    []string // ids of Users
	groups   []string
}

func newContest(t *testing.T, rt *rapid.T, store joinery.Store, round int) *contest {
	registry, err := schema.NewRegistry(os.DirFS("testdata/schemas"))
	if err != nil {
		t.Fatal(err)
	}
	var idps []string
	for _, profile := range idp.Profiles() {
		idps = append(idps, profile.Name)
	}
	w := &contest{round: round, begin: uuid.Must(uuid.NewV7()).String(), t: t, rt: rt, s: joinery.NewService(joinery.Options{Store: store, Registry: registry, IdPs: idps}), replayed: newReplay()}
	w.user, w.group = registry.Type("User"), registry.Type("Group")
	w.catchUp()
	atAcme, atZeta := w.own("acme")+".example", w.own("zeta")+".example"
	acme, umbra, zeta := w.organization("acme", atAcme), w.organization("umbra"), w.organization("zeta", atZeta)
	w.connect(acme, nil, atAcme)
	w.connect(acme, []byte(`{"group_authority":"claims"}`), atAcme)
	w.connect(umbra, nil)
	w.connect(zeta, []byte(`{"preset":"pulumi"}`), atZeta)
	for _, a := range []struct {
		name, place string
		protected   bool
	}{{"solo", "home", false}, {"ada", "acme", false}, {"boss", "umbra", false}, {"vip", "zeta", true}} {
		view, err := w.s.CreateAccount(t.Context(), joinery.NewAccount{
			Email: w.own(a.name) + "@" + w.own(a.place) + ".example", Username: w.own(a.name), Protected: a.protected,
		})
		w.must(err)
		if a.name == "boss" {
			_, err := w.s.AddMember(t.Context(), umbra, view.ID, "owner")
			w.must(err)
		}
	}
	return w
}

func (w *contest) must(err error) {
	w.t.Helper()
	if err != nil {
		w.rt.Fatalf("%v", err)
	}
}

func (w *contest) organization(slug string, domains ...string) string {
	o, err := w.s.CreateOrganization(w.t.Context(), slug, w.own(slug))
	w.must(err)
	for _, domain := range domains {
		_, err := w.s.AddDomain(w.t.Context(), o.ID, domain, true)
		w.must(err)
	}
	return o.ID
}

func (w *contest) connect(organizationID string, policy []byte, verified ...string) {
	c, err := w.s.CreateConnection(w.t.Context(), organizationID, "idp", "generic", policy)
	w.must(err)
	w.connections = append(w.connections, &tenant{Connection: c, verified: verified})
}

var (
	names   = []string{"solo", "ada", "boss", "vip", "kim"}
	domains = []string{"home", "acme", "umbra", "zeta"}
)

// own makes a name of the round, without a digit: those behind usernames make others.
func (w *contest) own(name string) string {
	letters := []byte(strconv.Itoa(w.round))
	for i := range letters {
		letters[i] += 'a' - '0'
	}
	return name + "-" + string(letters)
}

func (w *contest) email() string {
	return w.own(w.draw(names, "local")) + "@" + w.own(w.draw(domains, "domain")) + ".example"
}

func (w *contest) draw(values []string, label string) string {
	return rapid.SampledFrom(values).Draw(w.rt, label)
}

// step makes one request and holds the invariants.
func (w *contest) step() {
	c := rapid.SampledFrom(w.connections).Draw(w.rt, "connection")
	before := w.accounts()
	var answer string
	switch action := w.draw([]string{"create", "create", "replace", "suspend", "delete", "sign in", "sign in", "group", "empty group"}, "action"); action {
	case "create":
		answer = w.create(c)
	case "replace":
		answer = w.replace(c)
	case "suspend":
		answer = w.suspend(c)
	case "delete":
		answer = w.delete(c)
	case "sign in":
		answer = w.signIn(c)
	case "group":
		answer = w.makeGroup(c)
	case "empty group":
		answer = w.emptyGroup(c)
	}
	after := w.accounts()
	w.checkForeign(c, before, after, answer)
	w.checkUnique(after)
	w.checkStates(after)
	w.checkReplay(after)
}

func (w *contest) caller(c *tenant) joinery.Caller {
	return joinery.Caller{Connection: c.Connection, TokenID: "token", BaseURL: "http://x"}
}

func (w *contest) document() scim.Document {
	email := w.email()
	return scim.Document{
		"schemas": []any{w.user.Core.ID}, "userName": w.draw([]string{email, w.own(w.draw(names, "name"))}, "userName"),
		"externalId": w.draw([]string{"", "x1", "x2", "x3"}, "externalId"),
		"active":     rapid.Bool().Draw(w.rt, "active"),
		"emails":     []any{map[string]any{"value": email, "type": "work", "primary": true}},
	}
}

func (w *contest) create(c *tenant) string {
	out, err := w.s.CreateResource(w.t.Context(), w.caller(c), w.user, w.document())
	if err != nil {
		return w.refused(err)
	}
	if !slices.Contains(c.users, out.Resource.ID) {
		c.users = append(c.users, out.Resource.ID)
	}
	return string(out.Resource.Body)
}

// refused is the text of an error that the client is meant to see.
func (w *contest) refused(err error) string {
	var e *scim.Error
	var own *joinery.Error
	switch {
	case errors.As(err, &e) && e.Status < 500:
		return e.Detail
	case errors.As(err, &own) && own.Kind != joinery.Internal:
		return own.Message
	}
	w.rt.Fatalf("an error that should not be: %v", err)
	return ""
}

// aUser is the id of one of the connection's Users.
func (w *contest) aUser(c *tenant) string {
	if len(c.users) == 0 {
		return "none"
	}
	return w.draw(c.users, "user")
}

func (w *contest) replace(c *tenant) string {
	out, err := w.s.ReplaceResource(w.t.Context(), w.caller(c), w.user, w.aUser(c), w.document(), joinery.Expect{}, joinery.ReplaceOptions{})
	if err != nil {
		return w.refused(err)
	}
	return string(out.Resource.Body)
}

func (w *contest) suspend(c *tenant) string {
	out, err := w.s.PatchResource(w.t.Context(), w.caller(c), w.user, w.aUser(c), []scim.PatchOperation{
		{Op: scim.OpReplace, Path: "active", Value: rapid.Bool().Draw(w.rt, "active")},
	}, joinery.Expect{})
	if err != nil {
		return w.refused(err)
	}
	return string(out.Resource.Body)
}

func (w *contest) delete(c *tenant) string {
	if err := w.s.DeleteResource(w.t.Context(), w.caller(c), w.user, w.aUser(c), joinery.Expect{}); err != nil {
		return w.refused(err)
	}
	return ""
}

func (w *contest) signIn(c *tenant) string {
	email := w.email()
	in := joinery.SignIn{ConnectionID: c.ID, Subject: w.draw([]string{email, "s1", "s2", "x1"}, "subject"), Email: email}
	if rapid.Bool().Draw(w.rt, "claims") {
		in.Groups = []string{w.draw(names, "claim")}
	}
	result, err := w.s.SignIn(w.t.Context(), in)
	if err != nil {
		return w.refused(err)
	}
	if result.Decision != joinery.SignInAllow {
		return string(result.Reason)
	}
	if !slices.Contains(c.users, result.UserID) {
		c.users = append(c.users, result.UserID)
	}
	for _, m := range result.Memberships {
		if result.Scope == joinery.ScopeOrganization && m.Membership.OrganizationID != c.OrganizationID {
			w.rt.Fatalf("a session of %s sees the membership in %s", c.OrganizationID, m.Membership.OrganizationID)
		}
	}
	return ""
}

func (w *contest) makeGroup(c *tenant) string {
	out, err := w.s.CreateResource(w.t.Context(), w.caller(c), w.group, scim.Document{
		"schemas": []any{w.group.Core.ID}, "displayName": w.draw(names, "group"), "members": []any{map[string]any{"value": w.aUser(c)}},
	})
	if err != nil {
		return w.refused(err)
	}
	c.groups = append(c.groups, out.Resource.ID)
	return string(out.Resource.Body)
}

func (w *contest) emptyGroup(c *tenant) string {
	if len(c.groups) == 0 {
		return ""
	}
	_, err := w.s.PatchResource(w.t.Context(), w.caller(c), w.group, w.draw(c.groups, "group"), []scim.PatchOperation{
		{Op: scim.OpRemove, Path: "members"},
	}, joinery.Expect{})
	if err != nil {
		return w.refused(err)
	}
	return ""
}

// accounts reads all accounts, by id.
func (w *contest) accounts() map[string]*joinery.AccountView {
	list, err := w.s.Accounts(w.t.Context(), joinery.AccountQuery{After: w.begin, Limit: joinery.MaxListed})
	w.must(err)
	views := map[string]*joinery.AccountView{}
	for _, view := range list {
		views[view.ID] = view
	}
	return views
}

// elsewhere is what an account is beside its membership in an organization.
type elsewhere struct {
	Email, Username, DisplayName string
	Protected                    bool
	Memberships                  map[string]joinery.MembershipState
}

func elsewhereOf(view *joinery.AccountView, organizationID string) elsewhere {
	e := elsewhere{view.Email, view.Username, view.DisplayName, view.Protected, map[string]joinery.MembershipState{}}
	for _, m := range view.Memberships {
		if m.Membership.OrganizationID != organizationID {
			e.Memberships[m.Membership.OrganizationID] = m.Membership.State
		}
	}
	return e
}

// checkForeign holds that a request changed nothing that is not its
// organization's to change.
func (w *contest) checkForeign(c *tenant, before, after map[string]*joinery.AccountView, answer string) {
	for id, was := range before {
		is := after[id]
		if is == nil {
			w.rt.Fatalf("the account %s is gone", was.Username)
		}
		member := false
		for _, m := range was.Memberships {
			member = member || m.Membership.OrganizationID == c.OrganizationID
		}
		_, domain, _ := strings.Cut(was.Email, "@")
		owned := slices.Contains(c.verified, domain)
		if !member && !owned {
			if diff := cmp.Diff(elsewhereOf(was, ""), elsewhereOf(is, "")); diff != "" {
				w.rt.Fatalf("%s has changed an account that is none of its own (-before +after):\n%s", c.OrganizationID, diff)
			}
			if strings.Contains(answer, id) {
				w.rt.Fatalf("%s is told of a foreign account: %s", c.OrganizationID, answer)
			}
			continue
		}
		old, now := elsewhereOf(was, c.OrganizationID), elsewhereOf(is, c.OrganizationID)
		if len(old.Memberships) == 0 || owned {
			old.Email, old.Username, old.DisplayName = now.Email, now.Username, now.DisplayName // its to change
		}
		if diff := cmp.Diff(old, now); diff != "" {
			w.rt.Fatalf("%s has changed an account beyond its own membership (-before +after):\n%s", c.OrganizationID, diff)
		}
	}
}

func (w *contest) checkUnique(accounts map[string]*joinery.AccountView) {
	holders := map[string]string{}
	for id, view := range accounts {
		for _, handle := range []string{"email " + scim.Fold(view.Email), "username " + scim.Fold(view.Username)} {
			if other := holders[handle]; other != "" && handle != "email " {
				w.rt.Fatalf("%s is held by %s and %s", handle, other, id)
			}
			holders[handle] = id
		}
		live := map[string]bool{}
		for _, link := range view.Links {
			if link.Ended != nil {
				continue
			}
			if live[link.ConnectionID] {
				w.rt.Fatalf("the account %s has two live links in a connection", view.Username)
			}
			live[link.ConnectionID] = true
		}
	}
}

// checkStates holds that a membership is active where a User or a person makes
// it so, and suspended only where no User does.
func (w *contest) checkStates(accounts map[string]*joinery.AccountView) {
	active := map[string]bool{} // by account and organization
	for _, c := range w.connections {
		for _, id := range c.users {
			r, err := w.s.GetResource(w.t.Context(), w.caller(c), w.user, id, false)
			if joinery.KindOf(err) == joinery.NotFound {
				continue
			}
			w.must(err)
			for _, view := range accounts {
				for _, link := range view.Links {
					if link.ConnectionID == c.ID && link.UserID == id && link.Ended == nil && r.Keys.Active {
						active[view.ID+c.OrganizationID] = true
					}
				}
			}
		}
	}
	for id, view := range accounts {
		someActive := false
		for _, m := range view.Memberships {
			should := active[id+m.Membership.OrganizationID]
			is := m.Membership.State == joinery.MembershipActive
			someActive = someActive || is
			if is && !should && m.Membership.Origin != joinery.FromAPI || !is && should {
				w.rt.Fatalf("the membership of %s is %s, an active User says %v", view.Username, m.Membership.State, should)
			}
		}
		if suspended := view.State == "suspended"; suspended != (len(view.Memberships) > 0 && !someActive) {
			w.rt.Fatalf("the account %s is %s without a reason", view.Username, view.State)
		}
	}
}

// catchUp reads the events that are there.
func (w *contest) catchUp() {
	for {
		page, err := w.s.Events(w.t.Context(), w.cursor, 1000)
		w.must(err)
		w.cursor = page.Next
		for _, e := range page.Events {
			if err := w.replayed.apply(e); err != nil {
				w.rt.Fatalf("%s: %v", e.Type, err)
			}
		}
		if len(page.Events) == 0 {
			return
		}
	}
}

// checkReplay holds that the events tell all of the state.
func (w *contest) checkReplay(accounts map[string]*joinery.AccountView) {
	w.catchUp()
	state := map[string]replayedAccount{}
	for id, view := range accounts {
		a := replayedAccount{view.Email, view.Username, view.DisplayName, view.State == "suspended", map[string]joinery.MembershipState{}}
		for _, m := range view.Memberships {
			a.Memberships[m.Membership.OrganizationID] = m.Membership.State
		}
		state[id] = a
	}
	replayed := map[string]replayedAccount{}
	for id, a := range w.replayed.accounts {
		if id > w.begin {
			replayed[id] = *a
		}
	}
	if diff := cmp.Diff(state, replayed); diff != "" {
		w.rt.Fatalf("the events lead elsewhere (-state +replayed):\n%s\naccounts: %v", diff, fmt.Sprint(slices.Collect(maps.Keys(state))))
	}
}
