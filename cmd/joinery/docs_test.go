package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/server"
)

// documents reads all guides, by their paths.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"../../README.md", "../../docs/*.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[path] = string(text)
		}
	}
	return texts
}

var (
	shellPattern   = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$")
	inlinePattern  = regexp.MustCompile("`joinery ([a-z][^`]*)`")
	commandPattern = regexp.MustCompile(`(?m)^ *(?:\./)?joinery ([^\n]*)$`)
	endPattern     = regexp.MustCompile(`\s+(#|>|\|).*$`)
	wordPattern    = regexp.MustCompile(`"[^"]*"|\S+`)
)

// TestDocumentedCommands: the command understands what the guides tell people to
// type.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&cli{}, vars(), kong.ExplicitGroups(groups()), kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for path, text := range documents(t) {
		for _, block := range shellPattern.FindAllStringSubmatch(text, -1) {
			for _, line := range commandPattern.FindAllStringSubmatch(block[1], -1) {
				found++
				if _, err := parser.Parse(words(line[1])); err != nil {
					t.Errorf("%s: joinery %s: %v", path, line[1], err)
				}
			}
		}
		for _, mention := range inlinePattern.FindAllStringSubmatch(text, -1) {
			if _, err := parser.Parse(words(mention[1])); err != nil && !justNamed(mention[1], err) {
				t.Errorf("%s: joinery %s: %v", path, mention[1], err)
			}
		}
	}
	if found < 50 {
		t.Errorf("the guides have %d commands: the test does not find them", found)
	}
}

// justNamed reports whether a command stands in running text without what it is
// about, or with something in place of that.
func justNamed(command string, err error) bool {
	text := err.Error()
	return strings.Contains(command, "…") || strings.HasPrefix(text, "expected ") || strings.HasPrefix(text, "missing ") ||
		strings.HasSuffix(text, "must be a folder that exists, not \"DIR\"")
}

// words are those of a line as a shell takes it.
func words(line string) []string {
	words := wordPattern.FindAllString(endPattern.ReplaceAllString(line, ""), -1)
	for i, word := range words {
		words[i] = strings.Trim(word, `"`)
	}
	return words
}

var (
	mentionedCall = regexp.MustCompile("`(GET|POST|PATCH|PUT|DELETE) /api/v1(/[^`?]+)")
	curlCall      = regexp.MustCompile(`curl (?:-X (\w+) )?[^#]*?\$JOINERY_URL/api/v1(/[^"?]+)`)
	parameter     = regexp.MustCompile(`\{[^}]+\}|<[^>]+>`)
)

// TestDocumentedCalls: the admin API has the calls that the guides tell of.
func TestDocumentedCalls(t *testing.T) {
	t.Parallel()
	calls := adminCalls(t)
	found := 0
	for path, text := range documents(t) {
		for _, call := range append(mentionedCall.FindAllStringSubmatch(text, -1), curlCall.FindAllStringSubmatch(text, -1)...) {
			found++
			method := call[1]
			if method == "" {
				method = http.MethodGet
			}
			if !matchesAny(calls, method, parameter.ReplaceAllString(call[2], "x")) {
				t.Errorf("%s: there is no call %s /api/v1%s", path, method, call[2])
			}
		}
	}
	if found < 25 {
		t.Errorf("the guides have %d calls: the test does not find them", found)
	}
}

// adminCalls are the methods of each path of the admin API.
func adminCalls(t *testing.T) map[string]map[string]any {
	t.Helper()
	s, err := server.New(t.Context(), server.Options{Database: t.TempDir(), AdminToken: "an-admin-token-of-our-own"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(answer.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	return document.Paths
}

func matchesAny(calls map[string]map[string]any, method, path string) bool {
	for pattern, methods := range calls {
		path, pattern := strings.Split(path, "/"), strings.Split(strings.TrimPrefix(pattern, "/api/v1"), "/")
		same := len(path) == len(pattern) && methods[strings.ToLower(method)] != nil
		for i := 0; same && i < len(path); i++ {
			same = path[i] == pattern[i] || strings.HasPrefix(pattern[i], "{")
		}
		if same {
			return true
		}
	}
	return false
}

var goPattern = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// TestSignInGuide: the Go of docs/sign-in.md is that of examples/signin.
func TestSignInGuide(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile("../../examples/signin/main.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := goPattern.FindAllStringSubmatch(documents(t)["../../docs/sign-in.md"], -1)
	for _, block := range blocks {
		if !strings.Contains(string(program), block[1]) {
			t.Errorf("examples/signin/main.go has nothing like this:\n%s", block[1])
		}
	}
	if len(blocks) == 0 {
		t.Error("docs/sign-in.md shows no Go")
	}
}
