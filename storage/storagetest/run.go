// Package storagetest is what a joinery.Store must do, as tests. Whoever writes
// a store proves it by calling Run:
//
//	func TestStore(t *testing.T) { storagetest.Run(t, open) }
package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// Open opens a new, empty store that is closed at the end of the test.
type Open func(testing.TB) joinery.Store

// Run runs all tests, in parallel.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, run := range map[string]func(*testing.T, Open){
		"organizations":   organizations,
		"connections":     connections,
		"tokens":          tokens,
		"resources":       resources,
		"keys":            keys,
		"candidates":      candidates,
		"members":         members,
		"pending":         pending,
		"paging":          paging,
		"sorting":         sorting,
		"filters":         filters,
		"events":          events,
		"atomicity":       atomicity,
		"collisions":      collisions,
		"tombstones":      tombstones,
		"tenancy":         tenancy,
		"concurrency":     concurrency,
		"lifecycle":       lifecycle,
		"accounts":        accounts,
		"handles":         handles,
		"links":           links,
		"external ids":    externalIDs,
		"identity":        identity,
		"standing":        standing,
		"unsettled":       unsettled,
		"claims":          claims,
		"memberships":     memberships,
		"grants":          grants,
		"owners":          owners,
		"mappings":        mappings,
		"domains":         domains,
		"cases":           cases,
		"unsettled cases": unsettledCases,
		"consents":        consents,
		"merges":          merges,
		"guards":          guards,
		"requests":        requests,
		"audit":           audits,
		"readiness":       readiness,
		"purges":          purges,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, open)
		})
	}
}

// topic runs the tests of one topic, each on a store of its own.
func topic(t *testing.T, open Open, tests map[string]func(*env)) {
	t.Helper()
	for name, run := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(newEnv(t, open))
		})
	}
}

// env is a store with a registry of types, and what tests do with it all the time.
type env struct {
	*testing.T
	store    joinery.Store
	registry *schema.Registry
	counter  *atomic.Int64
}

const base = "https://scim.example/v2"

var start = time.Date(2026, 3, 1, 12, 0, 0, 123_000_000, time.UTC)

func newEnv(t *testing.T, open Open) *env {
	t.Helper()
	registry, err := schema.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	return &env{T: t, store: open(t), registry: registry, counter: new(atomic.Int64)}
}

// id makes ids that grow.
func (e *env) id() string {
	return fmt.Sprintf("01900000-0000-7000-8000-%012x", e.counter.Add(1))
}

func (e *env) update(fn func(joinery.Tx) error) {
	e.Helper()
	if err := e.store.Update(context.Background(), fn); err != nil {
		e.Fatalf("Update: %v", err)
	}
}

func (e *env) view(fn func(joinery.Tx) error) {
	e.Helper()
	if err := e.store.View(context.Background(), fn); err != nil {
		e.Fatalf("View: %v", err)
	}
}

// tryUpdate returns the error of an Update.
func (e *env) tryUpdate(fn func(joinery.Tx) error) error {
	return e.store.Update(context.Background(), fn)
}

func (e *env) equal(what string, got, want any) {
	e.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		e.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (e *env) kind(what string, err error, want joinery.Kind) {
	e.Helper()
	if err == nil || joinery.KindOf(err) != want {
		e.Errorf("%s: error %v, want one of kind %d", what, err, want)
	}
}

// connection adds an organization with a connection and returns both ids.
func (e *env) connection() (organization, connection string) {
	e.Helper()
	organization, connection = e.id(), e.id()
	e.update(func(tx joinery.Tx) error {
		err := tx.InsertOrganization(&joinery.Organization{ID: organization, Name: "Acme", Slug: "slug-" + organization, Created: start})
		if err != nil {
			return err
		}
		return tx.InsertConnection(&joinery.Connection{
			ID: connection, OrganizationID: organization, Name: "Okta", IdP: "okta", Policy: joinery.DefaultPolicy(), Created: start,
		})
	})
	return organization, connection
}

// newUser makes a User with a userName and what else the JSON has.
func (e *env) newUser(connection, name, more string) *joinery.Resource {
	e.Helper()
	return e.resource(connection, "User", fmt.Sprintf(`{"schemas":[%q],"userName":%q%s}`, scim.UserURN, name, comma(more)))
}

func (e *env) newGroup(connection, name string) *joinery.Resource {
	e.Helper()
	return e.resource(connection, "Group", fmt.Sprintf(`{"schemas":[%q],"displayName":%q}`, scim.GroupURN, name))
}

func comma(more string) string {
	if more == "" {
		return ""
	}
	return "," + more
}

// resource makes a resource of its JSON, with the keys that follow from it.
func (e *env) resource(connection, typeName, text string) *joinery.Resource {
	e.Helper()
	doc, err := scim.Parse([]byte(text))
	if err != nil {
		e.Fatal(err)
	}
	r := &joinery.Resource{ConnectionID: connection, Type: typeName, ID: e.id(), Version: 1, Created: start, LastModified: start}
	e.setDocument(r, doc)
	return r
}

func (e *env) setDocument(r *joinery.Resource, doc scim.Document) {
	e.Helper()
	t := e.registry.Type(r.Type)
	doc, _, err := t.Canonical(doc)
	if err != nil {
		e.Fatal(err)
	}
	r.Body = encode(e.T, doc)
	unique := doc.String(t.Unique.Name)
	r.Keys = joinery.Keys{
		Unique: scim.Fold(unique), ExternalID: doc.String("externalId"), Display: unique, Active: doc["active"] != false,
		Search: encode(e.T, t.Search(doc)),
	}
	if name := doc.String("displayName"); name != "" {
		r.Keys.Display = name
	}
	emails, _ := doc["emails"].([]any)
	for _, email := range emails {
		value, _ := email.(map[string]any)["value"].(string)
		r.Keys.Emails = append(r.Keys.Emails, scim.Fold(value))
	}
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// add inserts resources, each in a transaction of its own.
func (e *env) add(list ...*joinery.Resource) {
	e.Helper()
	for _, r := range list {
		e.update(func(tx joinery.Tx) error { return tx.InsertResource(r) })
	}
}

// addUsers adds n users named user000, user001, ….
func (e *env) addUsers(connection string, n int) []*joinery.Resource {
	e.Helper()
	list := make([]*joinery.Resource, n)
	e.update(func(tx joinery.Tx) error {
		for i := range list {
			list[i] = e.newUser(connection, fmt.Sprintf("user%03d", i), "")
			if err := tx.InsertResource(list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list
}

// get reads a resource with its rows, or nil where there is none.
func (e *env) get(connection, typeName, id string) *joinery.Resource {
	e.Helper()
	var r *joinery.Resource
	err := e.store.View(context.Background(), func(tx joinery.Tx) (err error) {
		r, err = tx.Resource(connection, typeName, id, true, base)
		return err
	})
	if joinery.KindOf(err) == joinery.NotFound && err != nil {
		return nil
	}
	if err != nil {
		e.Fatal(err)
	}
	return r
}

// rows decodes Resource.Rows.
func (e *env) rows(r *joinery.Resource) []map[string]string {
	e.Helper()
	if r == nil {
		e.Fatal("there is no such resource")
	}
	if r.Rows == nil {
		return nil
	}
	var list []map[string]string
	if err := json.Unmarshal(r.Rows, &list); err != nil {
		e.Fatalf("rows %s: %v", r.Rows, err)
	}
	return list
}

// query runs a query about one type.
func (e *env) query(q joinery.ResourceQuery, typeName, filterText string) *joinery.ResourcePage {
	e.Helper()
	q.Parts = []joinery.ResourcePart{e.part(typeName, filterText)}
	return e.run(q)
}

func (e *env) run(q joinery.ResourceQuery) *joinery.ResourcePage {
	e.Helper()
	var page *joinery.ResourcePage
	q.BaseURL = base
	e.view(func(tx joinery.Tx) (err error) {
		page, err = tx.Resources(q)
		return err
	})
	return page
}

func (e *env) part(typeName, filterText string) joinery.ResourcePart {
	e.Helper()
	part := joinery.ResourcePart{Type: e.registry.Type(typeName)}
	if filterText == "" {
		return part
	}
	node, err := filter.Parse(filterText)
	if err != nil {
		e.Fatal(err)
	}
	if part.Filter, err = filter.Bind(node, part.Type); err != nil {
		e.Fatal(err)
	}
	return part
}

// all asks for everything of a type.
func (e *env) all(connection, typeName, filterText string) *joinery.ResourcePage {
	e.Helper()
	return e.query(joinery.ResourceQuery{ConnectionID: connection, Limit: 1000, Total: true}, typeName, filterText)
}

func ids(list []*joinery.Resource) []string {
	var ids []string
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

func memberIDs(list []joinery.Member) []string {
	var ids []string
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	return ids
}

var errStop = errors.New("stop")
