package service

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/joineryhq/joinery"
)

// routes are the methods and paths of the SCIM API, with an id where one belongs.
func (c *client) routes(id string) (routes [][2]string) {
	c.t.Helper()
	add := func(path string, methods ...string) {
		for _, method := range methods {
			routes = append(routes, [2]string{method, path})
		}
	}
	add("/ServiceProviderConfig", "GET", "HEAD")
	add("/Schemas", "GET")
	add("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", "GET")
	add("/ResourceTypes", "GET")
	add("/ResourceTypes/User", "GET")
	add("/", "GET")
	add("/.search", "POST")
	add("/Bulk", "POST")
	add("/Me", "GET", "POST", "PUT", "PATCH", "DELETE")
	for _, endpoint := range texts(c.get("/ResourceTypes")["Resources"], "endpoint") {
		add(endpoint, "GET", "POST")
		add(endpoint+"/.search", "POST")
		add(endpoint+"/"+id, "GET", "PUT", "PATCH", "DELETE")
	}
	return routes
}

// TestTokensOpenOneConnection sends each kind of wrong token to each route:
// all get the one answer that an unknown token gets.
func TestTokensOpenOneConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "generic"), e.connect(organization, "generic")
		subjects := other.populate("s")
		before, events := other.dump(), other.ownEvents()
		nowhere := other.at(e.url + "/scim/v2/" + uuid.Must(uuid.NewV7()).String())
		for _, route := range other.routes(subjects[0].id) {
			want := other.with("nonsense").send(route[0], route[1], "{}")
			if want.status != http.StatusUnauthorized {
				t.Errorf("%v with an unknown token: %d %s", route, want.status, want.body)
			}
			for name, c := range map[string]*client{
				"the token of another connection":   other.with(mine.token),
				"the admin token":                   other.with(adminToken),
				"the URL of no connection":          nowhere.with(mine.token),
				"that, with the token of another":   nowhere,
				"an unknown token on that":          nowhere.with("nonsense"),
				"the admin token, no id in the URL": other.with(adminToken).at(e.url + "/scim/v2"),
			} {
				got := c.send(route[0], route[1], "{}")
				if diff := cmp.Diff(anonymous(want), anonymous(got), cmp.AllowUnexported(answer{})); diff != "" {
					t.Errorf("%v with %s (-unknown token +got):\n%s", route, name, diff)
				}
			}
		}
		if diff := cmp.Diff(before, other.dump()); diff != "" {
			t.Errorf("the connection changed:\n%s", diff)
		}
		if diff := cmp.Diff(events, other.ownEvents()); diff != "" {
			t.Errorf("the connection has other events:\n%s", diff)
		}
	})
}

// anonymous drops what differs each time.
func anonymous(a answer) answer { return plain(a, strings.NewReplacer()) }

// TestAdminAPIIsClosedToSCIMTokens sends a SCIM token to each call that the
// OpenAPI document shows.
func TestAdminAPIIsClosedToSCIMTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		_, tokenID := c.newToken()
		document := e.send("GET", e.url+"/api/v1/openapi.json", "").object()
		paths, _ := document["paths"].(map[string]any)
		calls := 0
		for path, methods := range paths {
			path = strings.NewReplacer("{id}", c.id, "{token_id}", tokenID).Replace(path)
			for method := range methods.(map[string]any) {
				calls++
				a := e.send(strings.ToUpper(method), e.url+"/api/v1"+strings.TrimPrefix(path, "/api/v1"), `{"name":"x","slug":"x"}`, "Authorization: Bearer "+c.token, "Content-Type: application/json")
				if a.status != 401 || text(a.object(), "reason") != "token_refused" {
					t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
				}
			}
		}
		if calls < 12 {
			t.Errorf("only %d calls are known", calls)
		}
		c.get("/Users")
	})
}

// TestTokensEnd shows each way in which a token ends, and that it is over with
// the next request.
func TestTokensEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "okta"), e.connect(organization, "entra")
		second, secondID := mine.newToken()
		mine.with(second).get("/Users")

		e.admin(404, "DELETE", "/connections/"+other.id+"/tokens/"+secondID, "")
		mine.with(second).get("/Users")
		e.admin(204, "DELETE", "/connections/"+mine.id+"/tokens/"+secondID, "")
		mine.with(second).ok(401, "GET", "/Users", "")
		mine.get("/Users")
		e.admin(404, "DELETE", "/connections/"+mine.id+"/tokens/"+secondID, "")

		past := time.Now().Add(-time.Minute)
		mine.with(e.insertToken(mine.id, past)).ok(401, "GET", "/Users", "")
		mine.with(e.insertToken(mine.id, past)).ok(401, "GET", "/ServiceProviderConfig", "")
		expires := time.Now().Add(1500 * time.Millisecond).Truncate(time.Millisecond)
		short := mine.with(e.insertToken(mine.id, expires))
		for over := false; !over; {
			over = !time.Now().Before(expires)
			a := short.send("GET", "/Users", "")
			if within := time.Now().Before(expires); over && a.status != 401 || within && a.status != 200 {
				t.Fatalf("a token about to expire: %d, expired before the request: %t", a.status, over)
			}
		}
	})
}

// insertToken stores a token with an expiry that the API would refuse.
func (e *env) insertToken(connection string, expires time.Time) (secret string) {
	e.t.Helper()
	secret = "jscim-" + uuid.NewString()
	err := e.store.Update(e.t.Context(), func(tx joinery.Tx) error {
		return tx.InsertToken(&joinery.Token{
			ID: uuid.NewString(), ConnectionID: connection, Name: "short", Hash: joinery.HashToken(secret),
			Created: time.Now().Add(-time.Hour), CreatedBy: "test", Expires: &expires,
		})
	})
	if err != nil {
		e.t.Fatal(err)
	}
	return secret
}

// TestDeletedConnection shows what goes with a connection, and that its events
// and its siblings stay.
func TestDeletedConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "generic"), e.connect(organization, "generic")
		mine.populate("m")
		other.populate("o")
		before, events := other.dump(), e.events()
		groups := texts(mine.find("/Groups", "id pr"), "id")
		if len(groups) != 3 || len(mine.pending(groups[0])) != 1 {
			t.Fatalf("groups %v, the first with pending members %v", groups, mine.pending(groups[0]))
		}

		e.admin(204, "DELETE", "/connections/"+mine.id, "")
		mine.ok(401, "GET", "/Users", "")
		mine.at(e.url+"/scim/v2").ok(401, "GET", "/Users", "")
		for _, path := range []string{"", "/tokens"} {
			e.admin(404, "GET", "/connections/"+mine.id+path, "")
		}
		e.admin(404, "DELETE", "/connections/"+mine.id, "")
		if left := mine.left(groups); left != "" {
			t.Errorf("what is left of the connection: %s", left)
		}
		if diff := cmp.Diff(before, other.dump()); diff != "" {
			t.Errorf("the other connection changed:\n%s", diff)
		}
		if diff := cmp.Diff(events, e.events()); diff != "" {
			t.Errorf("the events changed:\n%s", diff)
		}
		list := e.admin(200, "GET", "/organizations/"+organization+"/connections", "")["connections"]
		if diff := cmp.Diff([]string{other.id}, texts(list, "id")); diff != "" {
			t.Errorf("the connections of the organization:\n%s", diff)
		}
	})
}

// left says what the store still has of a connection.
func (c *client) left(groups []string) (left string) {
	c.t.Helper()
	err := c.store.View(c.t.Context(), func(tx joinery.Tx) error {
		page, err := tx.Resources(joinery.ResourceQuery{ConnectionID: c.id, Parts: parts(c.t), Limit: 10, Total: true})
		if err != nil {
			return err
		}
		tokens, err := tx.Tokens(c.id)
		if err != nil {
			return err
		}
		for _, group := range groups {
			pending, err := tx.Pending(c.id, group)
			if err != nil {
				return err
			}
			if len(pending) > 0 {
				left += fmt.Sprintf("pending members %v ", pending)
			}
		}
		if page.Total+len(page.Resources)+len(tokens) > 0 {
			left += fmt.Sprintf("%d resources, %d tokens", page.Total, len(tokens))
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return left
}
