package schema_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// FuzzDocument: whatever a client sends, what is accepted is stable, and its
// searchable form survives a database.
func FuzzDocument(f *testing.F) {
	names, err := filepath.Glob("testdata/documents/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name == "input" {
				f.Add(file.Data)
			}
		}
	}
	types := deployment(f).Types()
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := scim.Parse(data)
		if err != nil {
			return
		}
		for _, typ := range types {
			checkAccepted(t, typ, doc)
		}
	})
}

func checkAccepted(t *testing.T, typ *schema.Type, doc scim.Document) {
	t.Helper()
	canonical, _, err := typ.Canonical(doc)
	if err != nil || typ.Validate(canonical) != nil {
		return
	}
	again, unknown, err := typ.Canonical(canonical)
	if err != nil || len(unknown) > 0 || len(schema.Changed(canonical, again)) > 0 {
		t.Fatalf("not stable: %v, %v, %s", err, unknown, cmp.Diff(canonical, again))
	}
	data, err := json.Marshal(typ.Search(canonical))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scim.Parse(data); err != nil {
		t.Fatalf("the searchable form %s cannot be read: %v", data, err)
	}
}
