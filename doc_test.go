package joinery_test

import (
	"flag"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/cases.md and docs/events.md")

// holdDocument compares a document with what it should be, or writes it where
// the test is run with -update.
func holdDocument(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(written), text); diff != "" {
		t.Errorf("%s is stale: run go test . -run %s -update\n%s", path, t.Name(), diff)
	}
}

// part reads what of a document is written by hand.
func part(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	idPattern   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	codePattern = regexp.MustCompile(`C-[0-9A-HJKMNP-TV-Z]{5}`)
)

// anonymous puts the same in place of all that is another at each run.
func anonymous(text string) string {
	return codePattern.ReplaceAllString(idPattern.ReplaceAllString(text, "0199…"), "C-7F3K2")
}
