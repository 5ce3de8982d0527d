package service

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/joineryhq/joinery"
)

// world is two organizations, the first with two connections. Several worlds can
// be on one server.
type world struct {
	*env
	tag                string
	acme, beta         string
	okta, entra, other *client // other is of beta
}

func newWorld(t *testing.T, e *env) *world {
	t.Helper()
	own := *e
	own.t = t
	e = &own
	w := &world{env: e, tag: strings.ToLower(rand.Text()[:8])}
	w.acme, w.beta = e.organization("acme-"+w.tag), e.organization("beta-"+w.tag)
	w.okta, w.entra, w.other = e.connect(w.acme, "generic"), e.connect(w.acme, "generic"), e.connect(w.beta, "generic")
	w.setUp()
	return w
}

// setUp lets groups, pushed and claimed, give roles. It goes past the server,
// which would wait for other processes to notice.
func (w *world) setUp() {
	w.t.Helper()
	err := w.store.Update(w.t.Context(), func(tx joinery.Tx) error {
		for _, c := range w.clients() {
			connection, err := tx.Connection(c.id)
			if err != nil {
				return err
			}
			connection.Policy.GroupAuthority = "union"
			if err := tx.UpdateConnection(connection); err != nil {
				return err
			}
		}
		for group, role := range map[string]string{"Crew": "writer", "Staff": "admin", "Board": "owner"} {
			err := tx.InsertMapping(&joinery.Mapping{
				ID: uuid.NewString(), ConnectionID: w.okta.id, GroupName: group, Target: "org:acme-" + w.tag, Role: role, Created: time.Now(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// email is an email that is the world's own: ada@one is ada@one.<tag>.example.
func (w *world) email(name string) string { return name + "." + w.tag + ".example" }

func (w *world) clients() []*client { return []*client{w.okta, w.entra, w.other} }

// api calls the admin API, which may answer anything.
func (e *env) api(method, path, body string) answer {
	e.t.Helper()
	return e.send(method, e.url+"/api/v1"+path, body, "Authorization: Bearer "+adminToken, "Content-Type: application/json")
}

// account makes an account that no connection knows.
func (e *env) account(email string) string {
	e.t.Helper()
	return text(e.admin(201, "POST", "/accounts", fmt.Sprintf(`{"email":%q}`, email)), "id")
}

// accountOf finds who holds an email.
func (e *env) accountOf(email string) string {
	e.t.Helper()
	list := objects(e.admin(200, "GET", "/accounts?email="+url.QueryEscape(email), "")["accounts"])
	if len(list) != 1 {
		e.t.Fatalf("%d accounts have the email %s", len(list), email)
	}
	return text(list[0], "id")
}

// push pushes a User with an email, and returns it and its account.
func (c *client) push(email, more string) (user, account string) {
	c.t.Helper()
	if more != "" {
		more = "," + more
	}
	user = c.create("/Users", fmt.Sprintf(`{"userName":%q,"emails":[{"value":%[1]q,"primary":true}]%s}`, email, more))
	return user, c.accountOf(email)
}

// signIn reports a sign-in, which must be allowed, and returns the User and its
// account.
func (c *client) signIn(subject, email, more string) (user, account string) {
	c.t.Helper()
	result := c.admin(200, "POST", "/sign-ins", fmt.Sprintf(`{"connection_id":%q,"subject":%q,"email":%q%s}`, c.id, subject, email, more))
	if text(result, "decision") != "allow" {
		c.t.Fatalf("the sign-in of %s: %v", subject, result)
	}
	return text(result, "user_id"), text(result, "account.id")
}

// member changes a membership, and makes the account a member before where it is
// none.
func (e *env) member(organization, account, body string) {
	e.t.Helper()
	a := e.api("POST", "/organizations/"+organization+"/members", `{"account_id":"`+account+`"}`)
	if a.status != 201 && a.status != 409 {
		e.t.Fatalf("adding a member: %d %s", a.status, a.body)
	}
	e.admin(200, "PATCH", "/organizations/"+organization+"/members/"+account, body)
}

func (e *env) view(account string) map[string]any {
	e.t.Helper()
	return e.admin(200, "GET", "/accounts/"+account, "")
}

func (e *env) merge(survivor, absorbed string) map[string]any {
	e.t.Helper()
	return e.admin(201, "POST", "/merges", fmt.Sprintf(`{"survivor":%q,"absorbed":%q}`, survivor, absorbed))
}

// state is all that can be seen of accounts and connections, but for when and
// how often it changed, and which merges there were.
func (w *world) state(accounts ...string) map[string]any {
	w.t.Helper()
	state := map[string]any{}
	for _, c := range w.clients() {
		state[c.id] = c.dump()
		state["members "+c.organization] = w.admin(200, "GET", "/organizations/"+c.organization+"/members?limit=1000", "")
	}
	for _, id := range accounts {
		state[id] = w.view(id)
		state["links "+id], state["claims "+id] = w.links(id), w.claims(id)
	}
	forget(state, "updated", "merges", "version", "lastModified", "next_cursor")
	return state
}

// links are an account's links.
func (w *world) links(account string) (links []*joinery.Link) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx joinery.Tx) (err error) {
		links, err = tx.LinksOf([]string{account})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return links
}

// claims are the groups that an account's sign-ins claim, by User.
func (w *world) claims(account string) map[string][]string {
	w.t.Helper()
	claims := map[string][]string{}
	for _, l := range w.links(account) {
		err := w.store.View(w.t.Context(), func(tx joinery.Tx) (err error) {
			claims[l.UserID], err = tx.Claims(l.ConnectionID, l.UserID)
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return claims
}

// forget takes members out of an object and all in it.
func forget(v any, names ...string) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range names {
			delete(v, name)
		}
		for inner := range maps.Values(v) {
			forget(inner, names...)
		}
	case []any:
		for _, inner := range v {
			forget(inner, names...)
		}
	}
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
