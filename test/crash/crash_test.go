// Package crash kills the server with SIGKILL while it is written to, starts it
// again, and compares what is there with what was acknowledged.
package crash

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery/internal/testenv"
)

const (
	cycles  = 3
	writers = 8
)

func TestCrash(t *testing.T) {
	t.Parallel()
	binary := testenv.BuildProgram(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		crash(t, binary, "--data", filepath.Join(t.TempDir(), "data"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		crash(t, binary, "--database-url", testenv.PostgresURL(t))
	})
}

// crash kills and restarts the server several times over the same database.
func crash(t *testing.T, binary string, flags ...string) {
	server := testenv.StartProgram(t, binary, flags...)
	connection := connect(t, server)
	var acknowledged ledger
	for cycle := range cycles {
		var wait sync.WaitGroup
		for writer := range writers {
			wait.Go(func() { write(connection.at(server), &acknowledged, fmt.Sprintf("u%d-%d", cycle, writer)) })
		}
		before := acknowledged.writes()
		acknowledged.waitFor(before + 100 + rand.IntN(200))
		server.Kill()
		wait.Wait()
		if acknowledged.writes() == before {
			t.Fatal("nothing was written before the server was killed")
		}
		server = testenv.StartProgram(t, binary, flags...)
		compare(t, connection.at(server), &acknowledged)
	}
	t.Logf("%d users, %d acknowledged writes", len(acknowledged.users), acknowledged.writes())
}

// write creates users, puts them into the group, and deactivates some, until
// the server is gone. What is answered is noted; a write without an answer may
// or may not have happened.
func write(c *client, l *ledger, name string) {
	for n := 0; ; n++ {
		user, err := c.createUser(fmt.Sprintf("%s-%d@fjord.example", name, n))
		if err != nil {
			return
		}
		l.note(user, created)
		if c.addMember(user) != nil {
			return
		}
		l.note(user, joined)
		if n%2 == 0 {
			continue
		}
		if c.deactivate(user) != nil {
			return
		}
		l.note(user, deactivated)
	}
}

// state is how far a user's writes were acknowledged.
type state int

const (
	created state = iota + 1
	joined
	deactivated
)

// ledger holds what the server acknowledged.
type ledger struct {
	mu    sync.Mutex
	users map[string]state
	count int
}

func (l *ledger) note(user string, s state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.users == nil {
		l.users = map[string]state{}
	}
	l.users[user] = s
	l.count++
}

func (l *ledger) writes() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// waitFor returns when enough was acknowledged, or after a while in which the
// server did not get there.
func (l *ledger) waitFor(writes int) {
	for deadline := time.Now().Add(30 * time.Second); l.writes() < writes && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
}

// compare holds that each acknowledged write is there with its events, and that
// nothing is there by half: no user without its event and its account, no event
// and no account without its user.
func compare(t *testing.T, c *client, l *ledger) {
	t.Helper()
	users, members, events := c.users(t), c.members(t), c.events(t)
	for user, reached := range l.users {
		kept, exists := users[user]
		switch {
		case !exists:
			t.Errorf("user %s was acknowledged and is gone", user)
		case reached >= joined && !members[user]:
			t.Errorf("user %s was acknowledged as a member and is none", user)
		case reached >= deactivated && kept.Active:
			t.Errorf("user %s was acknowledged as deactivated and is active", user)
		}
	}
	for user, kept := range users {
		if got := events["user.created "+user]; got != 1 {
			t.Errorf("user %s has %d events user.created, want 1", user, got)
		}
		if got, want := events["user.deactivated "+user], 1; !kept.Active && got != want || kept.Active && got != 0 {
			t.Errorf("user %s (active %t) has %d events user.deactivated", user, kept.Active, got)
		}
		want := 0
		if members[user] {
			want = 1
		}
		if got := events["group.member_added "+user]; got != want {
			t.Errorf("user %s has %d events group.member_added, want %d", user, got, want)
		}
	}
	for _, lost := range orphans(events, users) {
		t.Errorf("user %s has events and is not there", lost)
	}
	people := slices.SortedFunc(maps.Values(users), byName)
	if accounts := slices.SortedFunc(slices.Values(c.accounts(t)), byName); !slices.Equal(people, accounts) {
		t.Errorf("the accounts are not those of the users:\n%v\n%v", accounts, people)
	}
}

func byName(a, b person) int { return strings.Compare(a.Name, b.Name) }
