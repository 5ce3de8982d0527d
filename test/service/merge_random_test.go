package service

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestRandomMerges has anything happen to a few accounts, merges some of them,
// one after the other, and undoes that in the reverse order: after each undoing
// all is as it was before its merge.
func TestRandomMerges(t *testing.T) {
	const rounds, people, steps = 6, 6, 40
	onBoth(t, func(t *testing.T, e *env) {
		merges := 0
		for seed := range uint64(rounds) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				r := &randomWorld{world: newWorld(t, e), Rand: rand.New(rand.NewPCG(seed, 0))}
				for i := range people {
					r.accounts = append(r.accounts, r.account(r.name(i)))
				}
				for range steps {
					r.step()
				}
				r.mergeAndUndo(people - 1)
				merges += r.merges
			})
		}
		if merges < 2*rounds {
			t.Errorf("only %d merges were possible", merges)
		}
	})
}

// randomWorld is a world of a few accounts.
type randomWorld struct {
	*world
	*rand.Rand
	accounts []string
	merges   int // that were possible
}

func (r *randomWorld) name(i int) string { return r.email(fmt.Sprintf("p%d@one", i)) }

// user is a User of a connection.
func (r *randomWorld) user(c *client) string {
	users := c.find("/Users", "id pr")
	if len(users) == 0 {
		return "nobody"
	}
	return text(users[r.IntN(len(users))], "id")
}

// step does something, which may be refused.
func (r *randomWorld) step() {
	r.t.Helper()
	c, i := r.clients()[r.IntN(3)], r.IntN(len(r.accounts))
	member := "/organizations/" + c.organization + "/members"
	var a answer
	switch r.IntN(9) {
	case 0, 1:
		a = r.api("POST", member, fmt.Sprintf(`{"account_id":%q}`, r.accounts[i]))
	case 2:
		a = c.send("POST", "/Users", fmt.Sprintf(`{"userName":%q,"emails":[{"value":%[1]q}],"externalId":"x%d"}`, r.name(i), i))
	case 3, 4:
		a = r.api("POST", "/sign-ins", fmt.Sprintf(`{"connection_id":%q,"subject":"s%d","email":%q,"groups":["Crew","G%d"]}`, c.id, i, r.name(i), r.IntN(3)))
	case 5:
		a = c.send("PATCH", "/Users/"+r.user(c), patch(fmt.Sprintf(`{"op":"replace","path":"active","value":%t}`, r.IntN(2) == 0)))
	case 6:
		a = c.send("POST", "/Groups", fmt.Sprintf(`{"displayName":"G%d","members":%s}`, r.IntN(3), memberList(r.user(c), r.user(c))))
	case 7:
		a = r.api("PATCH", member+"/"+r.accounts[i], fmt.Sprintf(`{"role":%q}`, []string{"", "writer", "owner"}[r.IntN(3)]))
	case 8:
		a = c.send("DELETE", "/Users/"+r.user(c), "")
	}
	if a.status >= 500 {
		r.t.Fatalf("%d %s", a.status, a.body)
	}
}

// mergeAndUndo merges two accounts, then others within, and undoes it.
func (r *randomWorld) mergeAndUndo(depth int) {
	r.t.Helper()
	if depth == 0 {
		return
	}
	pair := r.Perm(len(r.accounts))[:2]
	survivor, absorbed := r.accounts[pair[0]], r.accounts[pair[1]]
	before := r.state(r.accounts...)
	a := r.api("POST", "/merges", fmt.Sprintf(`{"survivor":%q,"absorbed":%q}`, survivor, absorbed))
	switch a.status {
	case 201:
		r.merges++
		r.checkMerged(before, survivor, absorbed)
		r.mergeAndUndo(depth - 1)
		r.admin(200, "POST", "/merges/"+text(a.object(), "id")+"/undo", "")
	case 409:
		r.mergeAndUndo(depth - 1)
	default:
		r.t.Fatalf("%d %s", a.status, a.body)
	}
	same(r.t, fmt.Sprintf("after undoing %d into %d", pair[1], pair[0]), before, r.state(r.accounts...))
}
