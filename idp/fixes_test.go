package idp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

var update = flag.Bool("update", false, "rewrite the golden parts of testdata and docs/idp-quirks.md")

// TestFixes plays each file of testdata/fixes: a request, what it becomes, the
// repairs made, and the answer of strict mode. Its first line says which
// profile, method and type.
func TestFixes(t *testing.T) {
	t.Parallel()
	registry, err := schema.NewRegistry(os.DirFS("testdata/schemas"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/fixes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := fixCase(t, registry, archive)
			if *update {
				if err := os.WriteFile(file, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(got))); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
		})
	}
}

// fixCase returns the archive as it is to be.
func fixCase(t *testing.T, registry *schema.Registry, archive *txtar.Archive) *txtar.Archive {
	t.Helper()
	words := strings.Fields(string(archive.Comment))
	if len(words) < 3 || len(archive.Files) == 0 || archive.Files[0].Name != "request" {
		t.Fatal(`want "profile METHOD Type" and a file "request"`)
	}
	profile, body := idp.Find(words[0]), archive.Files[0].Data
	request := decode(t, registry, words[1], words[2], body)
	repairs, err := profile.Repair(request, false)
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for _, repair := range repairs {
		fmt.Fprintf(&list, "%s: %s\n", repair.Fix, repair.Detail)
	}
	_, err = profile.Repair(decode(t, registry, words[1], words[2], body), true)
	return &txtar.Archive{Comment: archive.Comment, Files: []txtar.File{
		archive.Files[0],
		{Name: "repaired", Data: encode(t, request)},
		{Name: "repairs", Data: []byte(list.String())},
		{Name: "strict", Data: refusal(t, err)},
	}}
}

func refusal(t *testing.T, err error) []byte {
	t.Helper()
	if err == nil {
		return []byte("passes\n")
	}
	var refused *scim.Error
	if !errors.As(err, &refused) || refused.Status != 400 {
		t.Fatalf("strict mode gave %v, not a SCIM error with status 400", err)
	}
	return fmt.Appendf(nil, "%s\n%s\n", refused.Type, refused.Detail)
}

func decode(t *testing.T, registry *schema.Registry, method, typeName string, body []byte) *idp.Request {
	t.Helper()
	doc, err := scim.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	request := &idp.Request{Method: method, Type: registry.Type(typeName)}
	if method != "PATCH" {
		request.Document = doc
		return request
	}
	for _, element := range doc["Operations"].([]any) {
		op := scim.Document(element.(map[string]any))
		request.Operations = append(request.Operations, scim.PatchOperation{Op: op.String("op"), Path: op.String("path"), Value: op.Get("value")})
	}
	return request
}

func encode(t *testing.T, request *idp.Request) []byte {
	t.Helper()
	value := any(request.Document)
	if request.Document == nil {
		operations := []any{}
		for _, op := range request.Operations {
			entry := scim.Document{"op": op.Op}
			if op.Path != "" {
				entry["path"] = op.Path
			}
			entry.Set("value", op.Value)
			operations = append(operations, entry)
		}
		value = scim.Document{"Operations": operations}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestProfiles checks the lists that others read.
func TestProfiles(t *testing.T) {
	t.Parallel()
	want := []string{"authentik", "cyberark", "entra", "entra-legacy", "generic", "google", "jumpcloud", "keycloak", "okta", "okta-oin", "onelogin", "ping", "sailpoint"}
	var got []string
	for _, p := range idp.Profiles() {
		got = append(got, p.Name)
		if idp.Find(p.Name) != p {
			t.Errorf("Find(%q) finds another profile", p.Name)
		}
		if p.Title == "" {
			t.Errorf("%s has no title", p.Name)
		}
		checkFixes(t, p)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("profiles (-want +got):\n%s", diff)
	}
	if idp.Find("no-such") != nil {
		t.Error("Find finds what is not there")
	}
}

func checkFixes(t *testing.T, p *idp.Profile) {
	t.Helper()
	seen := map[string]bool{}
	for _, fix := range p.Fixes() {
		if seen[fix.Name] {
			t.Errorf("%s has the fix %q twice", p.Name, fix.Name)
		}
		seen[fix.Name] = true
		for name, sentence := range map[string]string{"summary": fix.Summary, "wish of the standard": fix.Wants} {
			if !strings.HasSuffix(sentence, ".") && !strings.HasSuffix(sentence, "}.") {
				t.Errorf("the fix %q has no sentence as its %s: %q", fix.Name, name, sentence)
			}
		}
		if fix.Source == "" {
			t.Errorf("the fix %q has no source", fix.Name)
		}
	}
}

// TestEveryFixIsShown wants a case in testdata/fixes for each fix that acts on a body.
func TestEveryFixIsShown(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{idp.UnquotedString: true, idp.BareToken: true, idp.PlainJSON: true}
	files, _ := filepath.Glob("testdata/fixes/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range archive.Files {
			if part.Name == "repairs" {
				for line := range strings.Lines(string(part.Data)) {
					name, _, _ := strings.Cut(line, ":")
					shown[name] = true
				}
			}
		}
	}
	for _, p := range idp.Profiles() {
		for _, fix := range p.Fixes() {
			if !shown[fix.Name] {
				t.Errorf("no file in testdata/fixes shows the fix %q", fix.Name)
			}
		}
	}
}
