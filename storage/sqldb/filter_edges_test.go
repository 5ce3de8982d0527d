package sqldb_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// collatedPostgres opens a store on a database whose own collation is not that
// of bytes: what depends on it shows.
func collatedPostgres(t *testing.T) joinery.Store {
	t.Helper()
	u, err := url.Parse(testenv.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	name := "joinery_" + strings.ToLower(rand.Text()[:12])
	if _, err := conn.Exec(t.Context(), `CREATE DATABASE `+name+` TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'`); err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	store, err := sqldb.OpenPostgres(t.Context(), sqldb.PostgresOptions{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		if _, err := conn.Exec(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
		_ = conn.Close(context.Background()) // nothing depends on it
	})
	return store
}

// The places where a condition in SQL is most easily a little off.
func TestFilterEdges(t *testing.T) {
	t.Parallel()
	d := edges(t)
	for _, c := range []struct{ typeName, filter, sortBy string }{
		// columns in milliseconds against finer times
		{"User", `meta.created eq "1970-01-01T00:00:00Z"`, ""},
		{"User", `meta.created eq "1970-01-01T00:00:00.0005Z"`, ""},
		{"User", `meta.created ne "1970-01-01T00:00:00.0005Z"`, ""},
		{"User", `meta.created gt "1970-01-01T00:00:00.0005Z"`, ""},
		{"User", `meta.created ge "1970-01-01T00:00:00.0005Z"`, ""},
		{"User", `meta.created lt "1970-01-01T00:00:00.0005Z"`, ""},
		{"User", `meta.created le "1970-01-01T00:00:00.0005Z"`, ""},
		{"User", `meta.created lt "1969-12-31T23:59:59.9995Z"`, ""},
		{"User", `meta.created ge "1969-12-31T23:59:59.9995Z"`, ""},
		{"User", `meta.created gt "1970-01-01T00:00:00.001Z"`, ""},
		// prefixes as ranges
		{"User", `userName sw "ab"`, ""},
		{"User", `userName sw "a"`, ""},
		{"User", `userName sw "` + "ab\U0010FFFF" + `"`, ""},
		{"User", `userName sw "` + "\U0010FFFF" + `"`, ""},
		{"User", `userName sw ""`, ""},
		{"User", `not (userName sw "ab")`, ""},
		// no key, an empty one, and one with a case
		{"Device", `serial eq ""`, ""},
		{"Device", `serial pr`, ""},
		{"Device", `serial lt "b"`, ""},
		{"Device", `serial co ""`, ""},
		{"Device", `serial ne "A"`, ""},
		{"Device", `not (serial eq "a")`, ""},
		{"Device", ``, "serial"},
		// look-ups by a column, and what the column does not hold
		{"User", `emails eq ""`, ""},
		{"User", `emails eq "A@x.example"`, ""},
		{"User", `not (emails[value eq "a@x.example" and type eq "work"])`, ""},
		{"User", `emails[value eq "a@x.example" or type eq "home"]`, ""},
		// the order of bytes, whatever the database's own
		{"User", `displayName gt "b"`, ""},
		{"User", `displayName le "é"`, ""},
		{"User", `nickName lt "a"`, ""},
		{"User", `emails[value gt "_"]`, ""},
		{"User", `meta.version gt "W/\"1\""`, ""},
		{"User", `groups[$ref gt "` + baseURL + `/Groups/_"]`, ""},
		{"User", ``, "userName"},
		{"User", ``, "displayName"},
		{"User", ``, "nickName"},
		{"User", ``, "meta.version"},
		{"User", ``, "meta.location"},
		{"User", ``, "id"},
		// the primary element, or the first
		{"User", ``, "emails"},
		{"User", ``, "emails.type"},
		{"User", ``, "emails.primary"},
		{"Device", ``, "tags"},
		{"Device", ``, "weight"},
		{"Device", `weight eq 0.30000000000000004`, ""},
		{"Device", `weight gt 0.3`, ""},
		{"Device", `weight eq 4182039857556131072`, ""},
		{"Device", `weight gt 4182039857556131071`, ""},
	} {
		t.Run(c.typeName+" "+c.filter+c.sortBy, func(t *testing.T) {
			typ := map[string]*schema.Type{"User": d.user, "Device": d.device}[c.typeName]
			q := joinery.ResourceQuery{ConnectionID: d.connection, BaseURL: baseURL, Total: true, Parts: []joinery.ResourcePart{{Type: typ}}}
			if c.filter != "" {
				d.bind(t, c.filter, []*schema.Type{typ}, &q)
			}
			for _, descending := range []bool{false, true} {
				if c.sortBy != "" {
					by, err := typ.Resolve(c.sortBy)
					if err != nil {
						t.Fatal(err)
					}
					q.Sort = &joinery.ResourceSort{By: by, Descending: descending}
				}
				for _, size := range []int{1, 3, 100} {
					d.compare(t, q, d.expected(q), size)
				}
			}
		})
	}
}

// edges fills the stores with what lies on the edges.
func edges(t *testing.T) *directory {
	w := newWorld(t)
	d := &directory{world: w, connection: "c1", docs: map[string][]scim.Document{}}
	email := func(value, kind string, primary any) map[string]any {
		return map[string]any{"value": value, "type": kind, "primary": primary}
	}
	users := []scim.Document{
		{"userName": "ab", "displayName": "B", "nickName": "a"},
		{"userName": "AB%", "displayName": "a", "nickName": "_", "emails": []any{email("b@x.example", "home", nil), email("a@x.example", "work", true)}},
		{"userName": "ac", "displayName": "é", "nickName": "B", "emails": []any{email("", "work", false)}},
		{"userName": "ab\U0010FFFF", "displayName": "e\u0301", "nickName": " a", "emails": []any{email("c@x.example", "work", nil), email("a@x.example", "home", nil)}},
		{"userName": "ab\U0010FFFFa", "displayName": "z", "nickName": ""},
		{"userName": "\U0010FFFF", "displayName": "_z", "nickName": "a-b"},
		{"userName": "b", "displayName": "b", "nickName": "ab"},
		{"userName": "a b", "displayName": "\uE000", "nickName": "a b"},
	}
	devices := []scim.Document{
		{"serial": "a", "tags": []any{"b", "a"}, "weight": 0.3}, {"serial": "A", "tags": []any{"B"}, "weight": 0.30000000000000004},
		{"serial": "", "tags": []any{"_"}, "weight": -1.5}, {"tags": []any{"a b"}}, {"serial": "B", "weight": 1e300}, {"weight": 4182039857556131072.0},
	}
	var resources []*joinery.Resource
	add := func(typ *schema.Type, docs []scim.Document) {
		for i, doc := range docs {
			doc, _, err := typ.Canonical(doc)
			if err != nil {
				t.Fatal(err)
			}
			r := newResource(t, typ, d.connection, fmt.Sprintf("%s-%02d", typ.Name[:1], len(resources)), doc)
			r.Version, r.Created = int64(8+i), times[i%len(times)]
			resources = append(resources, r)
		}
	}
	add(w.user, users)
	add(w.device, devices)
	add(w.group, []scim.Document{{"displayName": "G"}})
	members := map[string][]string{resources[len(resources)-1].ID: {"U-00", "U-02"}}
	for _, store := range w.stores {
		insert(t, store, resources, members)
	}
	d.read(t, resources)
	return d
}

// The largest filters that parse can be run.
func TestFilterLargest(t *testing.T) {
	t.Parallel()
	d := edges(t)
	many := func(comparison, word string) string {
		return strings.Repeat(comparison+" "+word+" ", filter.MaxComparisons-1) + comparison
	}
	for _, text := range []string{
		many(`emails.value ne "x"`, "and"),
		many(`emails eq "a@x.example"`, "and"),
		many(`emails eq "a@x.example"`, "or"),
		many(`groups.value eq "G-13"`, "and"),
		many(`groups.value eq "G-13"`, "or"),
		many(`groups.display ne "G"`, "and"),
		many(`userName sw "a"`, "and"),
		strings.Repeat("not (", filter.MaxDepth) + `emails.value ne "x"` + strings.Repeat(")", filter.MaxDepth),
	} {
		q := joinery.ResourceQuery{ConnectionID: d.connection, BaseURL: baseURL, Total: true, Parts: []joinery.ResourcePart{{Type: d.user}}}
		d.bind(t, text, []*schema.Type{d.user}, &q)
		d.compare(t, q, d.expected(q), 100)
	}
}
