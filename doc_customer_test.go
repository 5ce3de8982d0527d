package joinery_test

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// customer is an organization with a connection, on a service of its own, with
// which the documents are played.
type customer struct {
	*joinery.Service
	t            *testing.T
	now          time.Time
	organization *joinery.Organization
	connection   string // its id
}

// deviceSchema is a resource type of the deployment's own.
const deviceSchema = `[
	{"id": "urn:example:2.0:Device", "name": "Device", "attributes": [{"name": "serial"}]},
	{"name": "Device", "endpoint": "/Devices", "schema": "urn:example:2.0:Device"}
]`

func newCustomer(t *testing.T) *customer {
	t.Helper()
	registry, err := schema.NewRegistry(fstest.MapFS{"device.json": {Data: []byte(deviceSchema)}})
	if err != nil {
		t.Fatal(err)
	}
	c := &customer{t: t, now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
	c.Service = joinery.NewService(joinery.Options{
		Store: testenv.SQLite(t), Registry: registry, IdPs: []string{"okta"}, Now: func() time.Time { return c.now },
	})
	c.organization = done(c.CreateOrganization(t.Context(), "Acme Inc.", "acme"))(t)
	c.connection = c.connect(`{}`)
	return c
}

// done returns what a call did, which must not have failed.
func done[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// connect makes a connection with a policy.
func (c *customer) connect(policy string) string {
	c.t.Helper()
	return done(c.CreateConnection(c.t.Context(), c.organization.ID, "Okta", "okta", json.RawMessage(policy)))(c.t).ID
}

// policy changes the policy of the connection.
func (c *customer) policy(change string) {
	c.t.Helper()
	done(c.UpdateConnection(c.t.Context(), c.connection, joinery.ConnectionChange{Policy: json.RawMessage(change)}))(c.t)
}

// account makes an account, a member of the organization where it has a role.
func (c *customer) account(email, username, role string) string {
	c.t.Helper()
	in := joinery.NewAccount{Email: email, Username: username, Role: role}
	if role != "" {
		in.Organization = c.organization.ID
	}
	return done(c.CreateAccount(c.t.Context(), in))(c.t).ID
}

// caller is the identity provider of the connection.
func (c *customer) caller() joinery.Caller {
	c.t.Helper()
	return joinery.Caller{
		Connection: done(c.Connection(c.t.Context(), c.connection))(c.t),
		TokenID:    "01a2", TokenName: "production", BaseURL: "https://scim.example.com/scim/v2",
	}
}

func (c *customer) document(text string) scim.Document {
	c.t.Helper()
	return done(scim.Parse([]byte(text)))(c.t)
}

// push has the identity provider create a resource, and returns its id.
func (c *customer) push(resourceType, document string) string {
	c.t.Helper()
	return done(c.CreateResource(c.t.Context(), c.caller(), c.Registry().Type(resourceType), c.document(document)))(c.t).Resource.ID
}

// put has it replace one.
func (c *customer) put(resourceType, id, document string) error {
	_, err := c.ReplaceResource(c.t.Context(), c.caller(), c.Registry().Type(resourceType), id, c.document(document), joinery.Expect{}, joinery.ReplaceOptions{})
	return err
}

// remove has it delete one.
func (c *customer) remove(resourceType, id string) error {
	return c.DeleteResource(c.t.Context(), c.caller(), c.Registry().Type(resourceType), id, joinery.Expect{})
}

// succeeds fails the test by an error.
func (c *customer) succeeds(errs ...error) {
	c.t.Helper()
	if err := errors.Join(errs...); err != nil {
		c.t.Fatal(err)
	}
}

// refused has the identity provider create a User that is refused.
func (c *customer) refused(document string) *joinery.Refusal {
	c.t.Helper()
	_, err := c.CreateResource(c.t.Context(), c.caller(), c.Registry().Type("User"), c.document(document))
	return c.refusal(err)
}

func (c *customer) refusal(err error) *joinery.Refusal {
	c.t.Helper()
	refusal, ok := errors.AsType[*joinery.Refusal](err)
	if !ok {
		c.t.Fatalf("nothing was refused: %v", err)
	}
	return refusal
}

// act takes an action on a case.
func (c *customer) act(refusal *joinery.Refusal, action joinery.CaseAction) {
	c.t.Helper()
	if _, _, err := c.ActOnCase(c.t.Context(), refusal.Case.Code, action); err != nil {
		c.t.Fatal(err)
	}
}
