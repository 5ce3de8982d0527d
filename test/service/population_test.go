package service

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/schema"
)

// subject is a resource as others may ask for it.
type subject struct {
	endpoint           string // "/Users"
	kind               string // "User"
	id, external, name string
}

// replacer puts the subject into a template.
func (s subject) replacer(more ...string) *strings.Replacer {
	return strings.NewReplacer(append(more,
		"{endpoint}", s.endpoint, "{id}", s.id, "{external}", s.external, "{name}", s.name, "{key}", keyOf(s.endpoint), "{body}", s.body())...)
}

// keyOf is the unique attribute of a type.
func keyOf(endpoint string) string {
	return map[string]string{"/Users": "userName", "/Groups": "displayName", "/Devices": "serial"}[endpoint]
}

func (s subject) body() string {
	return fmt.Sprintf(`{"%s":%q,"externalId":%q%s}`, keyOf(s.endpoint), s.name, s.external, map[string]string{
		"/Users": fmt.Sprintf(`,"emails":[{"value":%q,"type":"work"}]`, s.name),
	}[s.endpoint])
}

// subjectsOf names what no other tag has. All texts of a type are of one
// length for all tags.
func subjectsOf(tag string) []subject {
	list := []subject{
		{endpoint: "/Users", kind: "User", external: "eu-" + tag, name: "only-" + tag + "@probe.example"},
		{endpoint: "/Groups", kind: "Group", external: "eg-" + tag, name: "Only " + tag},
		{endpoint: "/Devices", kind: "Device", external: "ed-" + tag, name: "serial-" + tag},
	}
	for i := range list {
		list[i].id = uuid.Must(uuid.NewV7()).String()
	}
	return list
}

// settle creates the subjects of a tag: a user who is his own manager, in a
// group that is in a group, and a device.
func (c *client) settle(tag string) []subject {
	c.t.Helper()
	list := subjectsOf(tag)
	for i := range list {
		list[i].id = c.create(list[i].endpoint, list[i].body())
	}
	user, group := list[0].id, list[1].id
	c.ok(200, "PATCH", "/Users/"+user, patch(`{"op":"add","path":"manager.value","value":"`+user+`"}`))
	c.ok(204, "PATCH", "/Groups/"+group, addMembers(user, "unborn-"+tag))
	c.group("Above "+tag, group)
	return list
}

// populate fills a connection: with what every connection has alike, up to the
// email, which the connections of an organization share, and with the subjects
// of a tag.
func (c *client) populate(tag string) []subject {
	c.t.Helper()
	kai := c.create("/Users", `{"userName":"kai","externalId":"x-kai","emails":[{"value":"kai@`+c.organization+`.example"}]}`)
	c.create("/Groups", `{"displayName":"Crew","externalId":"x-crew","members":`+memberList(kai, "later@shared.example")+`}`)
	c.create("/Devices", `{"serial":"1","externalId":"x-1"}`)
	return c.settle(tag)
}

// parts are all types, as a query of the store names them.
func parts(t *testing.T) (parts []joinery.ResourcePart) {
	t.Helper()
	registry, err := schema.NewRegistry(os.DirFS("testdata/schemas"))
	if err != nil {
		t.Fatal(err)
	}
	for _, resourceType := range registry.Types() {
		parts = append(parts, joinery.ResourcePart{Type: resourceType})
	}
	return parts
}
