package scimapi

import (
	"encoding/json"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decode reads the JSON object of an answer.
func decode(t testing.TB, what string, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &object); err != nil {
		t.Fatalf("%s: %d with a body that is no JSON object: %q", what, w.Code, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/scim+json;charset=utf-8" {
		t.Errorf("%s: Content-Type %q", what, got)
	}
	if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%s: Content-Length %q of %d bytes", what, got, w.Body.Len())
	}
	return object
}

// wantError checks that an answer is a whole SCIM error, and returns its detail.
func wantError(t testing.TB, what string, w *httptest.ResponseRecorder, status int, scimType string) string {
	t.Helper()
	if w.Code != status {
		t.Errorf("%s: status %d, want %d: %s", what, w.Code, status, w.Body)
	}
	got := decode(t, what, w)
	detail, _ := got["detail"].(string)
	if detail == "" {
		t.Errorf("%s: no detail", what)
	}
	delete(got, "detail")
	want := map[string]any{"schemas": []any{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": strconv.Itoa(w.Code)}
	if scimType != "" {
		want["scimType"] = scimType
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
	return detail
}
