package conformance_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/test/conformance"
)

// answering makes a server that answers everything with one status and body,
// but for the paths given. It lets the suite begin.
func answering(status int, body string, but ...string) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, path, _ := strings.Cut(strings.TrimPrefix(r.RequestURI, "/scim/v2/"), "/")
			if r.Method == http.MethodGet && (path == "Users?startIndex=1&count=1" || slices.Contains(but, path)) {
				h.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/scim+json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
}

// TestNoCheckPassesAnything holds the checks to their purpose: none passes with
// a server that agrees to all, and with one that refuses all, and with one that
// does not even describe itself.
func TestNoCheckPassesAnything(t *testing.T) {
	t.Parallel()
	const refusal = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"no"}`
	discovery := []string{"ServiceProviderConfig", "Schemas", "ResourceTypes"}
	passes := map[string]int{}
	for _, wrap := range []func(http.Handler) http.Handler{
		answering(http.StatusOK, `{}`, discovery...), answering(http.StatusNotFound, refusal, discovery...), answering(http.StatusOK, `{}`),
	} {
		for _, r := range run(t, testenv.SQLite(t), wrap) {
			if r.Outcome == conformance.Pass {
				passes[r.ID]++
			}
		}
	}
	for _, r := range conformance.Requirements() {
		// These two are about the base URL, not about answers.
		if passes[r.ID] == 3 && r.ID != "7644-1.3-1" && r.ID != "7644-7.2-1" {
			t.Errorf("%s passes with whatever is answered: %s", r.ID, r.Sentence)
		}
	}
}
