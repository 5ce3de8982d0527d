package sqldb_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/storage/sqldb"
)

// TestListPlans holds that lists, and what looks at much at a time, go by the
// index that is meant for them, or at least by the connection.
func TestListPlans(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		store := open(t)
		f := &planned{TB: t, store: store}
		f.fill()
		f.fillLists()
		sqldb.Analyze(t, store)
		for _, use := range listUses() {
			plan := sqldb.UpdatePlans(t, store, use.run)[0]
			if !regexp.MustCompile(use.by).MatchString(plan.Plan) {
				t.Errorf("%s does not go by %s\n%s\n%s", use.name, use.by, plan.Statement, plan.Plan)
			}
		}
	})
}

// fillLists adds what is listed, of fifty connections and ten organizations.
func (f *planned) fillLists() {
	err := f.store.Update(f.Context(), func(tx joinery.Tx) error {
		for i := range 3000 {
			if err := fillNth(tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}

func fillNth(tx joinery.Tx, i int) error {
	id, at := fmt.Sprintf("id%05d", i), time.UnixMilli(int64(i)*1000)
	organization, connection, third := fmt.Sprint("organization", i%10), nthConnection(i%50), fmt.Sprint(i/3)
	err := tx.AppendEvents(&joinery.Event{
		ID: id, Type: joinery.UserCreated, Time: at, OrganizationID: organization, ConnectionID: connection, SubjectID: third, Data: []byte(`{}`),
	})
	if err != nil {
		return err
	}
	err = tx.AppendRequests(&joinery.Request{
		ID: id, ConnectionID: connection, Time: at, Method: "GET", Path: "/Users", Status: 200, UserID: third, GroupID: third, CaseID: third,
	})
	if err != nil || i%3 == 0 {
		return err
	}
	c := &joinery.Case{
		ID: id, Code: id, OrganizationID: organization, ConnectionID: connection, Reason: "email_taken", Status: joinery.CaseOpen, SubjectKey: id, HolderID: third,
	}
	if i%2 == 0 {
		c.Status = joinery.CaseDismissed
	}
	return tx.InsertCase(c)
}

// listUse is a call whose first statement goes by an index.
type listUse struct {
	name, by string
	run      func(joinery.Tx) error
}

func listUses() []listUse {
	at := time.UnixMilli(100_000)
	audit := func(name, by string, q joinery.AuditQuery) listUse {
		q.Limit = 50
		return listUse{"the audit " + name, by, calling(func(tx joinery.Tx) (any, error) { return tx.Audit(q) })}
	}
	cases := func(name, by string, q joinery.CaseQuery) listUse {
		q.Limit = 50
		return listUse{"cases " + name, by, calling(func(tx joinery.Tx) (any, error) { return tx.Cases(q) })}
	}
	requests := func(name, by string, q joinery.RequestQuery) listUse {
		q.ConnectionID, q.Limit = planConnection, 50
		return listUse{"requests " + name, by, calling(func(tx joinery.Tx) (any, error) { return tx.Requests(q) })}
	}
	purge := func(by string, purge func(joinery.Tx) (int, error)) listUse {
		return listUse{"purging", by, calling(func(tx joinery.Tx) (any, error) { return purge(tx) })}
	}
	tally := func(name string, count func(joinery.Tx, string) (joinery.Tally, error)) listUse {
		return listUse{name, `SEARCH [a-z] USING .*\(connection_id=\?|Index Cond: \(\(?connection_id = '`, calling(func(tx joinery.Tx) (any, error) { return count(tx, planConnection) })}
	}
	return []listUse{
		audit("of all", `events_newest`, joinery.AuditQuery{Since: at, Type: joinery.UserCreated}),
		audit("of an organization", `events_of_organization|events_pkey`, joinery.AuditQuery{OrganizationID: "organization1", Since: at}),
		audit("of an organization, further on", `events_of_organization .*\(organization_id,id\)<|Index Cond: .*ROW\(organization_id, id\) <`,
			joinery.AuditQuery{OrganizationID: "organization1", After: "id00100"}),
		audit("of a subject", `events_of_subject`, joinery.AuditQuery{SubjectID: "10", OrganizationID: "organization1", After: "id00100"}),
		cases("of all", `cases_newest`, joinery.CaseQuery{After: "id00100"}),
		cases("of an organization", `cases_of_organization`, joinery.CaseQuery{OrganizationID: "organization1", Status: joinery.CaseOpen, After: "id00100"}),
		cases("of a connection", `cases_(pkey|1|open)`, joinery.CaseQuery{ConnectionID: planConnection, Status: joinery.CaseOpen}),
		cases("of a holder", `cases_of_holder`, joinery.CaseQuery{HolderID: "10"}),
		requests("of a connection", `requests_newest`, joinery.RequestQuery{Status: 4}),
		requests("further on", `requests_newest.*\n?.*time"? ?<`, joinery.RequestQuery{After: "id00200"}),
		requests("of a time", `requests_newest.*\n?.*time"? ?>`, joinery.RequestQuery{Since: at, Before: at.Add(time.Minute)}),
		requests("of a user", `requests_of_user`, joinery.RequestQuery{UserID: "10", Status: 4, Since: at}),
		requests("of a group", `requests_of_group`, joinery.RequestQuery{GroupID: "10"}),
		requests("of a case", `requests_of_case`, joinery.RequestQuery{CaseID: "10"}),
		purge(`tombstones_deleted`, func(tx joinery.Tx) (int, error) { return tx.PurgeTombstones(planConnection, time.Now(), 1) }),
		purge(`handles_until`, func(tx joinery.Tx) (int, error) { return tx.PurgeHandles(at, 100) }),
		purge(`requests_oldest`, func(tx joinery.Tx) (int, error) { return tx.PurgeRequests(at, 100) }),
		purge(`consents_expiring`, func(tx joinery.Tx) (int, error) { return tx.PurgeConsents(at, 100) }),
		purge(`departures_bucket`, func(tx joinery.Tx) (int, error) { return tx.PurgeDepartures(at, 100) }),
		tally("userNames that are no email", joinery.Tx.UsersWithoutEmailName),
		tally("users without an email", joinery.Tx.UsersWithoutEmail),
		tally("differing subjects", joinery.Tx.DifferingSubjects),
		tally("accounts that do not follow", joinery.Tx.NotFollowed),
		tally("groups without a mapping", joinery.Tx.GroupsWithoutMapping),
		tally("pending members", joinery.Tx.PendingMembers),
		tally("open cases", joinery.Tx.OpenCases),
		tally("users without a link", joinery.Tx.UnlinkedUsers),
		{"a request", `requests_(pkey|1)`, calling(func(tx joinery.Tx) (any, error) { return tx.RequestByID(planConnection, "id02950") })},
		{"a guard", `guards_pkey|SEARCH g USING PRIMARY KEY`, calling(func(tx joinery.Tx) (any, error) { return tx.Guard(planConnection) })},
	}
}

// calling makes a call of which only the error counts.
func calling(call func(joinery.Tx) (any, error)) func(joinery.Tx) error {
	return func(tx joinery.Tx) error {
		_, err := call(tx)
		return err
	}
}
