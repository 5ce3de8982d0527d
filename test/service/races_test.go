package service

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// racers is how many requests race for one name.
const racers = 20

// race sends requests at once. One must get the status; the others must be told
// that the name is taken.
func (c *client) race(what string, won int, request func(i int) step) {
	c.t.Helper()
	winners := 0
	answers := atOnce(racers, func(i int) answer {
		s := request(i)
		return c.send(s.method, s.path, s.body)
	})
	for _, a := range answers {
		switch {
		case a.status == won:
			winners++
		case a.status != 409 || text(a.object(), "scimType") != "uniqueness":
			c.t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	if winners != 1 {
		c.t.Errorf("%s: %d won, want 1", what, winners)
	}
}

// atOnce sends n requests at the same moment, and returns their answers.
func atOnce(n int, request func(i int) answer) []answer {
	answers := make([]answer, n)
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range answers {
		wait.Go(func() {
			<-start
			answers[i] = request(i)
		})
	}
	close(start)
	wait.Wait()
	return answers
}

// mixed writes a name in one of many mixes of case.
func mixed(name string, i int) string {
	b := []byte(strings.ToLower(name))
	for k := range b {
		if i>>(k%8)&1 == 1 {
			b[k] = strings.ToUpper(name)[k]
		}
	}
	return string(b)
}

// TestCreatesRaceForOneName holds that one of many creates wins.
func TestCreatesRaceForOneName(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		post := func(endpoint, body string) func(int) step {
			return func(i int) step {
				return step{"POST", endpoint, strings.NewReplacer("{mixed}", mixed("kaiitolumen", i), "{i}", fmt.Sprint(i)).Replace(body)}
			}
		}
		for endpoint, bodies := range map[string][]string{
			"/Users":   {`{"userName":"{mixed}"}`, `{"userName":"u{i}","externalId":"x"}`, `{"userName":"{mixed}2","externalId":"y{i}"}`},
			"/Groups":  {`{"displayName":"{mixed}"}`, `{"displayName":"g{i}","externalId":"x"}`},
			"/Devices": {`{"serial":"1","tags":["{i}"]}`, `{"serial":"d{i}","externalId":"x"}`},
		} {
			for i, body := range bodies {
				c.race(endpoint+" "+body, 201, post(endpoint, body))
				if found := c.find(endpoint, "id pr"); len(found) != i+1 {
					t.Errorf("%s %s: there are %d, want %d", endpoint, body, len(found), i+1)
				}
			}
		}
		// Who loses is refused with a case: one for all where they are the same
		// person, by name or by externalId, and else one for each.
		want := map[string]int{
			"user.created": 3, "group.created": 2, "resource.created": 2,
			"account.created": 3, "membership.added": 3, "case.opened": 1 + 1 + racers - 1,
		}
		got := map[string]int{}
		for _, event := range c.ownEvents() {
			got[text(event, "type")]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

// TestUsernamesRace has many people whose names make one username arrive at
// once, through several connections: all get in, each with a number of his own.
func TestUsernamesRace(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		clients := []*client{e.connectNew("okta"), e.connectNew("entra"), e.connectNew("generic")}
		parallel(racers, racers, func(i int) {
			body := fmt.Sprintf(`{"userName":"kai@fjord%d.example"}`, i)
			if a := clients[i%len(clients)].send("POST", "/Users", body); a.status != 201 {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		})
		names := texts(e.admin(200, "GET", "/accounts?limit=1000", "")["accounts"], "username")
		slices.Sort(names)
		if len(slices.Compact(slices.Clone(names))) != racers || names[0] != "kai" {
			t.Errorf("usernames %v", names)
		}
	})
}

// TestReturnsRace holds that one of many creates brings a deleted user back.
func TestReturnsRace(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		first := c.create("/Users", `{"userName":"kai","externalId":"x"}`)
		for range 3 {
			c.ok(204, "DELETE", "/Users/"+first, "")
			c.race("return", 201, func(i int) step {
				return step{"POST", "/Users", fmt.Sprintf(`{"userName":%q,"externalId":"x"}`, mixed("kai", i))}
			})
			if diff := cmp.Diff([]string{first}, texts(c.get("/Users")["Resources"], "id")); diff != "" {
				t.Errorf("who is there:\n%s", diff)
			}
		}
	})
}

// TestRenamesRace holds that one of many renames to one name wins, and that the
// others stay as they were.
func TestRenamesRace(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		for endpoint, won := range map[string]int{"/Users": 200, "/Groups": 204, "/Devices": 200} {
			c := e.connectNew("generic")
			ids := make([]string, racers)
			for i := range ids {
				ids[i] = c.create(endpoint, fmt.Sprintf(`{"%s":"n%d"}`, keyOf(endpoint), i))
			}
			c.race(endpoint+" PATCH", won, func(i int) step {
				return step{"PATCH", endpoint + "/" + ids[i], patch(`{"op":"replace","path":"` + keyOf(endpoint) + `","value":"one"}`)}
			})
			c.race(endpoint+" PUT externalId", 200, func(i int) step {
				return step{"PUT", endpoint + "/" + ids[i], fmt.Sprintf(`{"%s":"m%d","externalId":"x"}`, keyOf(endpoint), i)}
			})
			same := 0
			for i, id := range ids {
				if got := text(c.get(endpoint+"/"+id), keyOf(endpoint)); got == fmt.Sprintf("n%d", i) {
					same++
				}
			}
			if same < racers-2 || same == racers {
				t.Errorf("%s: %d kept their names", endpoint, same)
			}
		}
	})
}

// TestMembershipUnderConcurrency has many requests change one group, each
// another member: nobody is lost, each change is one event and one version.
func TestMembershipUnderConcurrency(t *testing.T) {
	const people, workers = 200, 16
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("entra")
		users := make([]string, people)
		parallel(workers, people, func(i int) {
			users[i] = text(c.send("POST", "/Users", fmt.Sprintf(`{"userName":"u%d"}`, i)).object(), "id")
		})
		first, rest := users[:people/2], users[people/2:]
		group := c.group("Crew", first...)
		before := len(c.ownEvents())

		// Those of the first half leave, but for each tenth; those of the other
		// half join, each tenth with a removal before.
		parallel(workers, people, func(i int) {
			id, body := users[i], addMembers(users[i])
			switch {
			case i < len(first) && i%10 == 0:
				body = addMembers(id, first[0])
			case i < len(first):
				body = removeMember(id)
			case i%10 == 0:
				body = patch(removeMemberOf(id), `{"op":"add","path":"members","value":`+memberList(id)+`}`)
			}
			if a := c.send("PATCH", "/Groups/"+group, body); a.status != 204 {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
		want := slices.Clone(rest)
		for i := 0; i < len(first); i += 10 {
			want = append(want, first[i])
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, c.members(group)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		changes := len(first) - len(first)/10 + len(rest)
		if got := len(c.ownEvents()) - before; got != changes {
			t.Errorf("%d events, want %d", got, changes)
		}
		if got, want := text(c.get("/Groups/"+group), "meta.version"), fmt.Sprintf(`W/"%d"`, changes+1); got != want {
			t.Errorf("version %s, want %s", got, want)
		}
		for i, id := range users {
			in := len(c.find("/Users", `id eq "`+id+`" and groups.value eq "`+group+`"`)) == 1
			if i%50 == 0 && in != slices.Contains(want, id) {
				t.Errorf("user %d: the filter finds him in the group: %t", i, in)
			}
		}
	})
}

// parallel calls f for each i below n, from a number of workers.
func parallel(workers, n int, f func(i int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range workers {
		wait.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

// TestMembersRaceWithDeletes has users deleted while they are added to groups:
// no group keeps who is gone.
func TestMembersRaceWithDeletes(t *testing.T) {
	const people = 24
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		groups := []string{c.group("First"), c.group("Second")}
		users := make([]string, people)
		for i := range users {
			users[i] = c.user(fmt.Sprintf("u%d", i))
		}
		parallel(12, 3*people, func(i int) {
			id := users[i/3]
			s, want := step{"DELETE", "/Users/" + id, ""}, 204
			if i%3 < 2 {
				s = step{"PATCH", "/Groups/" + groups[i%3], addMembers(id)}
			}
			if a := c.send(s.method, s.path, s.body); a.status != want {
				t.Errorf("%v: %d %s", s, a.status, a.body)
			}
		})
		for _, group := range groups {
			if got := c.members(group); len(got) != 0 {
				t.Errorf("members of a group: %v", got)
			}
		}
		joined := map[string]int{}
		for _, event := range c.ownEvents() {
			key := text(event, "subject_id") + text(event, "data.member_id")
			switch text(event, "type") {
			case "group.member_added":
				joined[key]++
			case "group.member_removed":
				joined[key]--
			}
		}
		for key, net := range joined {
			if net != 0 {
				t.Errorf("the events leave %s in the group: %d", key, net)
			}
		}
	})
}
