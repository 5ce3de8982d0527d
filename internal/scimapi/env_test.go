package scimapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/testenv"
)

// env is the API over a real Service and an SQLite database of its own.
type env struct {
	t       testing.TB
	service *joinery.Service
	handler http.Handler
	org     *joinery.Organization
}

func newEnv(t testing.TB, o Options) *env {
	t.Helper()
	return newEnvOn(t, o, testenv.SQLite(t))
}

func newEnvOn(t testing.TB, o Options, store joinery.Store) *env {
	t.Helper()
	var names []string
	for _, p := range idp.Profiles() {
		names = append(names, p.Name)
	}
	e := &env{t: t, service: joinery.NewService(joinery.Options{Store: store, Registry: testRegistry(t), IdPs: names})}
	o.Service = e.service
	e.handler = New(o)
	var err error
	if e.org, err = e.service.CreateOrganization(context.Background(), "Acme", "acme"); err != nil {
		t.Fatal(err)
	}
	return e
}

// client is a client with the token of a connection of its own.
type client struct {
	env   *env
	id    string // of the connection
	token string
	base  string // before the path of each request
}

func (e *env) client(idpName, policy string) *client {
	e.t.Helper()
	ctx := context.Background()
	connection, err := e.service.CreateConnection(ctx, e.org.ID, idpName, idpName, json.RawMessage(policy))
	if err != nil {
		e.t.Fatal(err)
	}
	_, secret, err := e.service.CreateToken(ctx, connection.ID, "test", "test", nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return &client{env: e, id: connection.ID, token: secret, base: "/scim/v2/" + connection.ID}
}

func (c *client) strict() *client {
	c.env.t.Helper()
	strict := true
	if _, err := c.env.service.UpdateConnection(context.Background(), c.id, joinery.ConnectionChange{Strict: &strict}); err != nil {
		c.env.t.Fatal(err)
	}
	return c
}

// send sends a request with headers, given as "Name: value".
func (c *client) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	c.env.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	path, query, _ := strings.Cut(path, "?")
	r := httptest.NewRequest(method, "http://host/", reader)
	r.URL.Path, r.URL.RawQuery = c.base+path, query
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	c.env.handler.ServeHTTP(w, r)
	return w
}

// ok sends a request and returns the answer, which must have the status.
func (c *client) ok(status int, method, path, body string, headers ...string) map[string]any {
	c.env.t.Helper()
	w := c.send(method, path, body, headers...)
	if w.Code != status {
		c.env.t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	if w.Body.Len() == 0 {
		return nil
	}
	return decode(c.env.t, method+" "+path, w)
}

// fails sends a request and checks that it is refused.
func (c *client) fails(status int, scimType, method, path, body string, headers ...string) string {
	c.env.t.Helper()
	return wantError(c.env.t, method+" "+path, c.send(method, path, body, headers...), status, scimType)
}

// user creates a User and returns its id.
func (c *client) user(name string) string {
	c.env.t.Helper()
	id, _ := c.ok(201, "POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"`+name+`"}`)["id"].(string)
	return id
}

// group creates a Group with members and returns its id.
func (c *client) group(name string, members ...string) string {
	c.env.t.Helper()
	list := []map[string]string{}
	for _, id := range members {
		list = append(list, map[string]string{"value": id})
	}
	body, _ := json.Marshal(map[string]any{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:Group"}, "displayName": name, "members": list,
	})
	id, _ := c.ok(201, "POST", "/Groups", string(body))["id"].(string)
	return id
}

// at returns what stands in JSON under names, with a dot between them.
func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// values lists a member of each object in an array.
func values(list any, name string) []string {
	out := []string{}
	items, _ := list.([]any)
	for _, item := range items {
		text, _ := at(item, name).(string)
		out = append(out, text)
	}
	return out
}
