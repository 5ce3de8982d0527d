package service

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
	"github.com/joineryhq/joinery/storage"
)

// twoServers starts two servers over one PostgreSQL database, and returns one
// client of both.
func twoServers(t *testing.T) (a, b *client) {
	t.Helper()
	t.Parallel()
	url := testenv.PostgresURL(t)
	envs := make([]*env, 2)
	for i := range envs {
		store, err := storage.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		envs[i] = newEnv(t, store, server.Options{})
	}
	a = envs[0].connectNew("generic")
	other := *a
	other.env, other.base = envs[1], envs[1].url+"/scim/v2/"+a.id
	return a, &other
}

// TestServersRaceForOneName holds that of creates through two servers one wins.
func TestServersRaceForOneName(t *testing.T) {
	a, b := twoServers(t)
	for round := range 5 {
		answers := make([]answer, 8)
		var wait sync.WaitGroup
		for i := range answers {
			c := []*client{a, b}[i%2]
			wait.Go(func() {
				answers[i] = c.send("POST", "/Users", fmt.Sprintf(`{"userName":%q}`, mixed(fmt.Sprintf("user%d", round), i)))
			})
		}
		wait.Wait()
		var statuses []int
		for _, answer := range answers {
			statuses = append(statuses, answer.status)
		}
		slices.Sort(statuses)
		if diff := cmp.Diff([]int{201, 409, 409, 409, 409, 409, 409, 409}, statuses); diff != "" {
			t.Errorf("round %d: %s", round, diff)
		}
	}
	if diff := cmp.Diff(texts(a.get("/Users")["Resources"], "id"), texts(b.get("/Users")["Resources"], "id")); diff != "" {
		t.Errorf("the servers show other users: %s", diff)
	}
}

// TestServersShareGroups has both servers change one group.
func TestServersShareGroups(t *testing.T) {
	const people = 60
	a, b := twoServers(t)
	users := make([]string, people)
	for i := range users {
		users[i] = []*client{a, b}[i%2].user(fmt.Sprintf("u%d", i))
	}
	group := a.group("Crew", users[:people/2]...)
	parallel(12, people, func(i int) {
		body := addMembers(users[i])
		if i < people/2 {
			body = removeMember(users[i])
		}
		[]*client{a, b}[i%2].done(step{"PATCH", "/Groups/" + group, body})
	})
	for _, c := range []*client{a, b} {
		if diff := cmp.Diff(slices.Sorted(slices.Values(users[people/2:])), c.members(group)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestServersRefuseRevokedTokens holds that what ends through one server has
// ended for the other by the time it is answered.
func TestServersRefuseRevokedTokens(t *testing.T) {
	a, b := twoServers(t)
	secret, id := a.newToken()
	var wait sync.WaitGroup
	stop := make(chan struct{})
	wait.Go(func() { // so that the other server has always just seen the token
		for {
			select {
			case <-stop:
				return
			default:
				b.with(secret).send("GET", "/ServiceProviderConfig", "")
			}
		}
	})
	b.with(secret).get("/Users")
	a.admin(204, "DELETE", "/connections/"+a.id+"/tokens/"+id, "")
	for _, c := range []*client{a, b} {
		c.with(secret).ok(401, "GET", "/Users", "")
		c.get("/Users")
	}
	close(stop)
	wait.Wait()

	a.admin(200, "PATCH", "/connections/"+a.id, `{"strict":true}`)
	for _, c := range []*client{a, b} { // a strict connection takes no bare token
		c.ok(401, "GET", "/Users", "", "Authorization: "+c.token)
	}
	b.admin(204, "DELETE", "/connections/"+a.id, "")
	for _, c := range []*client{a, b} {
		c.ok(401, "GET", "/Users", "")
	}
}

// TestServersShowOneSequence has both servers write events, and reads them
// through both.
func TestServersShowOneSequence(t *testing.T) {
	const people = 60
	a, b := twoServers(t)
	done := make(chan struct{})
	sequences := make([][]string, 4)
	var reading sync.WaitGroup
	for i := range sequences {
		reading.Go(func() { sequences[i] = []*client{a, b}[i%2].follow(5, done) })
	}
	parallel(8, people, func(i int) {
		[]*client{a, b}[i%2].done(step{"POST", "/Users", fmt.Sprintf(`{"userName":"u%d"}`, i)})
	})
	close(done)
	reading.Wait()
	if want := 3 * people; len(sequences[0]) != want { // each has an account and a membership
		t.Errorf("%d events, want %d", len(sequences[0]), want)
	}
	for i, got := range sequences[1:] {
		if diff := cmp.Diff(sequences[0], got); diff != "" {
			t.Errorf("reader %d (-reader 0):\n%s", i+1, diff)
		}
	}
}
