package conformance_test

import (
	"bytes"
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
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
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		results := run(t, open)
		for _, r := range results {
			if r.Outcome == conformance.Fail {
				t.Errorf("%s (%s) %s\n%s", r.ID, r.Level, r.Sentence, r.Reason)
				for _, e := range r.Exchanges {
					t.Log(e)
				}
			}
		}
		compareMatrix(t, results)
	})
}

func run(t *testing.T, open testenv.Opener) []conformance.Result {
	t.Helper()
	noLimit := 0.0
	s, err := server.New(t.Context(), server.Options{Store: open(t), RateLimit: &noLimit})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	connection, token := connect(t, s)
	results, err := conformance.Suite{BaseURL: web.URL + "/scim/v2/" + connection, Token: token}.Run(t.Context())
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

// compareMatrix holds docs/conformance.md to the results.
func compareMatrix(t *testing.T, results []conformance.Result) {
	t.Helper()
	var got bytes.Buffer
	conformance.WriteMatrix(&got, results)
	if *update {
		if err := os.WriteFile(matrix, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(matrix)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("docs/conformance.md is not up to date; run go test ./test/conformance -update (-want +got):\n%s", diff)
	}
}

// TestRequirements holds the list to its own form.
func TestRequirements(t *testing.T) {
	t.Parallel()
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
		if !slices.Contains([]string{"7643", "7644", "9865"}, r.RFC()) {
			t.Errorf("%s: no such standard", r.ID)
		}
	}
}
