package sqldb_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the drivers to compare with
	_ "modernc.org/sqlite"

	"github.com/google/uuid"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// The benchmarks go through the store as the service does, and beside it
// through database/sql with the one statement that the work cannot do without,
// on the same database. PostgreSQL waits for the disk, as SQLite does.
func BenchmarkSQLite(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.db")
	store, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteOptions{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	benchmark(b, store, db, err)
}

func BenchmarkPostgres(b *testing.B) {
	url := testenv.DurablePostgresURL(b)
	store, err := sqldb.OpenPostgres(context.Background(), sqldb.PostgresOptions{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	benchmark(b, store, db, err)
}

const (
	benchConnection = "01900000-0000-7000-8000-0000000000c1"
	benchUsers      = 10_000
)

func benchmark(b *testing.B, store joinery.Store, db *sql.DB, err error) {
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = db.Close()
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	db.SetMaxIdleConns(16)
	f := &bench{store: store, db: db}
	f.fill(b)
	b.Run("insert/store", f.parallel(f.insert))
	b.Run("insert/bare", f.parallel(f.bareInsert))
	b.Run("get/store", f.parallel(f.get))
	b.Run("get/bare", f.parallel(f.prepared(`SELECT id, version, body FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND id = $2`)))
	b.Run("get with groups/store", f.parallel(f.getRows))
	b.Run("look-up/store", f.parallel(f.lookUp))
	b.Run("patch/store", f.parallel(f.patch))
	b.Run("page/store", f.parallel(f.page(false)))
	b.Run("page with groups/store", f.parallel(f.page(true)))
	b.Run("page/bare", f.parallel(f.barePage))
	for _, group := range f.groups {
		b.Run(fmt.Sprintf("member of %d/store", group.size), f.parallel(f.member(group.id)))
	}
	b.Run("offset 5000/store", f.parallel(f.offset))
}

type bench struct {
	store  joinery.Store
	db     *sql.DB
	types  *schema.Registry
	users  []string
	groups []struct {
		id   string
		size int
	}
	next atomic.Int64
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (f *bench) user(n int64) *joinery.Resource {
	now := time.Now().UTC().Truncate(time.Millisecond)
	name := fmt.Sprintf("user%07d@example.com", n)
	body := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":%[1]q,"externalId":"ext-%[2]d","name":{"givenName":"Given","familyName":"Family%[2]d","formatted":"Given Family%[2]d"},"displayName":"Given Family%[2]d","active":true,"title":"Engineer","emails":[{"value":%[1]q,"type":"work","primary":true}],"phoneNumbers":[{"value":"+1 555 0100","type":"work"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"%[2]d","department":"Engineering","manager":{"value":"m-%[2]d"}}}`, name, n)
	return &joinery.Resource{
		ConnectionID: benchConnection, Type: "User", ID: newID(), Version: 1, Created: now, LastModified: now, Body: []byte(body),
		Keys: joinery.Keys{
			Unique: name, ExternalID: fmt.Sprintf("ext-%d", n), Display: fmt.Sprintf("Given Family%d", n), Active: true,
			Emails: []string{name}, Search: []byte(strings.ToLower(body)),
		},
	}
}

func (f *bench) event(subject string) *joinery.Event {
	return &joinery.Event{
		ID: newID(), Type: joinery.UserCreated, Time: time.Now(), OrganizationID: "o", ConnectionID: benchConnection, SubjectID: subject,
		Data: []byte(`{"user_name":"user@example.com","display_name":"Given Family","active":true}`),
	}
}

func (f *bench) update(tb testing.TB, fn func(joinery.Tx) error) {
	if err := f.store.Update(context.Background(), fn); err != nil {
		tb.Fatal(err)
	}
}

func (f *bench) fill(b *testing.B) {
	var err error
	if f.types, err = schema.NewRegistry(); err != nil {
		b.Fatal(err)
	}
	for len(f.users) < benchUsers {
		f.update(b, func(tx joinery.Tx) error {
			for range 500 {
				user := f.user(f.next.Add(1))
				f.users = append(f.users, user.ID)
				if err := tx.InsertResource(user); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, size := range []int{10, benchUsers - 100} {
		group := &joinery.Resource{ConnectionID: benchConnection, Type: "Group", ID: newID(), Version: 1, Body: []byte(`{}`), Keys: joinery.Keys{Unique: fmt.Sprint(size), Display: "Staff"}}
		f.update(b, func(tx joinery.Tx) error {
			if err := tx.InsertResource(group); err != nil {
				return err
			}
			_, _, err := tx.AddMembers(benchConnection, group.ID, f.users[:size], time.Now())
			return err
		})
		f.groups = append(f.groups, struct {
			id   string
			size int
		}{group.ID, size})
	}
}

func (f *bench) parallel(fn func(testing.TB, int64)) func(*testing.B) {
	return func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				fn(b, f.next.Add(1))
			}
		})
	}
}

func (f *bench) some(n int64) string { return f.users[int(n*7919)%len(f.users)] }

// insert does what creating a User does.
func (f *bench) insert(tb testing.TB, n int64) {
	user, account := f.user(n), newID()
	events := []*joinery.Event{f.event(user.ID), f.event(account), f.event(account)}
	f.update(tb, func(tx joinery.Tx) error {
		if _, err := tx.Candidates(benchConnection, "User", user.Keys, joinery.MemberRefs{Exact: []string{user.Keys.ExternalID}, Name: user.Keys.Unique}); err != nil {
			return err
		}
		_, err := tx.Identity(joinery.IdentityQuery{
			OrganizationID: "o", ConnectionID: benchConnection, Email: user.Keys.Unique, Username: fmt.Sprintf("user%d", n), Domain: "example.com", At: user.Created,
		})
		if err != nil {
			return err
		}
		if err := tx.InsertResource(user); err != nil {
			return err
		}
		if err := f.join(tx, user, account, fmt.Sprintf("user%d", n)); err != nil {
			return err
		}
		return tx.AppendEvents(events...)
	})
}

// join makes an account for a user.
func (f *bench) join(tx joinery.Tx, user *joinery.Resource, id, username string) error {
	email, at := user.Keys.Unique, user.Created
	err := tx.InsertAccount(&joinery.Account{
		ID: id, Email: email, Username: username, DisplayName: user.Keys.Display, Origin: joinery.FromSCIM, ConnectionID: benchConnection, Created: at, Updated: at,
	})
	if err != nil {
		return err
	}
	for _, key := range []joinery.HandleKey{{Kind: joinery.EmailHandle, Key: email}, {Kind: joinery.UsernameHandle, Key: username}} {
		if err := tx.HoldHandle(&joinery.Handle{HandleKey: key, Value: key.Key, AccountID: id, Since: at}, at); err != nil {
			return err
		}
	}
	err = tx.InsertLink(&joinery.Link{ConnectionID: benchConnection, UserID: user.ID, AccountID: id, Rule: "new", Origin: joinery.FromSCIM, Created: at})
	if err != nil {
		return err
	}
	return tx.InsertMembership(&joinery.Membership{
		OrganizationID: "o", AccountID: id, State: joinery.MembershipActive, Origin: joinery.FromSCIM, ConnectionID: benchConnection, Created: at, Updated: at,
	})
}

func (f *bench) bareInsert(tb testing.TB, n int64) {
	user := f.user(n)
	_, err := f.db.Exec(`INSERT INTO resources (connection_id, resource_type, id, version, created_at, modified_at, unique_key, external_id, display, active, body, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		user.ConnectionID, user.Type, user.ID, user.Version, 1, 1, user.Keys.Unique, user.Keys.ExternalID, user.Keys.Display, true, string(user.Body), string(user.Keys.Search))
	if err != nil {
		tb.Fatal(err)
	}
}

func (f *bench) view(tb testing.TB, fn func(joinery.Tx) error) {
	if err := f.store.View(context.Background(), fn); err != nil {
		tb.Fatal(err)
	}
}

func (f *bench) get(tb testing.TB, n int64) {
	f.view(tb, func(tx joinery.Tx) error {
		_, err := tx.Resource(benchConnection, "User", f.some(n), false, "")
		return err
	})
}

func (f *bench) getRows(tb testing.TB, n int64) {
	f.view(tb, func(tx joinery.Tx) error {
		_, err := tx.Resource(benchConnection, "User", f.some(n), true, "https://scim.example/v2")
		return err
	})
}

func (f *bench) lookUp(tb testing.TB, n int64) {
	t := f.types.Type("User")
	node, err := filter.Parse(fmt.Sprintf(`userName eq "user%07d@example.com"`, 1+n%benchUsers))
	if err != nil {
		tb.Fatal(err)
	}
	expr, err := filter.Bind(node, t)
	if err != nil {
		tb.Fatal(err)
	}
	f.view(tb, func(tx joinery.Tx) error {
		page, err := tx.Resources(joinery.ResourceQuery{
			ConnectionID: benchConnection, Parts: []joinery.ResourcePart{{Type: t, Filter: expr}}, Limit: 100, Total: true, Rows: true, BaseURL: "https://scim.example/v2",
		})
		if err == nil && page.Total != 1 {
			err = fmt.Errorf("total %d", page.Total)
		}
		return err
	})
}

func (f *bench) patch(tb testing.TB, n int64) {
	f.update(tb, func(tx joinery.Tx) error {
		r, err := tx.Resource(benchConnection, "User", f.some(n), true, "https://scim.example/v2")
		if err != nil {
			return err
		}
		r.Version++
		r.Keys.Search = r.Body
		r.Keys.Emails = []string{r.Keys.Unique}
		if err := tx.UpdateResource(r); err != nil {
			return err
		}
		return tx.AppendEvents(f.event(r.ID))
	})
}

func (f *bench) page(rows bool) func(testing.TB, int64) {
	parts := []joinery.ResourcePart{{Type: f.types.Type("User")}}
	return func(tb testing.TB, n int64) {
		f.view(tb, func(tx joinery.Tx) error {
			page, err := tx.Resources(joinery.ResourceQuery{
				ConnectionID: benchConnection, Parts: parts, Limit: 100, Total: true, Rows: rows, BaseURL: "https://scim.example/v2",
				After: &joinery.ResourcePosition{ID: f.users[int(n)%(benchUsers-200)]},
			})
			if err == nil && len(page.Resources) != 100 {
				err = fmt.Errorf("a page of %d", len(page.Resources))
			}
			return err
		})
	}
}

func (f *bench) offset(tb testing.TB, _ int64) {
	f.view(tb, func(tx joinery.Tx) error {
		_, err := tx.Resources(joinery.ResourceQuery{
			ConnectionID: benchConnection, Parts: []joinery.ResourcePart{{Type: f.types.Type("User")}}, Limit: 100, Total: true, Offset: 5000,
		})
		return err
	})
}

func (f *bench) barePage(tb testing.TB, n int64) {
	f.rows(tb, `SELECT id, version, body FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND id > $2 AND deleted_at IS NULL ORDER BY id LIMIT 100`,
		f.users[int(n)%(benchUsers-200)])
}

func (f *bench) prepared(text string) func(testing.TB, int64) {
	stmt, err := f.db.Prepare(text)
	if err != nil {
		panic(err)
	}
	return func(tb testing.TB, n int64) {
		var id string
		var version int64
		var body []byte
		if err := stmt.QueryRow(benchConnection, f.some(n)).Scan(&id, &version, &body); err != nil {
			tb.Fatal(err)
		}
	}
}

func (f *bench) rows(tb testing.TB, text string, id string) {
	rows, err := f.db.Query(text, benchConnection, id)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err is asked below
	for rows.Next() {
		var id string
		var version int64
		var body []byte
		if err := rows.Scan(&id, &version, &body); err != nil {
			tb.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
}

// member does what adding one member to a group does, and takes it out again.
func (f *bench) member(group string) func(testing.TB, int64) {
	return func(tb testing.TB, n int64) {
		f.update(tb, func(tx joinery.Tx) error {
			if _, err := tx.Resource(benchConnection, "Group", group, false, ""); err != nil {
				return err
			}
			id := f.users[len(f.users)-1-int(n)%90]
			added, _, err := tx.AddMembers(benchConnection, group, []string{id}, time.Now())
			if err == nil && len(added) == 0 {
				_, err = tx.RemoveMembers(benchConnection, group, []string{id})
			}
			if err != nil {
				return err
			}
			if err := tx.TouchResources(benchConnection, "Group", []string{group}, time.Now()); err != nil {
				return err
			}
			return tx.AppendEvents(f.event(group))
		})
	}
}
