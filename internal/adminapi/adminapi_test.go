package adminapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/adminapi"
	"github.com/joineryhq/joinery/internal/scimapi"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim/schema"
	"github.com/joineryhq/joinery/storage/sqldb"
)

var update = flag.Bool("update", false, "write the answers into testdata")

const adminToken = "configured-admin-token"

// newServer serves the API, and SCIM beside it, on a database of its own.
func newServer(t *testing.T) (*httptest.Server, *fixture) {
	t.Helper()
	f := newFixture()
	server := httptest.NewServer(newHandler(t, f, newStore(t)))
	t.Cleanup(server.Close)
	return server, f
}

func newStore(t *testing.T) joinery.Store {
	t.Helper()
	store, err := sqldb.OpenSQLite(t.Context(), sqldb.SQLiteOptions{Path: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func newHandler(t *testing.T, f *fixture, store joinery.Store) http.Handler {
	t.Helper()
	registry, err := schema.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	var profiles []string
	for _, p := range idp.Profiles() {
		profiles = append(profiles, p.Name)
	}
	service := joinery.NewService(joinery.Options{
		Store: store, Registry: registry, IdPs: profiles, Now: f.now, NewID: f.newID, Resolver: f,
	})
	t.Cleanup(func() { _ = service.FlushRequests(context.Background()) })
	return web.Mounts(http.NotFoundHandler(),
		web.Mount{Prefix: adminapi.Prefix, Handler: adminapi.New(adminapi.Options{
			Service: service, AdminToken: adminToken, Version: "test",
			BaseURL: func(*http.Request) string { return "https://scim.example.com" },
		})},
		web.Mount{Prefix: scimapi.Prefix, Handler: scimapi.New(scimapi.Options{Service: service, PublicURL: "https://scim.example.com"})},
	)
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
	server, fixture := newServer(t)
	out := &txtar.Archive{Comment: archive.Comment}
	for i, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".answer") {
			continue
		}
		got := fixture.show(answer(t, server.URL, fixture.send(string(f.Data))))
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
	switch {
	case strings.HasSuffix(response.Header.Get("Content-Type"), "ndjson"):
		fmt.Fprintf(&out, "\n%s", body)
	case len(body) > 0:
		var indented bytes.Buffer
		if err := json.Indent(&indented, body, "", "  "); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		fmt.Fprintf(&out, "\n%s\n", strings.TrimSpace(indented.String()))
	}
	return out.String()
}
