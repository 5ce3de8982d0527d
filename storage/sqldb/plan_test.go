package sqldb_test

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// TestPlans holds that no statement of the use-cases goes through a table: each
// look-up goes by an index, on all of its columns.
func TestPlans(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, name string, open testenv.Opener) {
		store := open(t)
		f := &planned{TB: t, store: store}
		f.fill()
		sqldb.Analyze(t, store)
		uses := f.uses()
		maps.Copy(uses, f.accountUses())
		maps.Copy(uses, f.caseUses())
		for use, fn := range uses {
			for _, plan := range sqldb.UpdatePlans(t, store, fn) {
				if problem := wholeTable(name, plan.Plan); problem != "" {
					t.Errorf("%s goes by %s\n%s\n%s", use, problem, plan.Statement, plan.Plan)
				}
			}
		}
	})
}

// Steps that read a table, and those that read all of a table or index, or all
// of a connection or organization. On PostgreSQL the condition is the next line.
var (
	sqliteWhole   = regexp.MustCompile(`^SCAN (\w+$|\w+ USING)|\((connection|organization)_id=\?( AND resource_type=\?)?\)$`)
	postgresScan  = regexp.MustCompile(`\b(Seq|Index|Index Only|Bitmap Index) Scan `)
	postgresWhole = regexp.MustCompile(`Index Cond: \(\(?(connection|organization)_id = [^)]*\)( AND \(resource_type = [^)]*\)\))?$`)
	// A statement that asks whether there is any row at all calls its table any_….
	// Of guards each connection has one.
	fewRows = regexp.MustCompile(` any_|\bguards|SEARCH g USING PRIMARY KEY`)
)

// wholeTable returns the step of a plan that reads more than it needs, or "".
func wholeTable(database, plan string) string {
	steps := strings.Split(plan, "\n")
	for i, step := range steps {
		whole := sqliteWhole.MatchString(step)
		if name, scan := strings.CutPrefix(step, "SCAN "); scan && strings.Contains(plan, "CO-ROUTINE "+name) {
			whole = false // the rows of a subselect
		}
		if database == "postgres" && postgresScan.MatchString(step) {
			whole = !strings.Contains(steps[i+1], "Index Cond: ") || postgresWhole.MatchString(steps[i+1])
		}
		if whole && !fewRows.MatchString(step) {
			return step
		}
	}
	return ""
}

// planned is a store with enough in it for an index to be worth its while.
type planned struct {
	testing.TB
	store joinery.Store
	users []string
}

const planConnection, planGroup = "connection", "group"

func (f *planned) user(i int) *joinery.Resource {
	name := fmt.Sprintf("user%05d", i)
	return &joinery.Resource{
		ConnectionID: planConnection, Type: "User", ID: name, Version: 1, Body: []byte(`{"userName":"x"}`),
		Keys: joinery.Keys{Unique: name, ExternalID: "x" + name, Display: name, Active: true, Emails: []string{name + "@example.com"}},
	}
}

func (f *planned) fill() {
	err := f.store.Update(f.Context(), func(tx joinery.Tx) error {
		if err := f.fillOrganization(tx); err != nil {
			return err
		}
		for i := range 3000 {
			user := f.user(i)
			f.users = append(f.users, user.ID)
			if err := tx.InsertResource(user); err != nil {
				return err
			}
			if i%3 == 0 {
				if err := tx.DeleteResource(user, time.Now()); err != nil {
					return err
				}
			}
		}
		if err := f.fillGroups(tx); err != nil {
			return err
		}
		if err := f.fillTokens(tx); err != nil {
			return err
		}
		return f.fillAccounts(tx)
	})
	if err != nil {
		f.Fatal(err)
	}
}

func (f *planned) fillGroups(tx joinery.Tx) error {
	if err := tx.AddPending(planConnection, planGroup, f.users[:1000], time.Now()); err != nil {
		return err
	}
	for i := range 20 {
		id, members := planGroup, f.users
		if i > 0 {
			id, members = fmt.Sprintf("%s%d", planGroup, i), f.users[i*10:i*10+50]
		}
		group := &joinery.Resource{ConnectionID: planConnection, Type: "Group", ID: id, Version: 1, Body: []byte(`{}`), Keys: joinery.Keys{Unique: id}}
		if err := tx.InsertResource(group); err != nil {
			return err
		}
		if _, _, err := tx.AddMembers(planConnection, id, members, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (f *planned) fillTokens(tx joinery.Tx) error {
	for i := range 100 {
		id := fmt.Sprintf("token%d", i)
		if err := tx.InsertToken(&joinery.Token{ID: id, ConnectionID: nthConnection(i % 50), Name: id, Hash: joinery.HashToken(id)}); err != nil {
			return err
		}
	}
	return nil
}

func (f *planned) uses() map[string]func(joinery.Tx) error {
	return map[string]func(joinery.Tx) error{
		"reading a user": func(tx joinery.Tx) error {
			_, err := tx.Resource(planConnection, "User", f.users[1], true, "b")
			return err
		},
		"creating a user": func(tx joinery.Tx) error {
			user := f.user(5000)
			if _, err := tx.Candidates(planConnection, "User", user.Keys, joinery.MemberRefs{Exact: []string{"x"}, Name: "x"}); err != nil {
				return err
			}
			return tx.InsertResource(user)
		},
		"returning": func(tx joinery.Tx) error {
			user := f.user(3)
			if _, err := tx.Candidates(planConnection, "User", user.Keys, joinery.MemberRefs{}); err != nil {
				return err
			}
			return tx.UpdateResource(user)
		},
		"changing a user": func(tx joinery.Tx) error {
			user, err := tx.Resource(planConnection, "User", f.users[4], true, "b")
			if err != nil {
				return err
			}
			return tx.UpdateResource(user)
		},
		"deleting a user": func(tx joinery.Tx) error {
			user, err := tx.Resource(planConnection, "User", f.users[7], false, "")
			if err != nil {
				return err
			}
			if _, err := tx.RemoveFromGroups(planConnection, user.ID); err != nil {
				return err
			}
			return tx.DeleteResource(user, time.Now())
		},
		"removing and adding a member": func(tx joinery.Tx) error {
			if _, err := tx.RemoveMembers(planConnection, planGroup, f.users[10:11]); err != nil {
				return err
			}
			if _, _, err := tx.AddMembers(planConnection, planGroup, f.users[9:11], time.Now()); err != nil {
				return err
			}
			return tx.TouchResources(planConnection, "Group", []string{planGroup}, time.Now())
		},
		"taking pending members": func(tx joinery.Tx) error {
			_, err := tx.TakePending(planConnection, joinery.MemberRefs{Exact: f.users[:2], Name: "x"})
			return err
		},
		"finding members by name": func(tx joinery.Tx) error {
			_, err := tx.NamedMembers(planConnection, []string{"user00013", strings.ToUpper("xuser00014")})
			return err
		},
		"a token": func(tx joinery.Tx) error {
			_, _, err := tx.TokenByHash(joinery.HashToken("x"))
			if joinery.KindOf(err) == joinery.NotFound {
				return nil
			}
			return err
		},
	}
}
