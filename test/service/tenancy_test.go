package service

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForeignIDsAreUnknown has one connection ask for what belongs to another
// one, of its own organization and of another. It is answered byte for byte as
// if it asked for what does not exist, and nothing of the others changes.
func TestForeignIDsAreUnknown(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		acme, umbra := e.organization("acme"), e.organization("umbra")
		mine, sibling, stranger := e.connect(acme, "generic"), e.connect(acme, "generic"), e.connect(umbra, "generic")
		mine.populate("m")
		p := &prober{client: mine, answers: map[string]answer{}}
		for owner, tag := range map[*client]string{sibling: "s", stranger: "t"} {
			subjects := owner.populate(tag)
			before, events := owner.dump(), owner.ownEvents()
			for i, foreign := range subjects {
				p.compare(foreign, subjectsOf("u")[i])
			}
			if diff := cmp.Diff(before, owner.dump()); diff != "" {
				t.Errorf("the other connection changed (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(events, owner.ownEvents()); diff != "" {
				t.Errorf("the other connection has other events (-before +after):\n%s", diff)
			}
		}
		p.control()
		p.walkedAllTypes()
	})
}

// prober sends probes as one connection.
type prober struct {
	*client
	n       int
	answers map[string]answer // to those for what does not exist
}

// compare asks for a foreign and an unknown subject.
func (p *prober) compare(foreign, unknown subject) {
	p.t.Helper()
	for _, probe := range probesOf(foreign.endpoint) {
		got := p.ask(probe, foreign)
		key := fmt.Sprint(foreign.endpoint, probe)
		want, asked := p.answers[key]
		if !asked {
			want = p.ask(probe, unknown)
			p.answers[key] = want
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(answer{})); diff != "" {
			p.t.Errorf("%s %s %s, a foreign %s is told from none (-unknown +foreign):\n%s", probe.method, probe.url(), probe.body, foreign.kind, diff)
		}
	}
}

// control asks for resources of the connection itself: a probe that cannot
// tell them from none would show nothing.
func (p *prober) control() {
	p.t.Helper()
	for i, endpoint := range []string{"/Users", "/Groups", "/Devices"} {
		for k, probe := range probesOf(endpoint) {
			if probe.stored {
				continue
			}
			own := p.settle(fmt.Sprintf("%c", 'a'+k%2))
			got := p.ask(probe, own[i])
			if cmp.Equal(p.answers[fmt.Sprint(endpoint, probe)], got, cmp.AllowUnexported(answer{})) {
				p.t.Errorf("%s %s %s does not tell an own %s from none: %d %s", probe.method, probe.url(), probe.body, own[i].kind, got.status, got.body)
			}
			p.clear()
		}
	}
}

// clear deletes all that is there.
func (p *prober) clear() {
	p.t.Helper()
	for _, r := range objects(p.get("/?count=1000")["Resources"]) {
		p.ok(204, "DELETE", strings.TrimPrefix(text(r, "meta.location"), p.base), "")
	}
}

// walkedAllTypes holds that there are subjects of each type that discovery shows.
func (p *prober) walkedAllTypes() {
	p.t.Helper()
	endpoints := texts(p.get("/ResourceTypes")["Resources"], "endpoint")
	if diff := cmp.Diff([]string{"/Users", "/Groups", "/Devices"}, endpoints); diff != "" {
		p.t.Errorf("the types walked are not those that there are:\n%s", diff)
	}
}

var (
	anyID   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyTime = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	anyCode = regexp.MustCompile(`\bC-[0-9A-HJKMNP-TV-Z]{5}\b`)
)

// ask sends a probe and returns the answer without what differs each time:
// what the subject is called, further ids, and times.
func (p *prober) ask(probe probe, s subject) answer {
	p.t.Helper()
	p.n++
	n := fmt.Sprintf("%06d", p.n)
	own := p.group("own " + n)
	fill := s.replacer("{own}", own, "{n}", n, "{base}", p.base, "{kind}", s.kind).Replace
	probe.path, probe.filter = fill(probe.path), fill(probe.filter)
	var headers []string
	if probe.header != "" {
		headers = []string{probe.header}
	}
	a := p.send(probe.method, probe.url(), fill(probe.body), headers...)
	p.ok(204, "DELETE", "/Groups/"+own, "")
	return plain(a, strings.NewReplacer(s.id, "{id}", s.external, "{external}", s.name, "{name}", own, "{own}", n, "{n}", p.id, "{connection}"))
}

// plain puts marks in the place of what differs each time.
func plain(a answer, known *strings.Replacer) answer {
	seen := map[string]string{}
	mark := func(id string) string {
		if seen[id] == "" {
			seen[id] = "{id " + strconv.Itoa(len(seen)+1) + "}"
		}
		return seen[id]
	}
	erase := func(s string) string {
		s = anyID.ReplaceAllStringFunc(known.Replace(s), mark)
		return anyCode.ReplaceAllString(anyTime.ReplaceAllString(s, "{time}"), "{case}")
	}
	a.body = erase(a.body)
	header := a.header.Clone()
	for name, values := range header {
		for i := range values {
			values[i] = erase(values[i])
		}
		header[name] = values
	}
	header.Del("X-Request-Id")
	header.Del("Date")
	a.header = header
	return a
}

// TestForeignMembersStayPending shows what becomes of a foreign id that a group
// is given: it waits for a resource of its own connection.
func TestForeignMembersStayPending(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "generic"), e.connect(organization, "generic")
		foreign, foreignGroup := other.user("kai"), other.group("Crew")
		refs := []string{foreign, foreignGroup, "later"}

		group := mine.group("Posted", refs...)
		put := mine.group("Put")
		mine.ok(200, "PUT", "/Groups/"+put, `{"displayName":"Put","members":`+memberList(refs...)+`}`)
		patched := mine.group("Patched")
		mine.ok(204, "PATCH", "/Groups/"+patched, addMembers(refs...))
		later := other.user("later")
		other.ok(200, "PATCH", "/Users/"+foreign, patch(`{"op":"replace","path":"userName","value":"kai2"}`))
		other.ok(200, "PATCH", "/Groups/"+foreignGroup+"?attributes=displayName", patch(`{"op":"replace","path":"displayName","value":"Crew 2"}`))
		for _, id := range []string{group, put, patched} {
			if got := len(mine.pending(id)); got != 3 {
				t.Errorf("%d references wait, want 3", got)
			}
			if got := mine.members(id); len(got) != 0 {
				t.Errorf("the group has members %v", got)
			}
		}
		for _, id := range []string{foreign, later} {
			if got := other.get("/Users/" + id)["groups"]; got != nil {
				t.Errorf("a user is in a foreign group: %v", got)
			}
		}
		own := mine.user("later")
		if diff := cmp.Diff([]string{own}, mine.members(group)); diff != "" {
			t.Errorf("once its own user arrives:\n%s", diff)
		}
	})
}

// TestForeignManagerIsOnlyStored holds that a reference to a manager is a text
// like others: kept as it came, found by filters, joined with nothing.
func TestForeignManagerIsOnlyStored(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "generic"), e.connect(organization, "generic")
		boss := other.create("/Users", `{"userName":"boss","displayName":"The Boss"}`)
		const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
		clerk := mine.create("/Users", `{"userName":"clerk","`+enterprise+`":{"manager":{"value":"`+boss+`"}}}`)
		extension, _ := mine.get("/Users/" + clerk)[enterprise].(map[string]any)
		if diff := cmp.Diff(map[string]any{"manager": map[string]any{"value": boss}}, extension); diff != "" {
			t.Error(diff)
		}
		if got := texts(mine.find("/Users", `manager.value eq "`+boss+`"`), "id"); len(got) != 1 || got[0] != clerk {
			t.Errorf("the filter finds %v", got)
		}
		if got := other.find("/Users", `manager pr`); len(got) != 0 {
			t.Errorf("the other connection finds %v", got)
		}
	})
}

// TestConnectionsHaveNamesOfTheirOwn holds that names collide, and that the
// deleted return, within one connection only.
func TestConnectionsHaveNamesOfTheirOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "generic"), e.connect(organization, "generic")
		body := `{"userName":"kai","externalId":"x"}`
		first := mine.create("/Users", body)
		mine.ok(204, "DELETE", "/Users/"+first, "")
		second := other.create("/Users", body)
		if first == second {
			t.Error("a user returned into another connection")
		}
		if got := mine.create("/Users", body); got != first {
			t.Errorf("the user did not return: %s, want %s", got, first)
		}
		mine.ok(204, "DELETE", "/Users/"+first, "")
		if got := text(other.get("/Users/"+second), "userName"); got != "kai" {
			t.Errorf("userName %q", got)
		}
	})
}

// TestCursorOfAnotherConnection shows that a cursor goes on with the query that
// it was made for, and with no other.
func TestCursorOfAnotherConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		mine, other := e.connect(organization, "generic"), e.connect(organization, "generic")
		for i := range 3 {
			mine.user(fmt.Sprintf("m%d", i))
			other.user(fmt.Sprintf("o%d", i))
		}
		for path, wrong := range map[string]string{"/Users": "/Groups", "/": "/Users"} {
			cursor := text(other.get(path+"?cursor=&count=1"), "nextCursor")
			if other.ok(200, "GET", path+"?count=1&cursor="+cursor, "")["Resources"] == nil {
				t.Error("the cursor does not work where it was made")
			}
			foreign := mine.send("GET", path+"?count=1&cursor="+cursor, "")
			if foreign.status != 400 || text(foreign.object(), "scimType") != "invalidCursor" {
				t.Errorf("a foreign cursor: %d %s", foreign.status, foreign.body)
			}
			if own := other.send("GET", wrong+"?count=1&cursor="+cursor, ""); own.body != foreign.body {
				t.Errorf("a foreign cursor is told from a misplaced one: %s, %s", foreign.body, own.body)
			}
		}
	})
}
