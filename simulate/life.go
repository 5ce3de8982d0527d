package simulate

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// account is a person as the provider believes the server has them.
type account struct {
	Person         // with the changes made so far
	id      string // the server's
	active  bool
	deleted bool
}

// team is a group as the provider believes the server has it.
type team struct {
	Group
	id      string // the server's
	deleted bool
	members []string // IDs of people
}

// life is what a run knows: the session and the state that it has brought about.
type life struct {
	*session
	accounts []*account
	teams    []*team
	// document is what the provider sends of a person, and so what it expects
	// the server to hold.
	document func(*account) map[string]any
}

func newLife(s *session, people []Person, groups []Group, document func(*account) map[string]any) *life {
	l := &life{session: s, document: document}
	for _, p := range people {
		l.accounts = append(l.accounts, &account{Person: p, active: true})
	}
	for _, g := range groups {
		l.teams = append(l.teams, &team{Group: g})
	}
	return l
}

// part is a phase of a run and what it does.
type part struct {
	phase Phase
	run   func(context.Context) error
}

// live goes through the phases and closes the report.
func (l *life) live(ctx context.Context, parts []part) (*Report, error) {
	start := time.Now()
	defer func() { l.report.Duration = time.Since(start) }()
	for _, part := range parts {
		l.phase = part.phase
		err := part.run(ctx)
		if err := ctx.Err(); err != nil {
			return l.report, err
		}
		if err != nil {
			return l.report, err
		}
	}
	return l.report, nil
}

// people calls fn for each account that the server has and that satisfies the
// condition, until the context ends.
func (l *life) people(ctx context.Context, which func(*account) bool, fn func(context.Context, *account)) error {
	for _, a := range l.accounts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if a.id != "" && !a.deleted && which(a) {
			fn(ctx, a)
		}
	}
	return nil
}

// groups calls fn for each team that the server has, until the context ends.
func (l *life) groups(ctx context.Context, fn func(context.Context, *team)) error {
	for _, t := range l.teams {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.id != "" && !t.deleted {
			fn(ctx, t)
		}
	}
	return nil
}

// account finds a person by the provider's id.
func (l *life) account(personID string) *account {
	i := slices.IndexFunc(l.accounts, func(a *account) bool { return a.ID == personID })
	if i < 0 || l.accounts[i].id == "" || l.accounts[i].deleted {
		return nil
	}
	return l.accounts[i]
}

// serverIDs translates ids of people into those of the server, leaving out who
// is not there.
func (l *life) serverIDs(people []string) []string {
	var ids []string
	for _, person := range people {
		if a := l.account(person); a != nil {
			ids = append(ids, a.id)
		}
	}
	return ids
}

// teamIDs returns the server's ids of the groups that a person is in.
func (l *life) teamIDs(personID string) []string {
	var ids []string
	for _, t := range l.teams {
		if t.id != "" && !t.deleted && slices.Contains(t.members, personID) {
			ids = append(ids, t.id)
		}
	}
	return ids
}

// readUser compares the server's state of a person with what was brought about.
func (l *life) readUser(ctx context.Context, a *account) {
	l.do(ctx, call{
		action: ReadBack, subject: a.UserName, method: http.MethodGet, path: "/Users/" + a.id,
		want:  []int{http.StatusOK},
		check: all(has(l.document(a)), has(map[string]any{"id": a.id, "active": a.active}), noPassword),
	})
}

// readMemberships compares the groups that the server shows on a person.
func (l *life) readMemberships(ctx context.Context, a *account) {
	l.do(ctx, call{
		action: ReadBack, subject: a.UserName, method: http.MethodGet, path: "/Users/" + a.id,
		query: "attributes=groups", want: []int{http.StatusOK}, check: inGroups(l.teamIDs(a.ID)),
	})
}

// readGroup compares the server's state of a group.
func (l *life) readGroup(ctx context.Context, t *team) {
	l.do(ctx, call{
		action: ReadBack, subject: t.Name, method: http.MethodGet, path: "/Groups/" + t.id,
		want: []int{http.StatusOK},
		check: all(has(map[string]any{"id": t.id, "displayName": t.Name}),
			hasMembers(l.serverIDs(t.members))),
	})
}

// readGone expects a resource to be gone.
func (l *life) readGone(ctx context.Context, subject, path string) {
	l.do(ctx, call{action: ReadBack, subject: subject, method: http.MethodGet, path: path, want: []int{http.StatusNotFound}})
}

// compare lists everything and compares it with the state brought about. The
// server may hold more, from before.
func (l *life) compare(ctx context.Context) error {
	users := l.list(ctx, ReadBack, "/Users")
	groups := l.list(ctx, ReadBack, "/Groups?excludedAttributes=members")
	for _, a := range l.accounts {
		l.compareListed("user", a.UserName, a.id, a.deleted, users)
	}
	for _, t := range l.teams {
		l.compareListed("group", t.Name, t.id, t.deleted, groups)
	}
	if err := l.people(ctx, func(*account) bool { return true }, l.readUser); err != nil {
		return err
	}
	if err := l.people(ctx, func(*account) bool { return true }, l.readMemberships); err != nil {
		return err
	}
	return l.groups(ctx, l.readGroup)
}

func (l *life) compareListed(kind, subject, id string, deleted bool, listed []string) {
	count := 0
	for _, other := range listed {
		if other == id {
			count++
		}
	}
	switch {
	case id == "" || deleted && count == 0 || !deleted && count == 1:
	case deleted:
		l.fail(ReadBack, subject, "the deleted %s is still listed", kind)
	default:
		l.fail(ReadBack, subject, "the %s is listed %d times, should be once", kind, count)
	}
}

// list reads all pages as the providers do, 100 at a time, and returns the ids.
func (l *life) list(ctx context.Context, action Action, target string) []string {
	const count = 100
	path, query, _ := strings.Cut(target, "?")
	if query != "" {
		query += "&"
	}
	var ids []string
	for start := 1; ; start += count {
		answer, ok := l.do(ctx, call{
			action: action, subject: path, method: http.MethodGet, path: path,
			query: fmt.Sprintf("%sstartIndex=%d&count=%d", query, start, count),
			want:  []int{http.StatusOK}, check: isList,
		})
		page := answer.resources()
		for _, resource := range page {
			id, _ := resource["id"].(string)
			ids = append(ids, id)
		}
		if !ok || len(page) == 0 || start+count > answer.total() {
			return ids
		}
	}
}

// equals writes the filter with which the providers look something up.
func equals(attribute, value string) string {
	return "filter=" + url.QueryEscape(attribute+" eq "+quote(value))
}

func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
