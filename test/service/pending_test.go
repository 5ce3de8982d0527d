package service

import (
	"fmt"
	"sync"
	"testing"
)

// TestPendingRaceWithArrivals has groups name users while these arrive: nobody
// is left waiting.
func TestPendingRaceWithArrivals(t *testing.T) {
	const people = 60
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		returning := make([]string, people)
		for i := range returning {
			returning[i] = c.create("/Users", fmt.Sprintf(`{"userName":"r%d"}`, i))
			c.ok(204, "DELETE", "/Users/"+returning[i], "")
		}
		both := func(name string, requests ...step) {
			var wait sync.WaitGroup
			start := make(chan struct{})
			for _, s := range requests {
				wait.Go(func() {
					<-start
					c.done(s)
				})
			}
			close(start)
			wait.Wait()
		}
		byName, byID := c.group("By name"), c.group("By id")
		for i := range people {
			both("new", step{"POST", "/Users", fmt.Sprintf(`{"userName":"n%d"}`, i)}, step{"PATCH", "/Groups/" + byName, addMembers(fmt.Sprintf("n%d", i))})
			both("return", step{"POST", "/Users", fmt.Sprintf(`{"userName":"r%d"}`, i)}, step{"PATCH", "/Groups/" + byID, addMembers(returning[i])})
		}
		for _, group := range []string{byName, byID} {
			if got := c.members(group); len(got) != people {
				t.Errorf("%d members, want %d; %v wait", len(got), people, c.pending(group))
			}
		}
	})
}
