package sqldb_test

import (
	"fmt"
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
		for use, fn := range f.uses() {
			for _, plan := range sqldb.UpdatePlans(t, store, fn) {
				if problem := wholeTable(name, plan.Plan); problem != "" {
					t.Errorf("%s goes by %s\n%s\n%s", use, problem, plan.Statement, plan.Plan)
				}
			}
		}
	})
}

// wholeTable returns the step of a plan that reads more than it needs, or "".
func wholeTable(database, plan string) string {
	bad := regexp.MustCompile(`(?m)Seq Scan on (resources|members|pending_members|user_emails|events|tokens)\b|Index Cond: \(connection_id = [^)]*\)$|` +
		`Index Cond: \(\([a-z_.]*connection_id = [^)]*\) AND \([a-z_.]*resource_type = [^)]*\)\)$`)
	if database == "sqlite" {
		bad = regexp.MustCompile(`(?m)^SCAN (r|x|m|resources|members|pending_members|user_emails|events|tokens)\b.*|.*\(connection_id=\?( AND resource_type=\?)?\)$`)
	}
	return bad.FindString(plan)
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
		group := &joinery.Resource{ConnectionID: planConnection, Type: "Group", ID: planGroup, Version: 1, Body: []byte(`{}`), Keys: joinery.Keys{Unique: planGroup}}
		if err := tx.InsertResource(group); err != nil {
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
		if err := tx.AddPending(planConnection, planGroup, f.users[:1000], time.Now()); err != nil {
			return err
		}
		_, _, err := tx.AddMembers(planConnection, planGroup, f.users, time.Now())
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
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
