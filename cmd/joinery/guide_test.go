package main

import (
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestSchemasGuide: what docs/schemas.md shows is what testdata/schemas.txtar runs.
func TestSchemasGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/schemas.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := txtar.ParseFile("testdata/schemas.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, file := range script.Files {
		if strings.HasPrefix(file.Name, "broken/") {
			continue
		}
		shown++
		if !strings.Contains(string(guide), "\n```json\n"+strings.TrimSpace(string(file.Data))+"\n```\n") {
			t.Errorf("docs/schemas.md does not show %s as it is:\n%s", file.Name, file.Data)
		}
	}
	if shown != 4 {
		t.Errorf("%d files of the script are shown, want 4", shown)
	}
}

// TestGuidesNameEachProfile: an admin finds the profile for each identity provider.
func TestGuidesNameEachProfile(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/idp-guides.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(idpNames(), ", ") {
		if !strings.Contains(string(guide), "| `"+name+"` |\n") {
			t.Errorf("docs/idp-guides.md does not list the profile %s", name)
		}
	}
}
