package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func purges(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"tombstones":              purgeTombstones,
		"a user who returns":      purgeReturning,
		"handles":                 purgeHandles,
		"requests":                purgeRequests,
		"one-time links":          purgeConsents,
		"departures":              purgeDepartures,
		"connections to go round": connectionsAfter,
	})
}

// purged calls what purges until nothing is left, and holds that no call
// removes more than the limit.
func (e *env) purged(what string, limit int, want []int, purge func(joinery.Tx) (int, error)) {
	e.Helper()
	var got []int
	for len(got) == 0 || got[len(got)-1] == limit {
		e.update(func(tx joinery.Tx) error {
			n, err := purge(tx)
			got = append(got, n)
			return err
		})
	}
	e.equal(what, got, want)
}

func purgeTombstones(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	users := map[string]*joinery.Resource{}
	for _, name := range []string{"live", "first", "second", "third", "late"} {
		users[name] = e.linkedUser(connection, name, email(name+"@example.com"), "account of "+name)
		e.claim(connection, users[name].ID, "staff")
	}
	group, foreign := e.newGroup(connection, "gone"), e.linkedUser(other, "foreign", "", "account of foreign")
	e.add(group)
	until := start.Add(time.Hour)
	for r, at := range map[*joinery.Resource]time.Time{
		users["first"]: start, users["second"]: start, users["third"]: until.Add(-time.Millisecond), users["late"]: until,
		group: start, foreign: start,
	} {
		e.update(func(tx joinery.Tx) error { return tx.DeleteResource(r, at) })
	}
	e.purged("tombstones", 3, []int{3, 1}, func(tx joinery.Tx) (int, error) { return tx.PurgeTombstones(connection, until, 3) })
	e.view(func(tx joinery.Tx) error {
		for name, user := range users {
			kept := name == "live" || name == "late"
			found, err := tx.Candidates(connection, "User", joinery.Keys{Unique: name, Emails: []string{name + "@example.com"}}, joinery.MemberRefs{})
			if err != nil {
				return err
			}
			e.equal(name+" can be found", len(found.Resources) == 1, kept)
			_, err = tx.Link(connection, user.ID)
			e.equal(name+" has a link", err == nil, kept)
			claims, err := tx.Claims(connection, user.ID)
			if err != nil {
				return err
			}
			e.equal(name+" claims groups", len(claims) > 0, kept)
		}
		found, err := tx.Candidates(connection, "Group", joinery.Keys{Unique: "gone"}, joinery.MemberRefs{})
		e.equal("the group", found, &joinery.Candidates{})
		if err != nil {
			return err
		}
		found, err = tx.Candidates(other, "User", joinery.Keys{Unique: "foreign"}, joinery.MemberRefs{})
		e.equal("of another connection", len(found.Resources), 1)
		return err
	})
}

// purgeReturning has Users look for their tombstones while these are purged.
// Whoever finds his returns, with his link; whoever does not is new.
func purgeReturning(e *env) {
	_, connection := e.connection()
	users := make([]*joinery.Resource, 5)
	for i := range users {
		users[i] = e.linkedUser(connection, fmt.Sprint("user", i), "", fmt.Sprint("account", i))
		e.update(func(tx joinery.Tx) error { return tx.DeleteResource(users[i], start) })
	}
	var once sync.Once
	var wg sync.WaitGroup
	returned := make([]bool, len(users))
	e.update(func(tx joinery.Tx) error {
		_, err := tx.PurgeTombstones(connection, start.Add(time.Hour), 3)
		once.Do(func() {
			for i, user := range users {
				wg.Go(func() { e.update(e.returning(user, &returned[i])) })
			}
		})
		time.Sleep(50 * time.Millisecond) // till they wait
		return err
	})
	wg.Wait()
	found := 0
	for i, user := range users {
		e.equal("the user is there", e.get(connection, "User", user.ID) != nil, returned[i])
		e.view(func(tx joinery.Tx) error {
			_, err := tx.Link(connection, user.ID)
			e.equal("the link is there", err == nil, returned[i])
			return nil
		})
		if returned[i] {
			found++
		}
	}
	e.equal("returned", found, 2)
}

// returning revives a tombstone, if it is found, and reports whether it was.
func (e *env) returning(user *joinery.Resource, found *bool) func(joinery.Tx) error {
	return func(tx joinery.Tx) error {
		candidates, err := tx.Candidates(user.ConnectionID, "User", user.Keys, joinery.MemberRefs{})
		*found = err == nil && len(candidates.Resources) == 1
		if !*found {
			return err
		}
		return tx.UpdateResource(user)
	}
}

func purgeHandles(e *env) {
	until := start.Add(time.Hour)
	for name, end := range map[string]*time.Time{"a": nil, "b": &start, "c": &start, "d": &until} {
		e.update(func(tx joinery.Tx) error {
			return tx.HoldHandle(&joinery.Handle{HandleKey: usernameHandle(name), Value: name, AccountID: "a1", Since: start, Until: end}, start)
		})
	}
	e.purged("before their end", 10, []int{0}, func(tx joinery.Tx) (int, error) { return tx.PurgeHandles(start.Add(-time.Millisecond), 10) })
	e.purged("at the end of some", 1, []int{1, 1, 0}, func(tx joinery.Tx) (int, error) { return tx.PurgeHandles(start, 1) })
	e.equal("left", e.handleKeys("a1"), []string{"username a", "username d"})
}

func purgeRequests(e *env) {
	_, one := e.connection()
	_, two := e.connection()
	for i := range 4 {
		e.log(e.newRequest(one, i), e.newRequest(two, i))
	}
	before := start.Add(3 * time.Second)
	e.purged("requests", 4, []int{4, 2}, func(tx joinery.Tx) (int, error) { return tx.PurgeRequests(before, 4) })
	for _, connection := range []string{one, two} {
		left := e.requests(joinery.RequestQuery{ConnectionID: connection})
		e.equal("left", len(left), 1)
		e.equal("the newest", left[0].Time, before)
	}
}

func purgeConsents(e *env) {
	e.update(func(tx joinery.Tx) error {
		for i, secret := range []string{"1", "2", "3"} {
			if err := tx.InsertConsent("case", joinery.HashToken(secret), start.Add(time.Duration(i)*time.Hour)); err != nil {
				return err
			}
		}
		return nil
	})
	e.purged("one-time links", 1, []int{1, 1, 0}, func(tx joinery.Tx) (int, error) { return tx.PurgeConsents(start.Add(time.Hour), 1) })
	e.view(func(tx joinery.Tx) error {
		_, err := tx.Consent(joinery.HashToken("3"), start)
		return err
	})
}

func purgeDepartures(e *env) {
	_, connection := e.connection()
	for i := range 3 {
		e.update(func(tx joinery.Tx) error {
			return tx.CountDeparture(connection, start.Add(time.Duration(i)*time.Hour), false)
		})
	}
	e.purged("departures", 2, []int{2, 0}, func(tx joinery.Tx) (int, error) { return tx.PurgeDepartures(start.Add(2*time.Hour), 2) })
	e.view(func(tx joinery.Tx) error {
		all, _, _, err := tx.Departures(connection, start)
		e.equal("left", all, int64(1))
		return err
	})
}

func connectionsAfter(e *env) {
	var want []string
	for range 5 {
		_, connection := e.connection()
		want = append(want, connection)
	}
	var got []string
	for after, n := "", 2; n == 2; {
		e.view(func(tx joinery.Tx) error {
			list, err := tx.ConnectionsAfter(after, 2)
			for _, c := range list {
				got = append(got, c.ID)
				after = c.ID
			}
			n = len(list)
			return err
		})
	}
	e.equal("connections", got, want)
}
