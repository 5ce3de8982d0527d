package idp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/joineryhq/joinery/internal/testenv"
)

const patchURN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

// newPlayer makes a connection for a test that sends its requests itself.
func newPlayer(t *testing.T, h *host, profile string) *player {
	t.Helper()
	organization := h.organization(t, "fjord-"+profile)
	connection, token := h.connect(t, organization, "Test", profile, "", false)
	return &player{t: t, host: h, organization: organization, connection: connection, values: bindings{"base": h.url + "/scim/v2/" + connection, "token": token}}
}

// made creates a resource and returns its id.
func (p *player) made(path, body string) string {
	p.t.Helper()
	answer, text := p.send(step{method: "POST", path: path, body: body})
	var resource struct{ ID string }
	if err := json.Unmarshal([]byte(text), &resource); err != nil || answer.StatusCode != 201 {
		p.t.Fatalf("POST %s: %d %s", path, answer.StatusCode, text)
	}
	return resource.ID
}

func (p *player) users(n int) []string {
	p.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = p.made("/Users", fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"user-%d"}`, i))
	}
	return ids
}

func (p *player) members(group string) map[string]bool {
	p.t.Helper()
	_, text := p.send(step{method: "GET", path: "/Groups/" + group})
	var resource struct{ Members []struct{ Value string } }
	if err := json.Unmarshal([]byte(text), &resource); err != nil {
		p.t.Fatal(err)
	}
	found := map[string]bool{}
	for _, member := range resource.Members {
		found[member.Value] = true
	}
	return found
}

// TestConcurrentMembership (quirk 48): every member that some request adds is
// there, and every one that some request removes is gone, though all requests
// concern one group at the same time.
func TestConcurrentMembership(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		p := newPlayer(t, newHost(t, open(t)), "okta-oin")
		users := p.users(24)
		var before []string
		for _, id := range users[12:] {
			before = append(before, fmt.Sprintf(`{"value":%q}`, id))
		}
		group := p.made("/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[`+strings.Join(before, ",")+`]}`)
		var all sync.WaitGroup
		for i, id := range users {
			all.Go(func() {
				op := fmt.Sprintf(`{"op":"add","path":"members","value":[{"value":%q}]}`, id)
				if i >= 12 {
					op = fmt.Sprintf(`{"op":"remove","path":"members[value eq \"%s\"]"}`, id)
				}
				answer, text := p.send(step{method: "PATCH", path: "/Groups/" + group, body: `{"schemas":["` + patchURN + `"],"Operations":[` + op + `]}`})
				if answer.StatusCode != 204 {
					t.Errorf("PATCH: %d %s", answer.StatusCode, text)
				}
			})
		}
		all.Wait()
		members := p.members(group)
		for i, id := range users {
			if members[id] != (i < 12) {
				t.Errorf("user %d: member is %v", i, members[id])
			}
		}
	})
}

// TestConcurrentCreate (quirk 120): of many creates of one user at the same
// time, in different cases of his name, one wins and the others are told.
func TestConcurrentCreate(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		p := newPlayer(t, newHost(t, open(t)), "entra")
		var count sync.Mutex
		statuses := map[int]int{}
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				name := []string{"mira@fjord.example", "MIRA@fjord.example"}[i%2]
				answer, text := p.send(step{method: "POST", path: "/Users", body: `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"` + name + `"}`})
				if answer.StatusCode == 409 && !strings.Contains(text, `"scimType":"uniqueness"`) {
					t.Errorf("a 409 without uniqueness: %s", text)
				}
				count.Lock()
				defer count.Unlock()
				statuses[answer.StatusCode]++
			})
		}
		all.Wait()
		if statuses[201] != 1 || statuses[409] != 11 {
			t.Errorf("statuses %v, want one 201 and eleven 409", statuses)
		}
	})
}

// TestManyOperations (quirk 49): one request with an operation for each of
// 1,200 members, of whom most are not known yet.
func TestManyOperations(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		p := newPlayer(t, newHost(t, open(t)), "authentik")
		users := p.users(3)
		group := p.made("/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew"}`)
		var ops []string
		for i := range 1200 {
			id := fmt.Sprintf("later-%d", i)
			if i%400 == 7 {
				id = users[i/400]
			}
			ops = append(ops, fmt.Sprintf(`{"op":"add","path":"members","value":[{"value":%q}]}`, id))
		}
		answer, text := p.send(step{method: "PATCH", path: "/Groups/" + group, body: `{"schemas":["` + patchURN + `"],"Operations":[` + strings.Join(ops, ",") + `]}`})
		if answer.StatusCode != 204 {
			t.Fatalf("PATCH: %d %s", answer.StatusCode, text)
		}
		if members := p.members(group); len(members) != 3 {
			t.Errorf("%d members, want 3", len(members))
		}
	})
}
