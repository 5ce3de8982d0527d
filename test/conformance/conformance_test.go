package conformance_test

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
	"github.com/joineryhq/joinery/test/conformance"
)

var update = flag.Bool("update", false, "write docs/conformance.md")

// matrix is the page of the documentation that shows the results.
var matrix = filepath.Join("..", "..", "docs", "conformance.md")

// TestConformance holds Joinery to the standards on both databases, over real
// HTTP, as `joinery probe` does.
func TestConformance(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, database string, open testenv.Opener) {
		results := run(t, open(t), nil)
		for _, r := range results {
			if r.Outcome == conformance.Fail {
				t.Errorf("%s (%s) %s\n%s", r.ID, r.Level, r.Sentence, r.Reason)
				for _, e := range r.Exchanges {
					t.Log(e)
				}
			}
		}
		if *update && database == "sqlite" {
			writeMatrix(t, results)
		} else {
			compareMatrix(t, results)
		}
	})
}

// run runs the suite over TLS against a server on a store; wrap, unless nil,
// stands between the two.
func run(t *testing.T, store joinery.Store, wrap func(http.Handler) http.Handler) []conformance.Result {
	t.Helper()
	noLimit := 0.0
	s, err := server.New(t.Context(), server.Options{
		Store: store, RateLimit: &noLimit, Schemas: os.DirFS(filepath.Join("testdata", "schemas")),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := s.Handler()
	if wrap != nil {
		handler = wrap(handler)
	}
	web := httptest.NewTLSServer(handler)
	t.Cleanup(web.Close)
	connection, token := connect(t, s)
	results, err := conformance.Suite{
		BaseURL: web.URL + "/scim/v2/" + connection, Token: token, HTTPClient: web.Client(),
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// connect makes a strict connection, which repairs nothing, and a token of it.
func connect(t *testing.T, s *server.Server) (id, token string) {
	t.Helper()
	ctx := context.Background()
	o, err := s.Service().CreateOrganization(ctx, "Conformance", "conformance")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Service().CreateConnection(ctx, o.ID, "Probe", "generic", nil)
	if err != nil {
		t.Fatal(err)
	}
	strict := true
	if _, err := s.Service().UpdateConnection(ctx, c.ID, joinery.ConnectionChange{Strict: &strict}); err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.Service().CreateToken(ctx, c.ID, "probe", "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID, secret
}

func writeMatrix(t *testing.T, results []conformance.Result) {
	t.Helper()
	var page bytes.Buffer
	conformance.WriteMatrix(&page, results)
	if err := os.WriteFile(matrix, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// compareMatrix holds docs/conformance.md to the results.
func compareMatrix(t *testing.T, results []conformance.Result) {
	t.Helper()
	var got bytes.Buffer
	conformance.WriteMatrix(&got, results)
	want, err := os.ReadFile(matrix)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" && !*update {
		t.Errorf("docs/conformance.md is not up to date; run go test ./test/conformance -update (-want +got):\n%s", diff)
	}
}

// TestRequirements holds the list to its own form.
func TestRequirements(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(7643|7644|9865)-\d+(\.\d+)*-\d+$`)
	seen := map[string]bool{}
	levels := []conformance.Level{conformance.Must, conformance.MustNot, conformance.Should, conformance.ShouldNot}
	for _, r := range conformance.Requirements() {
		if seen[r.ID] {
			t.Errorf("the id %s is there twice", r.ID)
		}
		seen[r.ID] = true
		if !slices.Contains(levels, r.Level) {
			t.Errorf("%s: no such level: %q", r.ID, r.Level)
		}
		if !form.MatchString(r.ID) {
			t.Errorf("%s is no id", r.ID)
		}
	}
}
