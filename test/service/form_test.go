package service

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wantSCIMError holds that an answer is a whole SCIM error.
func wantSCIMError(t *testing.T, what string, a answer, status int, scimType string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: %d, want %d: %.500s", what, a.status, status, a.body)
		return
	}
	if got := a.header.Get("Content-Type"); got != "application/scim+json;charset=utf-8" {
		t.Errorf("%s: Content-Type %q", what, got)
	}
	got := a.object()
	if text(got, "detail") == "" {
		t.Errorf("%s: no detail: %s", what, a.body)
	}
	delete(got, "detail")
	want := map[string]any{"schemas": []any{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": strconv.Itoa(status)}
	if scimType != "" {
		want["scimType"] = scimType
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wantProblem holds that an answer is a whole problem document.
func wantProblem(t *testing.T, what string, a answer, status int, reason string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: %d, want %d: %.500s", what, a.status, status, a.body)
		return
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: Content-Type %q", what, got)
	}
	got := a.object()
	if got["status"] != float64(status) || text(got, "title") == "" || text(got, "detail") == "" {
		t.Errorf("%s: not a whole problem: %s", what, a.body)
	}
	if text(got, "reason") != reason {
		t.Errorf("%s: reason %q, want %q", what, text(got, "reason"), reason)
	}
	if id := text(got, "request_id"); id == "" || id != a.header.Get("X-Request-Id") {
		t.Errorf("%s: request_id %q, X-Request-Id %q", what, id, a.header.Get("X-Request-Id"))
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !slices.Contains([]string{"title", "status", "detail", "reason", "errors", "request_id"}, name) {
			t.Errorf("%s: an unknown member %q", what, name)
		}
	}
}
