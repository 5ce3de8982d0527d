package service

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/joineryhq/joinery/internal/testenv"
)

// deployment is joinery as others run it: processes that share a database.
type deployment struct {
	*testing.T
	servers []*env
}

// onDeployments runs tests on two processes over one PostgreSQL database, and on
// one process over SQLite.
func onDeployments(t *testing.T, tests map[string]func(*deployment)) {
	t.Helper()
	t.Parallel()
	binary := testenv.BuildProgram(t)
	for name, start := range map[string]func(*testing.T) []*testenv.Program{
		"sqlite": func(t *testing.T) []*testenv.Program {
			return []*testenv.Program{testenv.StartProgram(t, binary, "--data", t.TempDir())}
		},
		"postgres": func(t *testing.T) []*testenv.Program {
			url := testenv.PostgresURL(t)
			t.Cleanup(func() { countDeadlocks(t, url) })
			return []*testenv.Program{
				testenv.StartProgram(t, binary, "--database-url", url), testenv.StartProgram(t, binary, "--database-url", url),
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			programs := start(t)
			for name, test := range tests {
				t.Run(name, func(t *testing.T) { test(newDeployment(t, programs)) })
			}
		})
	}
}

func newDeployment(t *testing.T, programs []*testenv.Program) *deployment {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	d := &deployment{T: t}
	for _, p := range programs {
		d.servers = append(d.servers, &env{t: t, url: p.URL, http: &http.Client{Transport: transport}})
	}
	return d
}

// server is the one that the request with a number goes to.
func (d *deployment) server(i int) *env { return d.servers[i%len(d.servers)] }

// through is the client on one of the servers.
func (d *deployment) through(i int, c *client) *client {
	other := *c
	other.env = d.server(i)
	return other.at(other.url + "/scim/v2/" + c.id)
}

func (d *deployment) organization() string {
	d.Helper()
	return d.server(0).organization("o-" + uuid.NewString())
}

// connect makes a connection with a policy.
func (d *deployment) connect(organization, policy string) *client {
	d.Helper()
	e := d.server(0)
	made := e.admin(201, "POST", "/organizations/"+organization+"/connections", fmt.Sprintf(`{"name":"idp","policy":%s}`, policy))
	c := &client{env: e, organization: organization, id: text(made, "id"), base: text(made, "scim_base_url")}
	c.token, _ = c.newToken()
	return c
}

// accounts lists who holds what a query asks for, such as email=….
func (d *deployment) accounts(query string) []map[string]any {
	d.Helper()
	return objects(d.server(0).admin(200, "GET", "/accounts?"+query, "")["accounts"])
}

// cases lists the cases of a connection.
func (d *deployment) cases(c *client) []map[string]any {
	d.Helper()
	return objects(d.server(0).admin(200, "GET", "/cases?connection_id="+c.id, "")["cases"])
}

// countDeadlocks holds that no two requests have waited for each other: the
// database breaks such a deadlock, but only after a second.
func countDeadlocks(t *testing.T, url string) {
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing depends on it
	var n int
	err = conn.QueryRow(context.Background(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&n)
	if err != nil || n > 0 {
		t.Errorf("%d deadlocks: %v", n, err)
	}
}
