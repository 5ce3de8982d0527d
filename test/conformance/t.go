package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// T is what a check works with. Its methods end the check where it cannot go on.
type T struct {
	ctx       context.Context
	client    *client
	features  *features
	made      []string // paths of resources to delete afterwards
	exchanges []string
}

// ending is what a check panics with to end early.
type ending struct {
	outcome Outcome
	reason  string
}

func (t *T) failf(format string, args ...any) {
	panic(ending{Fail, fmt.Sprintf(format, args...)})
}

func (t *T) skipf(format string, args ...any) {
	panic(ending{Skipped, fmt.Sprintf(format, args...)})
}

// need skips the check where the server does not advertise a feature.
func (t *T) need(names ...string) {
	for _, name := range names {
		if !t.features.supports(name) {
			t.skipf("the server does not advertise %s", name)
		}
	}
}

// needType skips the check where the server has no such endpoint.
func (t *T) needType(endpoint string) {
	if len(t.features.types) > 0 && t.features.resourceType(endpoint) == nil {
		t.skipf("the server has no resource type with the endpoint %s", endpoint)
	}
}

// needEnterprise skips the check where Users have no enterprise extension.
func (t *T) needEnterprise() {
	for _, e := range objects(t.features.resourceType("/Users")["schemaExtensions"]) {
		if schema, _ := e["schema"].(string); strings.EqualFold(schema, enterpriseURN) {
			return
		}
	}
	t.skipf("the server's User has no enterprise extension")
}

// do makes a request.
func (t *T) do(method, target string, body any, headers ...header) *Answer {
	answer, err := t.client.send(t.ctx, method, target, body, headers...)
	if err != nil {
		t.failf("%s %s: no answer: %v", method, target, err)
	}
	t.note(method, target, body, answer)
	if method == http.MethodPost && answer.Status == http.StatusCreated && answer.ID() != "" {
		endpoint, _, _ := strings.Cut(target, "?")
		t.made = append(t.made, endpoint+"/"+answer.ID())
	}
	return answer
}

func (t *T) note(method, target string, body any, answer *Answer) {
	const keep = 6
	text, _ := encode(body)
	t.exchanges = append(t.exchanges, fmt.Sprintf("%s %s %s\n→ %d %s", method, target, clip(string(text)), answer.Status, clip(string(answer.Raw))))
	if len(t.exchanges) > keep {
		t.exchanges = t.exchanges[1:]
	}
}

// clean deletes what the check made, even where the run was stopped.
func (t *T) clean() {
	ctx := context.WithoutCancel(t.ctx)
	for _, path := range slices.Backward(t.made) {
		_, _ = t.client.send(ctx, http.MethodDelete, path, nil)
	}
}

// get reads a target; the query is given as name, value pairs.
func (t *T) get(path string, query ...string) *Answer {
	return t.do(http.MethodGet, withQuery(path, query), nil)
}

// list is get for a list, which must succeed.
func (t *T) list(path string, query ...string) *Answer {
	answer := t.get(path, query...)
	t.status(answer, http.StatusOK)
	return answer
}

func withQuery(path string, query []string) string {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		values.Add(query[i], query[i+1])
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// newUser is the body of a user with a unique name.
func (t *T) newUser(more ...map[string]any) map[string]any {
	name := t.client.name()
	body := map[string]any{
		"schemas":     []any{userURN},
		"userName":    name + "@probe.example",
		"externalId":  "ext-" + name,
		"displayName": "Probe " + name,
		"name":        map[string]any{"givenName": "Probe", "familyName": name},
		"emails":      []any{map[string]any{"value": name + "@probe.example", "type": "work", "primary": true}},
		"active":      true,
	}
	return merged(body, more)
}

func merged(body map[string]any, more []map[string]any) map[string]any {
	for _, extra := range more {
		for name, value := range extra {
			if body[name] = value; value == nil {
				delete(body, name)
			}
		}
	}
	return body
}

// user creates a user; attributes given replace those of newUser.
func (t *T) user(more ...map[string]any) *Answer {
	return t.create("/Users", t.newUser(more...))
}

// group creates a group with members.
func (t *T) group(members ...*Answer) *Answer {
	t.needType("/Groups")
	return t.create("/Groups", t.newGroup(members...))
}

func (t *T) newGroup(members ...*Answer) map[string]any {
	list := []any{}
	for _, m := range members {
		list = append(list, map[string]any{"value": m.ID()})
	}
	return map[string]any{"schemas": []any{groupURN}, "displayName": "Group " + t.client.name(), "members": list}
}

func (t *T) create(endpoint string, body any) *Answer {
	answer := t.do(http.MethodPost, endpoint, body)
	t.status(answer, http.StatusCreated)
	if answer.ID() == "" {
		t.failf("POST %s answered without an id: %s", endpoint, clip(string(answer.Raw)))
	}
	return answer
}

// patch sends operations, which must succeed, and returns the resource after.
func (t *T) patch(path string, operations ...map[string]any) *Answer {
	t.status(t.tryPatch(path, operations...), http.StatusOK, http.StatusNoContent)
	return t.list(path)
}

// tryPatch sends operations.
func (t *T) tryPatch(path string, operations ...map[string]any) *Answer {
	t.need("patch")
	return t.do(http.MethodPatch, path, patchBody(operations...))
}

func patchBody(operations ...map[string]any) map[string]any {
	return map[string]any{"schemas": []any{patchURN}, "Operations": operations}
}

// operation makes a PATCH operation; path and value may be left out as "" and nil.
func operation(op, path string, value any) map[string]any {
	out := map[string]any{"op": op}
	if path != "" {
		out["path"] = path
	}
	if value != nil {
		out["value"] = value
	}
	return out
}

// status expects one of the statuses.
func (t *T) status(answer *Answer, want ...int) {
	if !slices.Contains(want, answer.Status) {
		var texts []string
		for _, status := range want {
			texts = append(texts, strconv.Itoa(status))
		}
		t.failf("expected status %s, got %d: %s", strings.Join(texts, " or "), answer.Status, clip(string(answer.Raw)))
	}
}

// refused expects a SCIM error with a status, and a scimType unless "".
func (t *T) refused(answer *Answer, status int, scimType string) {
	t.status(answer, status)
	t.isError(answer)
	if scimType != "" && answer.Text("scimType") != scimType {
		t.failf("expected scimType %q, got %q: %s", scimType, answer.Text("scimType"), clip(string(answer.Raw)))
	}
}

// isError expects a SCIM error body.
func (t *T) isError(answer *Answer) {
	t.schemas(answer, errorURN)
	if want := strconv.Itoa(answer.Status); answer.Text("status") != want {
		t.failf("the error's status should be the string %q, is %s", want, show(answer.Get("status")))
	}
}

// schemas expects a message to name its schema.
func (t *T) schemas(answer *Answer, urn string) {
	list, _ := answer.Get("schemas").([]any)
	if !slices.Contains(list, any(urn)) {
		t.failf("schemas should hold %q: %s", urn, clip(string(answer.Raw)))
	}
}

// equal expects values to be equal as JSON.
func (t *T) equal(what string, got, want any) {
	if !reflect.DeepEqual(plain(got), plain(want)) {
		t.failf("%s should be %s, is %s", what, show(want), show(got))
	}
}

// unassigned expects an attribute to have no value.
func (t *T) unassigned(what string, got any) {
	if array, ok := got.([]any); got != nil && (!ok || len(array) > 0) {
		t.failf("%s should be unassigned, is %s", what, show(got))
	}
}

// found expects a list of exactly these resources, in any order.
func (t *T) found(answer *Answer, want ...*Answer) {
	t.status(answer, http.StatusOK)
	var ids []string
	for _, w := range want {
		ids = append(ids, w.ID())
	}
	got := slices.Sorted(slices.Values(answer.IDs()))
	if slices.Sort(ids); !slices.Equal(got, ids) {
		t.failf("expected %d resources, got %d: %s", len(ids), len(got), clip(string(answer.Raw)))
	}
}

func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var out any
	_ = json.Unmarshal(text, &out) // it was just marshalled
	return out
}

func show(value any) string {
	if value == nil {
		return "absent"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return clip(string(text))
}

// clip keeps a text short enough for a report.
func clip(s string) string {
	const most = 400
	if s = strings.TrimSpace(s); len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// pause waits until the server's clock must have moved on since it wrote the
// resource: some servers keep times to the second.
func (t *T) pause(resource *Answer) {
	wait := 15 * time.Millisecond
	if !strings.Contains(resource.Text("meta.lastModified"), ".") {
		wait = 1100 * time.Millisecond
	}
	select {
	case <-t.ctx.Done():
	case <-time.After(wait):
	}
}

// modified expects meta.lastModified to have moved on.
func (t *T) modified(before, after *Answer) {
	if !t.moment(after, "meta.lastModified").After(t.moment(before, "meta.lastModified")) {
		t.failf("lastModified was %s and is %s", before.Text("meta.lastModified"), after.Text("meta.lastModified"))
	}
}

// moment reads a time.
func (t *T) moment(answer *Answer, path string) time.Time {
	moment, err := time.Parse(time.RFC3339Nano, answer.Text(path))
	if err != nil {
		t.failf("%s should be a time such as 2008-01-23T04:56:22Z, is %s", path, show(answer.Get(path)))
	}
	return moment
}
