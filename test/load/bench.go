package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
)

const (
	smallGroups = 700
	spareUsers  = 20_000
	scimPatch   = 10_000 // members per PATCH while the large group is filled
)

// bench measures one database with one size of directory.
type bench struct {
	settings
	work     string
	database string
	users    int
	report   *report

	host, token string
	connection  string
	ids         []string // of the directory's users
	spares      []string // of further users, in no group
	smallGroups []string
	largeGroup  string
	serial      atomic.Int64
}

func (b *bench) run(ctx context.Context) error {
	url, cleanup, err := b.newDatabase(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	ours, err := startJoinery(ctx, b.binary, url)
	if err != nil {
		return err
	}
	defer ours.stop()
	b.host, b.token, b.connection = ours.host, ours.token, ours.connection
	b.report.note(b.database, "at rest", ours.megabytes())
	if err := b.seed(ours); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	copied, cleanupCopy, err := b.copyDatabase(ctx, url)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	defer cleanupCopy()
	limit, err := startLimit(ctx, copied)
	if err != nil {
		return err
	}
	defer limit.stop()
	if err := b.measureAll(ours, limit, b.operations()); err != nil {
		return err
	}
	if list := b.accountOperations(); len(list) > 0 {
		if err := b.seedAccounts(ours); err != nil {
			return fmt.Errorf("accounts: %w", err)
		}
		if err := b.measureAll(ours, limit, list); err != nil {
			return err
		}
	}
	b.report.note(b.database, fmt.Sprintf("after measuring %d users", b.users), ours.megabytes())
	return nil
}

func (b *bench) measureAll(ours, limit *process, list []operation) error {
	for _, op := range list {
		if err := b.measure(ours, limit, op); err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
	}
	return nil
}

// wanted are those of the operations that are to be measured.
func (b *bench) wanted(list []operation) []operation {
	return slices.DeleteFunc(list, func(op operation) bool { return !strings.Contains(op.name, b.only) })
}

func (b *bench) measure(ours, limit *process, op operation) error {
	line := row{database: b.database, users: b.users, operation: op.name}
	for range b.rounds {
		for _, side := range []struct {
			host string
			next func(int64) request
			sum  *result
		}{{limit.host, op.limit, &line.limit}, {ours.host, op.ours, &line.ours}} {
			measured, err := turn(side.host, b.workers, b.round, side.next)
			if err != nil {
				return err
			}
			side.sum.add(measured)
		}
	}
	b.report.add(line)
	return nil
}

// seed fills the directory through SCIM, as an IdP would.
func (b *bench) seed(ours *process) error {
	total := b.users + spareUsers
	ids := make([]string, total)
	err := b.each(total, func(c *connection, n int) error {
		name := fmt.Sprintf("user-%d", n)
		id, err := b.post(c, "/Users", user(name))
		ids[n] = id
		if n == 10_000 {
			b.report.note(b.database, "after 10,000 users", ours.megabytes())
		}
		return err
	})
	if err != nil {
		return err
	}
	b.ids, b.spares = ids[:b.users], ids[b.users:]
	b.smallGroups = make([]string, smallGroups)
	err = b.each(smallGroups, func(c *connection, n int) error {
		id, err := b.post(c, "/Groups", group(fmt.Sprintf("small-%d", n), b.ids[n*10:n*10+10]))
		b.smallGroups[n] = id
		return err
	})
	if err != nil {
		return err
	}
	return b.fillLargeGroup()
}

func (b *bench) fillLargeGroup() error {
	c, err := dial(b.host)
	if err != nil {
		return err
	}
	defer func() { _ = c.conn.Close() }()
	if b.largeGroup, err = b.post(c, "/Groups", group("large", nil)); err != nil {
		return err
	}
	for from := 0; from < b.users; from += scimPatch {
		body := patchBody(`{"op":"add","path":"members","value":` + members(b.ids[from:min(from+scimPatch, b.users)]) + `}`)
		status, answer, err := c.do(request{method: "PATCH", path: "/scim/v2/Groups/" + b.largeGroup, token: b.token, body: body}, true)
		if err != nil || status >= 300 {
			return fmt.Errorf("large group: %d %s: %w", status, answer, err)
		}
	}
	return nil
}

// each calls do for 0 … n-1 over several connections.
func (b *bench) each(n int, do func(c *connection, n int) error) error {
	errs := make(chan error, b.workers)
	var next atomic.Int64
	for range b.workers {
		go func() {
			c, err := dial(b.host)
			for err == nil {
				i := int(next.Add(1) - 1)
				if i >= n {
					break
				}
				err = do(c, i)
			}
			errs <- err
		}()
	}
	var first error
	for range b.workers {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (b *bench) post(c *connection, path, body string) (string, error) {
	status, answer, err := c.do(request{method: "POST", path: "/scim/v2" + path, token: b.token, body: body}, true)
	if err != nil {
		return "", err
	}
	var created struct{ ID string }
	if err := json.Unmarshal(answer, &created); err != nil || status != 201 {
		return "", fmt.Errorf("POST %s: %d %s", path, status, answer)
	}
	return created.ID, nil
}

func group(name string, ids []string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":%q,"members":%s}`, name, members(ids))
}

func members(ids []string) string {
	elements := make([]string, len(ids))
	for i, id := range ids {
		elements[i] = `{"value":"` + id + `"}`
	}
	return "[" + strings.Join(elements, ",") + "]"
}

func (b *bench) dir(name string) string {
	return filepath.Join(b.work, fmt.Sprintf("%s-%d-%s-%d", b.database, b.users, name, os.Getpid()))
}
