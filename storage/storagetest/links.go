package storagetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func links(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back, change, delete": changeLink,
		"find":                      findLinks,
		"collisions":                collidingLinks,
		"linked Users": func(e *env) {
			_, one := e.connection()
			_, two := e.connection()
			first, second := e.linkedUser(one, "ada", `"emails":[{"value":"a@x.org"}]`, "a1"), e.linkedUser(two, "ada", `"active":false`, "a1")
			third, gone, left := e.linkedUser(two, "bob", "", "a2"), e.linkedUser(one, "gone", "", "a2"), e.linkedUser(one, "left", "", "a3")
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(gone, start) })
			e.endLink(one, left.ID)
			e.view(func(tx joinery.Tx) error {
				got, err := tx.LinkedUsers([]string{"a1", "a2", "a3", "a4", "a1"})
				slices.SortFunc(got, func(a, b *joinery.Resource) int { return strings.Compare(a.ID, b.ID) })
				e.equal("users", got, []*joinery.Resource{stored(first), stored(second), stored(third)})
				return err
			})
		},
		"stay locked": func(e *env) {
			_, connection := e.connection()
			l := e.link(connection, "user", "account")
			const writers, each = 8, 5
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range each {
						e.update(func(tx joinery.Tx) error {
							l, err := tx.Link(connection, "user")
							if err != nil {
								return err
							}
							l.Rule += "x"
							return tx.UpdateLink(l)
						})
					}
				})
			}
			wg.Wait()
			e.equal("changes", len(e.readLink(connection, "user").Rule), len(l.Rule)+writers*each)
		},
		"go with their connection": func(e *env) {
			_, gone := e.connection()
			_, kept := e.connection()
			e.link(gone, "user", "account")
			e.link(kept, "user", "account")
			e.update(func(tx joinery.Tx) error {
				if _, err := tx.SetClaims(gone, "user", []string{"staff"}); err != nil {
					return err
				}
				return tx.InsertMapping(&joinery.Mapping{ID: e.id(), ConnectionID: gone, GroupName: "staff", Target: "t", Role: "r", Created: start})
			})
			e.update(func(tx joinery.Tx) error { return tx.DeleteConnection(gone) })
			e.view(func(tx joinery.Tx) error {
				list, err := tx.LinksOf([]string{"account"})
				e.equal("links", linkUsers(list), []string{kept + " user"})
				if err != nil {
					return err
				}
				claims, err := tx.Claims(gone, "user")
				e.equal("claims", claims, []string(nil))
				if err != nil {
					return err
				}
				mappings, err := tx.Mappings(gone)
				e.equal("mappings", len(mappings), 0)
				return err
			})
		},
	})
}

func changeLink(e *env) {
	_, connection := e.connection()
	at := func(n int) *time.Time { t := start.Add(time.Duration(n) * time.Hour); return &t }
	bare := e.link(connection, "bare", "a1")
	full := &joinery.Link{
		ConnectionID: connection, UserID: "full", AccountID: "a2", Subject: "S-1", SubjectFormat: "persistent", Rule: "member",
		Origin: joinery.FromSignIn, Created: start, LastSignIn: at(1), LastSignOut: at(2), Claimed: at(3), Ended: at(4),
	}
	e.update(func(tx joinery.Tx) error { return tx.InsertLink(full) })
	e.equal("bare", e.readLink(connection, "bare"), bare)
	e.equal("full", e.readLink(connection, "full"), full)

	change := *full
	change.AccountID, change.Subject, change.SubjectFormat, change.Rule, change.Origin = "a3", "", "", "connect", joinery.FromSCIM
	change.LastSignIn, change.LastSignOut, change.Claimed, change.Ended = nil, nil, nil, nil
	written := change
	written.Created = start.Add(time.Hour)
	e.update(func(tx joinery.Tx) error { return tx.UpdateLink(&written) })
	e.equal("changed", e.readLink(connection, "full"), &change)

	_, other := e.connection()
	for _, l := range []joinery.Link{{ConnectionID: connection, UserID: "nobody"}, {ConnectionID: other, UserID: "full"}} {
		e.kind("UpdateLink", e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateLink(&l) }), joinery.NotFound)
	}
	e.update(func(tx joinery.Tx) error {
		if err := tx.DeleteLink(other, "full"); err != nil {
			return err
		}
		return tx.DeleteLink(connection, "bare")
	})
	e.equal("of another connection", e.readLink(connection, "full"), &change)
	e.view(func(tx joinery.Tx) error {
		_, err := tx.Link(connection, "bare")
		e.kind("Link", err, joinery.NotFound)
		return nil
	})
}

func findLinks(e *env) {
	_, one := e.connection()
	_, two := e.connection()
	ended := start.Add(time.Hour)
	former := &joinery.Link{ConnectionID: one, UserID: "u1", AccountID: "a1", Subject: "s1", Rule: "new", Origin: joinery.FromSCIM, Created: start, Ended: &ended}
	e.update(func(tx joinery.Tx) error { return tx.InsertLink(former) })
	now, elsewhere := e.link(one, "u2", "a1"), e.link(two, "u3", "a1")
	e.link(two, "u1", "a2")
	for _, read := range []func(func(joinery.Tx) error){e.view, e.update} {
		read(func(tx joinery.Tx) error {
			l, err := tx.LinkBySubject(one, "s1")
			e.equal("by subject", l, former)
			if err != nil {
				return err
			}
			l, err = tx.LiveLink(one, "a1")
			e.equal("live", l, now)
			return err
		})
	}
	e.view(func(tx joinery.Tx) error {
		for name, find := range map[string]func() (*joinery.Link, error){
			"subject of another connection": func() (*joinery.Link, error) { return tx.LinkBySubject(two, "s1") },
			"subject with another case":     func() (*joinery.Link, error) { return tx.LinkBySubject(one, "S1") },
			"no subject":                    func() (*joinery.Link, error) { return tx.LinkBySubject(one, "") },
			"no text":                       func() (*joinery.Link, error) { return tx.LinkBySubject(one, "s\x00") },
			"of another account":            func() (*joinery.Link, error) { return tx.LiveLink(one, "a2") },
			"of another connection":         func() (*joinery.Link, error) { return tx.Link(two, "u2") },
		} {
			_, err := find()
			e.kind(name, err, joinery.NotFound)
		}
		list, err := tx.LinksOf([]string{"a2", "a1", "a3"})
		e.equal("of accounts", linkUsers(list), []string{one + " u1", one + " u2", two + " u3", two + " u1"})
		if err != nil {
			return err
		}
		e.equal("of the last", list[2], elsewhere)
		accounts, err := tx.LinkedAccounts(one, []string{"u1", "u2", "u3", "u1"})
		e.equal("accounts", accounts, map[string]string{"u1": "a1", "u2": "a1"})
		return err
	})
}

func collidingLinks(e *env) {
	_, connection := e.connection()
	_, other := e.connection()
	ended := start.Add(time.Hour)
	insert := func(connection, user, account, subject string, ended *time.Time) error {
		return e.tryUpdate(func(tx joinery.Tx) error {
			return tx.InsertLink(&joinery.Link{ConnectionID: connection, UserID: user, AccountID: account, Subject: subject, Rule: "new", Origin: joinery.FromSCIM, Created: start, Ended: ended})
		})
	}
	for _, test := range []struct {
		name                               string
		connection, user, account, subject string
		ended                              *time.Time
		collides                           bool
	}{
		{name: "the first", connection: connection, user: "u1", account: "a1"},
		{name: "the account again", connection: connection, user: "u2", account: "a1", collides: true},
		{name: "the account in another connection", connection: other, user: "u2", account: "a1"},
		{name: "the account, ended", connection: connection, user: "u2", account: "a1", subject: "s", ended: &ended},
		{name: "the account, ended too", connection: connection, user: "u3", account: "a1", ended: &ended},
		{name: "the subject again", connection: connection, user: "u4", account: "a2", subject: "s", collides: true},
		{name: "the subject again, ended", connection: connection, user: "u4", account: "a2", subject: "s", ended: &ended, collides: true},
		{name: "the subject in another connection", connection: other, user: "u4", account: "a2", subject: "s"},
		{name: "another account", connection: connection, user: "u4", account: "a2"},
	} {
		err := insert(test.connection, test.user, test.account, test.subject, test.ended)
		if errors.Is(err, joinery.ErrCollision) != test.collides || (err != nil) != test.collides {
			e.Errorf("%s: error %v", test.name, err)
		}
	}
	for name, change := range map[string]func(*joinery.Link){
		"by its account": func(l *joinery.Link) { l.AccountID = "a1" },
		"by its subject": func(l *joinery.Link) { l.Subject = "s" },
	} {
		err := e.tryUpdate(func(tx joinery.Tx) error {
			l, err := tx.Link(connection, "u4")
			if err != nil {
				return err
			}
			change(l)
			return tx.UpdateLink(l)
		})
		if !errors.Is(err, joinery.ErrCollision) {
			e.Errorf("%s: error %v, want a collision", name, err)
		}
	}
}

// link adds a live link.
func (e *env) link(connection, user, account string) *joinery.Link {
	e.Helper()
	l := &joinery.Link{ConnectionID: connection, UserID: user, AccountID: account, Rule: "new", Origin: joinery.FromSCIM, Created: start}
	e.update(func(tx joinery.Tx) error { return tx.InsertLink(l) })
	return l
}

// linkedUser adds a User with a live link.
func (e *env) linkedUser(connection, name, more, account string) *joinery.Resource {
	e.Helper()
	user := e.newUser(connection, name, more)
	e.add(user)
	e.link(connection, user.ID, account)
	return user
}

func (e *env) readLink(connection, user string) *joinery.Link {
	e.Helper()
	var l *joinery.Link
	e.view(func(tx joinery.Tx) (err error) {
		l, err = tx.Link(connection, user)
		return err
	})
	return l
}

func linkUsers(list []*joinery.Link) (users []string) {
	for _, l := range list {
		users = append(users, l.ConnectionID+" "+l.UserID)
	}
	return users
}
