package sqldb_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// What clients look up resources by is found by an index, in a directory that
// is large enough for the planner to have a choice.
func TestFilterUsesIndex(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, name string, open testenv.Opener) {
		store := open(t)
		const connection = "c1"
		fillLarge(t, store, connection)
		sqldb.Analyze(t, store)
		for _, c := range []struct {
			typeName, filter string
			found            int
			by               map[string]string // per database, what the plan must say
		}{
			{"User", `userName eq "USER7@x.example"`, 1, map[string]string{"sqlite": "resources_unique_key (connection_id=? AND resource_type=? AND unique_key=?)", "postgres": "unique_key = "}},
			{"User", `userName eq "user7@x.example" and active eq true`, 1, map[string]string{"sqlite": "unique_key=?", "postgres": "unique_key = "}},
			{"User", `userName sw "user7@"`, 1, map[string]string{"sqlite": "unique_key>? AND unique_key<?", "postgres": "unique_key >= "}},
			{"User", `externalId eq "e7"`, 1, map[string]string{"sqlite": "resources_external_id (connection_id=? AND resource_type=? AND external_id=?)", "postgres": "external_id = "}},
			{"User", `id eq "u0007"`, 1, map[string]string{"sqlite": "(connection_id=? AND resource_type=? AND id=?", "postgres": "id = "}},
			{"User", `emails.value eq "Mail7@x.example"`, 1, map[string]string{"sqlite": "(connection_id=? AND email=?)", "postgres": "email = "}},
			{"User", `emails eq "mail7@x.example"`, 1, map[string]string{"sqlite": "(connection_id=? AND email=?)", "postgres": "email = "}},
			{"User", `emails[type eq "work"].value eq "mail7@x.example"`, 1, map[string]string{"sqlite": "(connection_id=? AND email=?)", "postgres": "email = "}},
			{"User", `groups.value eq "g0007"`, 1, map[string]string{"sqlite": "(connection_id=? AND group_id=?)", "postgres": "group_id = "}},
			{"Group", `displayName eq "GROUP 7"`, 1, map[string]string{"sqlite": "unique_key=?", "postgres": "unique_key = "}},
			{"Group", `members.value eq "u0007"`, 1, map[string]string{"sqlite": "(connection_id=? AND member_id=?)", "postgres": "member_id = "}},
			{"Group", `members eq "u0007"`, 1, map[string]string{"sqlite": "(connection_id=? AND member_id=?)", "postgres": "member_id = "}},
			{"Group", `id eq "g0007" and members eq "u0007"`, 1, map[string]string{"sqlite": "id=?)", "postgres": "id = "}},
		} {
			q := joinery.ResourceQuery{ConnectionID: connection, BaseURL: baseURL, Limit: 100, Total: true, Parts: parts(t, c.typeName, c.filter)}
			plans := sqldb.Plans(t, store, q)
			for _, plan := range plans {
				if !usesIndex(name, plan, c.by[name]) {
					t.Errorf("%s: the plan should look up %q, but is\n%s", c.filter, c.by[name], plan)
				}
			}
			found(t, store, q, c.found)
		}
	})
}

func parts(t *testing.T, typeName, text string) []joinery.ResourcePart {
	t.Helper()
	typ := testTypes(t).Type(typeName)
	node, err := filter.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	expr, err := filter.Bind(node, typ)
	if err != nil {
		t.Fatal(err)
	}
	return []joinery.ResourcePart{{Type: typ, Filter: expr}}
}

func found(t *testing.T, store joinery.Store, q joinery.ResourceQuery, want int) {
	t.Helper()
	err := store.View(t.Context(), func(tx joinery.Tx) error {
		page, err := tx.Resources(q)
		if err == nil && (page.Total != want || len(page.Resources) != want) {
			t.Errorf("found %d, total %d, want %d", len(page.Resources), page.Total, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// usesIndex reports whether a plan looks up by a condition, and reads no table
// from one end to the other.
func usesIndex(database, plan, by string) bool {
	lookedUp := false
	for line := range strings.Lines(plan) {
		if database == "sqlite" {
			if strings.Contains(line, "SCAN ") && !strings.Contains(line, "VIRTUAL TABLE") || strings.Contains(line, "AUTOMATIC") {
				return false
			}
			lookedUp = lookedUp || strings.Contains(line, by)
			continue
		}
		if strings.Contains(line, "Seq Scan") {
			return false
		}
		lookedUp = lookedUp || strings.Contains(line, "Index Cond") && strings.Contains(line, by)
	}
	return lookedUp
}

func fillLarge(t *testing.T, store joinery.Store, connection string) {
	t.Helper()
	users, groups := testTypes(t).Type("User"), testTypes(t).Type("Group")
	err := store.Update(t.Context(), func(tx joinery.Tx) error {
		for i := range 3000 {
			user, id := fmt.Sprintf("user%d@x.example", i), fmt.Sprintf("u%04d", i)
			doc := scim.Document{"userName": user, "externalId": fmt.Sprintf("e%d", i), "active": true, "emails": []any{map[string]any{"value": fmt.Sprintf("mail%d@x.example", i), "type": "work"}}}
			if err := tx.InsertResource(newResource(t, users, connection, id, doc)); err != nil {
				return err
			}
			group := fmt.Sprintf("g%04d", i)
			if err := tx.InsertResource(newResource(t, groups, connection, group, scim.Document{"displayName": fmt.Sprintf("Group %d", i)})); err != nil {
				return err
			}
			if _, _, err := tx.AddMembers(connection, group, []string{id}, times[0]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
