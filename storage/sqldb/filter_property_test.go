package sqldb_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// For any resources and any filter, both databases select what filter.Match
// selects, in the same order and on the same pages.
func TestFilterProperty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := w.fill(rt)
		for range rapid.IntRange(1, 12).Draw(rt, "queries") {
			d.checkQuery(rt)
			d.checkMembers(rt)
		}
	})
}

// failer is a test, or one drawing of a property.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Context() context.Context
}

// directory is the content of one connection, the same in each store.
type directory struct {
	*world
	connection string
	docs       map[string][]scim.Document // by type, in the order of their ids, as clients see them
	g          generator
}

// checkQuery draws a query and compares its answers.
func (d *directory) checkQuery(rt *rapid.T) {
	types := [][]*schema.Type{{d.user}, {d.group}, {d.device}, {d.user, d.group, d.device}}[rapid.IntRange(0, 3).Draw(rt, "types")]
	q := joinery.ResourceQuery{ConnectionID: d.connection, BaseURL: baseURL, Total: true}
	for _, t := range types {
		q.Parts = append(q.Parts, joinery.ResourcePart{Type: t})
	}
	if rapid.IntRange(0, 9).Draw(rt, "filtered") > 0 {
		text := d.g.filter(rt, types[rapid.IntRange(0, len(types)-1).Draw(rt, "type")], 3)
		rt.Logf("filter %s", text)
		d.bind(rt, text, types, &q)
	}
	if len(types) == 1 && rapid.Bool().Draw(rt, "sorted") {
		path := rapid.SampledFrom(sortPaths(types[0])).Draw(rt, "sort")
		by, err := types[0].Resolve(path)
		if err != nil {
			rt.Fatal(err)
		}
		q.Sort = &joinery.ResourceSort{By: by, Descending: rapid.Bool().Draw(rt, "descending")}
		rt.Logf("sorted by %s, descending %v", path, q.Sort.Descending)
	}
	want := d.expected(q)
	d.compare(rt, q, want, rapid.IntRange(1, max(1, len(want))).Draw(rt, "page size"))
}

// compare runs a query in each store, page by page.
func (d *directory) compare(tb failer, q joinery.ResourceQuery, want []string, size int) {
	tb.Helper()
	for name, store := range d.stores {
		for _, cursors := range []bool{true, false} {
			if diff := gocmp.Diff(want, d.pages(tb, store, q, size, len(want), cursors)); diff != "" {
				tb.Fatalf("%s, pages of %d, cursors %v: want (-), got (+)\n%s", name, size, cursors, diff)
			}
		}
	}
}

func (d *directory) bind(tb failer, text string, types []*schema.Type, q *joinery.ResourceQuery) {
	node, err := filter.Parse(text)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	exprs, err := filter.BindAll(node, types...)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	for i := range exprs {
		q.Parts[i].Filter = exprs[i]
	}
}

// expected is the answer of a query by its definition, as ids.
func (d *directory) expected(q joinery.ResourceQuery) []string {
	ids := []string{}
	for _, part := range q.Parts {
		var list []scim.Document
		for _, doc := range d.docs[part.Type.Name] {
			if part.Filter == nil || filter.Match(part.Filter, doc) {
				list = append(list, doc)
			}
		}
		if q.Sort != nil {
			slices.SortStableFunc(list, func(a, b scim.Document) int { return compareBy(*q.Sort, a, b) })
		}
		for _, doc := range list {
			ids = append(ids, doc.String("id"))
		}
	}
	return ids
}

// compareBy compares by an attribute: without a value last, descending first.
func compareBy(by joinery.ResourceSort, a, b scim.Document) int {
	order := compareNormal(sortValue(by.By, a), sortValue(by.By, b))
	if by.Descending {
		return -order
	}
	return order
}

func compareNormal(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	switch a := a.(type) {
	case string:
		return cmp.Compare(a, b.(string))
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case bool:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) // "false" < "true"
	}
	panic(fmt.Sprintf("no normal form: %T", a))
}

// sortValue is the value of the primary element or else the first, in normal form.
func sortValue(ref schema.Ref, doc scim.Document) any {
	if ref.Sub == nil && ref.Attr.Type == schema.Complex {
		ref.Sub = ref.Attr.Sub("value")
	}
	holder := map[string]any(doc)
	if ref.Schema != "" {
		holder, _ = doc[ref.Schema].(map[string]any)
	}
	value := holder[ref.Attr.Name]
	if list, ok := value.([]any); ok {
		value = list[0]
		for _, element := range list {
			if object, ok := element.(map[string]any); ok && object["primary"] == true {
				value = element
				break
			}
		}
	}
	if ref.Sub != nil {
		object, _ := value.(map[string]any)
		value = object[ref.Sub.Name]
	}
	if value == nil {
		return nil
	}
	normal, err := schema.Normal(ref.Leaf(), value)
	if err != nil {
		panic(err)
	}
	return normal
}

// pages reads all pages of a query, and checks the totals.
func (d *directory) pages(tb failer, store joinery.Store, q joinery.ResourceQuery, size, total int, cursors bool) []string {
	ids := []string{}
	q.Limit = size
	for range total/size + 2 {
		var page *joinery.ResourcePage
		view(tb, store, func(tx joinery.Tx) (err error) {
			page, err = tx.Resources(q)
			return err
		})
		if page.Total != total {
			tb.Fatalf("total %d, want %d", page.Total, total)
		}
		for _, r := range page.Resources {
			ids = append(ids, r.ID)
		}
		if cursors {
			if page.Next == nil {
				return ids
			}
			q.After = throughJSON(tb, page.Next)
			continue
		}
		q.Offset += size
	}
	if cursors {
		tb.Fatalf("there is no end of pages")
	}
	return ids
}

// throughJSON does to a position what a cursor does.
func throughJSON(tb failer, p *joinery.ResourcePosition) *joinery.ResourcePosition {
	data, err := json.Marshal(p)
	if err != nil {
		tb.Fatal(err)
	}
	var again joinery.ResourcePosition
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&again); err != nil {
		tb.Fatal(err)
	}
	return &again
}

// checkMembers draws a filter on the members of a group and compares what it selects.
func (d *directory) checkMembers(rt *rapid.T) {
	groups := d.docs["Group"]
	if len(groups) == 0 {
		return
	}
	group := rapid.SampledFrom(groups).Draw(rt, "group")
	members, err := d.group.Resolve("members")
	if err != nil {
		rt.Fatal(err)
	}
	text := d.g.elementFilter(rt, members, 2)
	node, err := filter.Parse(text)
	if err != nil {
		rt.Fatal(err)
	}
	expr, err := filter.BindElement(node, members)
	if err != nil {
		rt.Fatal(err)
	}
	want := []string{}
	elements, _ := group["members"].([]any)
	for _, element := range elements {
		if filter.MatchElement(expr, element) {
			want = append(want, scim.Document(element.(map[string]any)).String("value"))
		}
	}
	for name, store := range d.stores {
		got := []string{}
		view(rt, store, func(tx joinery.Tx) error {
			list, err := tx.MatchMembers(d.connection, group.String("id"), filter.Any{Ref: members, Filter: expr}, baseURL)
			for _, m := range list {
				got = append(got, m.ID)
			}
			return err
		})
		slices.Sort(got)
		if diff := gocmp.Diff(want, got); diff != "" {
			rt.Fatalf("%s: members[%s]: want (-), got (+)\n%s", name, text, diff)
		}
	}
}

const baseURL = "https://Joinery.example/scim/v2/C1"

// world is what lasts from one drawing to the next.
type world struct {
	user, group, device *schema.Type
	stores              map[string]joinery.Store
	connections         atomic.Int64
}

func newWorld(t *testing.T) *world {
	return &world{
		user:   testTypes(t).Type("User"),
		group:  testTypes(t).Type("Group"),
		device: testTypes(t).Type("Device"),
		stores: map[string]joinery.Store{"sqlite": testenv.SQLite(t), "postgres": collatedPostgres(t)},
	}
}

// fill makes the same resources in each store, in a connection of their own.
func (w *world) fill(rt *rapid.T) *directory {
	d := &directory{world: w, docs: map[string][]scim.Document{}}
	d.connection = fmt.Sprintf("c%d", w.connections.Add(1))
	var resources []*joinery.Resource
	members := map[string][]string{}
	var ids []string
	for _, t := range []*schema.Type{w.user, w.group, w.device} {
		for _, doc := range d.g.documents(rt, t) {
			id := fmt.Sprintf("%s-%s-%03d", d.connection, strings.ToLower(t.Name), len(resources))
			r := newResource(rt, t, d.connection, id, doc)
			r.Version = int64(rapid.IntRange(1, 12).Draw(rt, "version"))
			r.Created = rapid.SampledFrom(times).Draw(rt, "created")
			r.LastModified = rapid.SampledFrom(times).Draw(rt, "lastModified")
			resources = append(resources, r)
			if t == w.user || t == w.group {
				ids = append(ids, id)
			}
			if t == w.group {
				members[id] = rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, min(5, len(ids)), rapid.ID[string]).Draw(rt, "members")
			}
		}
	}
	d.g.words = append(slices.Clone(words), ids...)
	for _, store := range w.stores {
		insert(rt, store, resources, members)
	}
	d.read(rt, resources)
	return d
}

func insert(tb failer, store joinery.Store, resources []*joinery.Resource, members map[string][]string) {
	err := store.Update(tb.Context(), func(tx joinery.Tx) error {
		for _, r := range resources {
			if err := tx.InsertResource(r); err != nil {
				return err
			}
		}
		for _, r := range resources {
			if _, unknown, err := tx.AddMembers(r.ConnectionID, r.ID, members[r.ID], times[0]); err != nil || len(unknown) > 0 {
				return fmt.Errorf("unknown members %v: %w", unknown, err)
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// read makes the documents as clients see them.
func (d *directory) read(tb failer, resources []*joinery.Resource) {
	for _, r := range resources {
		doc, err := r.Document()
		if err != nil {
			tb.Fatal(err)
		}
		t := map[string]*schema.Type{"User": d.user, "Group": d.group, "Device": d.device}[r.Type]
		doc["id"] = r.ID
		doc["meta"] = map[string]any{
			"resourceType": r.Type,
			"created":      r.Created.Format(timeFormat), "lastModified": r.LastModified.Format(timeFormat),
			"location": baseURL + t.Endpoint + "/" + r.ID, "version": fmt.Sprintf(`W/"%d"`, r.Version),
		}
		rows := d.rows(tb, r)
		switch r.Type {
		case "User":
			doc.Set("groups", rows)
		case "Group":
			doc.Set("members", rows)
		}
		d.docs[r.Type] = append(d.docs[r.Type], doc)
	}
}

// rows reads the rows of a resource, which must be the same in each store.
func (d *directory) rows(tb failer, r *joinery.Resource) any {
	var texts []string
	var rows any
	for _, store := range d.stores {
		view(tb, store, func(tx joinery.Tx) error {
			got, err := tx.Resource(r.ConnectionID, r.Type, r.ID, true, baseURL)
			if err != nil || got.Rows == nil {
				return err
			}
			texts = append(texts, string(got.Rows))
			rows, err = scim.ParseValue(got.Rows)
			return err
		})
	}
	if len(slices.Compact(texts)) > 1 {
		tb.Fatalf("rows differ: %s", texts)
	}
	return rows
}

func view(tb failer, store joinery.Store, fn func(joinery.Tx) error) {
	if err := store.View(tb.Context(), fn); err != nil {
		tb.Fatal(err)
	}
}
