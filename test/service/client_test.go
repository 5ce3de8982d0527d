package service

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/joineryhq/joinery"
)

// client is an identity provider: the token of one connection.
type client struct {
	*env
	organization, id string
	base             string // URL before the path of each request
	token            string
	eventCursor      string // where expect goes on
}

// newToken makes a further token of the connection.
func (c *client) newToken() (secret, id string) {
	c.t.Helper()
	made := c.admin(201, "POST", "/connections/"+c.id+"/tokens", `{"name":"test"}`)
	return text(made, "token"), text(made, "id")
}

// with is the client with another token.
func (c *client) with(token string) *client {
	other := *c
	other.token = token
	return &other
}

// at is the client on another base URL.
func (c *client) at(base string) *client {
	other := *c
	other.base = base
	return &other
}

func (c *client) send(method, path, body string, headers ...string) answer {
	c.t.Helper()
	headers = append([]string{"Authorization: Bearer " + c.token, "Content-Type: application/scim+json"}, headers...)
	return c.env.send(method, c.base+path, body, headers...)
}

// ok sends a request that must be answered with the status.
func (c *client) ok(status int, method, path, body string, headers ...string) map[string]any {
	c.t.Helper()
	a := c.send(method, path, body, headers...)
	if a.status != status {
		c.t.Fatalf("%s %s %.200s: %d, want %d: %s", method, path, body, a.status, status, a.body)
	}
	return a.object()
}

// create makes a resource and returns its id.
func (c *client) create(endpoint, body string) string {
	c.t.Helper()
	return text(c.ok(201, "POST", endpoint, body), "id")
}

func (c *client) user(name string) string {
	c.t.Helper()
	return c.create("/Users", fmt.Sprintf(`{"userName":%q}`, name))
}

func (c *client) group(name string, members ...string) string {
	c.t.Helper()
	return c.create("/Groups", fmt.Sprintf(`{"displayName":%q,"members":%s}`, name, memberList(members...)))
}

// get reads a resource that must be there.
func (c *client) get(path string) map[string]any {
	c.t.Helper()
	return c.ok(200, "GET", path, "")
}

// find returns the resources that a filter finds.
func (c *client) find(endpoint, filter string) []map[string]any {
	c.t.Helper()
	return objects(c.ok(200, "GET", endpoint+"?count=1000&filter="+url.QueryEscape(filter), "")["Resources"])
}

// members lists the ids in a group.
func (c *client) members(group string) []string {
	c.t.Helper()
	return texts(c.get("/Groups/" + group)["members"], "value")
}

// pending lists what a group waits for.
func (c *client) pending(group string) (refs []string) {
	c.t.Helper()
	err := c.store.View(c.t.Context(), func(tx joinery.Tx) (err error) {
		refs, err = tx.Pending(c.id, group)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return refs
}

// dump is all that is kept of the connection, but for its events.
func (c *client) dump() map[string]any {
	c.t.Helper()
	all := c.ok(200, "GET", "/?count=1000", "")
	if all["totalResults"] != all["itemsPerPage"] {
		c.t.Fatalf("a dump does not fit a page: %v", all["totalResults"])
	}
	pending := map[string][]string{}
	for _, resource := range objects(all["Resources"]) {
		if text(resource, "meta.resourceType") == "Group" {
			pending[text(resource, "id")] = c.pending(text(resource, "id"))
		}
	}
	all["pending"] = pending
	all["connection"] = c.admin(200, "GET", "/connections/"+c.id, "")
	return all
}

// ownEvents reads the events of the connection.
func (c *client) ownEvents() []map[string]any {
	c.t.Helper()
	return slices.DeleteFunc(c.events(), func(e map[string]any) bool { return e["connection_id"] != c.id })
}

// pushed leaves of events those about what was pushed: Users, Groups and other
// resources. What follows from it for accounts and cases goes.
func pushed(events []map[string]any) []map[string]any {
	return slices.DeleteFunc(slices.Clone(events), func(e map[string]any) bool {
		kind, _, _ := strings.Cut(text(e, "type"), ".")
		return !slices.Contains([]string{"user", "group", "resource"}, kind)
	})
}

func memberList(ids ...string) string {
	list := []map[string]string{}
	for _, id := range ids {
		list = append(list, map[string]string{"value": id})
	}
	data, _ := json.Marshal(list) // strings always encode
	return string(data)
}

// patch is the body of a PATCH with these operations.
func patch(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

func addMembers(ids ...string) string {
	return patch(`{"op":"add","path":"members","value":` + memberList(ids...) + `}`)
}

func removeMember(id string) string {
	return patch(`{"op":"remove","path":"members[value eq \"` + id + `\"]"}`)
}

func bulk(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

// value returns what stands in JSON under names with dots between them.
func value(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

func text(v any, path string) string {
	s, _ := value(v, path).(string)
	return s
}

func objects(v any) (list []map[string]any) {
	if list, ok := v.([]map[string]any); ok {
		return list
	}
	items, _ := v.([]any)
	for _, item := range items {
		object, _ := item.(map[string]any)
		list = append(list, object)
	}
	return list
}

// texts lists a member of each object in an array.
func texts(v any, path string) []string {
	list := []string{}
	for _, item := range objects(v) {
		list = append(list, text(item, path))
	}
	return list
}
