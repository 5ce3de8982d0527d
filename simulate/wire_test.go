package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/simulate"
)

var update = flag.Bool("update", false, "write the files in testdata")

// recorder keeps the first request of each kind.
type recorder struct {
	mu    sync.Mutex
	text  bytes.Buffer
	seen  map[string]bool
	ids   map[string]string
	heads bool
}

var (
	uuidPattern  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	momentary    = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z|127\.0\.0\.1:\d+`)
	quotedFilter = regexp.MustCompile(`%22[^&]*?%22`)
)

func (rec *recorder) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec.record(r, body)
		h.ServeHTTP(w, r)
	})
}

func (rec *recorder) record(r *http.Request, body []byte) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if strings.Contains(r.UserAgent(), "read-back") {
		return
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(r.URL.RequestURI(), "/scim/v2/"), "/")
	kind := r.Method + quotedFilter.ReplaceAllString(uuidPattern.ReplaceAllString(path, ""), "") + shapeOf(body)
	if rec.seen[kind] {
		return
	}
	rec.seen[kind] = true
	if !rec.heads {
		rec.heads = true
		for _, name := range []string{"User-Agent", "Accept", "Accept-Charset"} {
			fmt.Fprintf(&rec.text, "%s: %s\n", name, r.Header.Get(name))
		}
		fmt.Fprintf(&rec.text, "Authorization: %s …\n", strings.Fields(r.Header.Get("Authorization"))[0])
	}
	fmt.Fprintf(&rec.text, "\n%s /%s\n", r.Method, rec.named(path))
	if len(body) > 0 {
		var indented bytes.Buffer
		_ = json.Indent(&indented, body, "", "  ") // what is no JSON stays out, and the comparison shows it
		fmt.Fprintf(&rec.text, "Content-Type: %s\n%s\n", r.Header.Get("Content-Type"), rec.named(indented.String()))
	}
}

// named gives each id a short name that does not change from run to run, and
// leaves out times and ports.
func (rec *recorder) named(text string) string {
	text = momentary.ReplaceAllString(text, "…")
	return uuidPattern.ReplaceAllStringFunc(text, func(id string) string {
		if rec.ids[id] == "" {
			rec.ids[id] = fmt.Sprintf("id-%d", len(rec.ids)+1)
		}
		return rec.ids[id]
	})
}

// shapeOf is what a body has in common with others of its kind: the names in it.
func shapeOf(body []byte) string {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return ""
	}
	var names []string
	collect(value, &names)
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

func collect(value any, names *[]string) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if text, ok := inner.(string); ok && (name == "path" || name == "op") {
				name += "=" + uuidPattern.ReplaceAllString(text, "")
			}
			*names = append(*names, name)
			collect(inner, names)
		}
	case []any:
		for _, inner := range value {
			collect(inner, names)
		}
	}
}

// TestWire holds what the clients send to the recordings in testdata: one
// request of each kind.
func TestWire(t *testing.T) {
	t.Parallel()
	for _, c := range clients() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rec := &recorder{seen: map[string]bool{}, ids: map[string]string{}}
			url, token := serve(t, testenv.SQLite(t), c.idp, rec.wrap)
			c.run(t, url, token, simulate.NewDirectory("wire.example", 8, 2), nil)
			file := filepath.Join("testdata", c.name+".http")
			if *update {
				if err := os.WriteFile(file, rec.text.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), rec.text.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestSlowDown has a server refuse every other request with 429: the client
// waits and asks again.
func TestSlowDown(t *testing.T) {
	t.Parallel()
	refused := 0
	url, token := serve(t, testenv.SQLite(t), "okta-oin", func(h http.Handler) http.Handler {
		odd := false
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if odd = !odd; odd {
				refused++
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	d := simulate.NewDirectory("slow.example", 2, 1)
	report, err := simulate.Okta{BaseURL: url, Token: token, People: d.People, Groups: d.Groups}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, failure := range report.Failures {
		t.Error(failure)
	}
	if report.Created != 2 || report.Requests != 2*refused {
		t.Errorf("%d people created by %d requests, of which %d were refused", report.Created, report.Requests, refused)
	}
}

// TestStop has a run end with its context.
func TestStop(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url, token := serve(t, testenv.SQLite(t), "entra", unchanged)
	d := simulate.NewDirectory("stop.example", 8, 2)
	report, err := simulate.Entra{
		BaseURL: url, Token: token, People: d.People, Groups: d.Groups,
		Observer: func(s simulate.Step) {
			if s.Action == simulate.CreateUser {
				cancel()
			}
		},
	}.Run(ctx)
	if err == nil || report.Created != 1 || len(report.Failures) > 0 {
		t.Errorf("created %d, failures %v, error %v", report.Created, report.Failures, err)
	}
}

// TestNobodyThere has a run without a server: it ends at the connection test.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.NotFoundHandler())
	web.Close()
	if _, err := (simulate.Okta{BaseURL: web.URL, Token: "x"}).Run(t.Context()); err == nil {
		t.Error("a run without a server succeeded")
	}
	if _, err := (simulate.Entra{BaseURL: "not a URL", Token: "x"}).Run(t.Context()); err == nil {
		t.Error("a base URL that is none was accepted")
	}
}
