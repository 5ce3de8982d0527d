package adminapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/adminapi"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/storage/sqldb"
)

var update = flag.Bool("update", false, "write the answers into testdata")

const adminToken = "configured-admin-token"

// newServer serves the API on a database of its own. Ids count up, and the
// clock stands still.
func newServer(t *testing.T) (*httptest.Server, *joinery.Service) {
	t.Helper()
	store, err := sqldb.OpenSQLite(t.Context(), sqldb.SQLiteOptions{Path: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	registry, err := schema.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range idp.Profiles() {
		names = append(names, p.Name)
	}
	var ids atomic.Int64
	service := joinery.NewService(joinery.Options{
		Store: store, Registry: registry, IdPs: names,
		Now:   func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
		NewID: func() string { return fmt.Sprintf("id-%d", ids.Add(1)) },
	})
	server := httptest.NewServer(adminapi.New(adminapi.Options{
		Service: service, AdminToken: adminToken, Version: "test",
		BaseURL: func(*http.Request) string { return "https://scim.example.com" },
	}))
	t.Cleanup(server.Close)
	return server, service
}

// TestCalls runs each archive in testdata on a server of its own. Its files are
// pairs: NAME holds a request as on the wire, NAME.answer what is answered.
func TestCalls(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCalls(t, file)
		})
	}
}

func runCalls(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := newServer(t)
	out := &txtar.Archive{Comment: archive.Comment}
	for i, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".answer") {
			continue
		}
		got := answer(t, server.URL, string(f.Data))
		out.Files = append(out.Files, f, txtar.File{Name: f.Name + ".answer", Data: []byte(got)})
		if *update {
			continue
		}
		if i+1 >= len(archive.Files) || archive.Files[i+1].Name != f.Name+".answer" {
			t.Fatalf("%s has no answer; run with -update", f.Name)
		}
		if diff := cmp.Diff(string(archive.Files[i+1].Data), got); diff != "" {
			t.Errorf("%s:\n%s", f.Name, diff)
		}
	}
	if *update {
		if err := writeArchive(file, out); err != nil {
			t.Fatal(err)
		}
	}
}

// answer sends a request, METHOD PATH, headers, an empty line and a body, and
// returns status, the headers that matter, and body. Without an Authorization
// header it gets the configured token.
func answer(t *testing.T, base, text string) string {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSpace(head), "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	request, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+adminToken)
	request.Header.Set("X-Request-Id", "request-1")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		request.Header.Set(name, strings.TrimSpace(value))
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return render(t, response)
}

// secrets are random: the only part of an answer that differs from run to run.
var secrets = regexp.MustCompile(`jscim-[A-Za-z0-9-]{43}`)

func render(t *testing.T, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintln(&out, response.Status)
	for _, name := range []string{"Content-Type", "Location", "Allow", "WWW-Authenticate"} {
		if value := response.Header.Get(name); value != "" {
			fmt.Fprintf(&out, "%s: %s\n", name, value)
		}
	}
	if len(body) > 0 {
		var indented bytes.Buffer
		if err := json.Indent(&indented, body, "", "  "); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		fmt.Fprintf(&out, "\n%s\n", strings.TrimSpace(indented.String()))
	}
	return secrets.ReplaceAllString(out.String(), "SECRET")
}
