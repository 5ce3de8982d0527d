package patch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

// A case is an archive of
//
//	type           the resource type, User where absent
//	document.json  the resource before; names in any case
//	patch.json     the body of the request
//	result.json    the resource after, or
//	error          the status, type and a part of the detail of the error
//	rows.json      the row changes on members, none where absent
//	ignored        what was passed over, one a line
//	invalid        the error of schema.Type.Validate on the result
type testCase struct {
	files map[string]string
	typ   *schema.Type
}

func TestPatch(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d cases, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c := readCase(t, registry, path)
			c.run(t)
		})
	}
}

func newRegistry(t testing.TB) *schema.Registry {
	t.Helper()
	registry, err := schema.NewRegistry(os.DirFS("testdata/schemas"))
	if err != nil {
		t.Fatal(err)
	}
	return registry
}

func readCase(t *testing.T, registry *schema.Registry, path string) testCase {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := testCase{files: map[string]string{"type": "User"}}
	for _, file := range archive.Files {
		switch file.Name {
		case "type", "document.json", "patch.json", "result.json", "error", "rows.json", "ignored", "invalid":
			c.files[file.Name] = strings.TrimSpace(string(file.Data))
		default:
			t.Fatalf("unknown file %s", file.Name)
		}
	}
	if c.typ = registry.Type(c.files["type"]); c.typ == nil {
		t.Fatalf("unknown type %s", c.files["type"])
	}
	return c
}

func (c testCase) run(t *testing.T) {
	before := c.document(t, "document.json")
	kept := before.Clone()
	p, after, err := c.apply(before)
	if diff := cmp.Diff(kept, before); diff != "" {
		t.Errorf("Apply changed its argument (-before +after):\n%s", diff)
	}
	if want, ok := c.files["error"]; ok || err != nil {
		checkError(t, err, want)
		return
	}
	if diff := cmp.Diff(c.files["ignored"], strings.Join(p.Ignored(), "\n")); diff != "" {
		t.Errorf("ignored (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(c.rows(t), describeRows(p.Rows())); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(c.document(t, "result.json"), after); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	c.checkAgain(t, p, before, after)
	c.checkValid(t, after)
}

func (c testCase) apply(doc scim.Document) (*patch.Patch, scim.Document, error) {
	ops, err := patch.ParseJSON([]byte(c.files["patch.json"]))
	if err != nil {
		return nil, nil, err
	}
	p, err := patch.Compile(c.typ, ops, "members")
	if err != nil {
		return nil, nil, err
	}
	after, err := p.Apply(doc)
	return p, after, err
}

// document reads a resource in canonical form, but with what the service adds.
func (c testCase) document(t *testing.T, name string) scim.Document {
	t.Helper()
	raw, err := scim.Parse([]byte(c.files[name]))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	doc, unknown, err := c.typ.Canonical(raw)
	if err != nil || len(unknown) > 0 {
		t.Fatalf("%s: unknown %v, %v", name, unknown, err)
	}
	for _, name := range []string{"id", "meta", "groups"} {
		if value, ok := raw[name]; ok {
			doc[name] = value
		}
	}
	return doc
}

// checkAgain applies the request once more: to the document, which must give
// the same, and to the result, which must not change it further.
func (c testCase) checkAgain(t *testing.T, p *patch.Patch, before, after scim.Document) {
	t.Helper()
	if twin, err := p.Apply(before); err != nil || !cmp.Equal(after, twin) {
		t.Errorf("the second time: %v\n%s", err, cmp.Diff(after, twin))
	}
	if again, err := p.Apply(after); err != nil || !cmp.Equal(after, again) {
		t.Errorf("applied to its result: %v\n%s", err, cmp.Diff(after, again))
	}
}

func (c testCase) checkValid(t *testing.T, after scim.Document) {
	t.Helper()
	err := c.typ.Validate(after)
	if want, ok := c.files["invalid"]; ok || err != nil {
		checkError(t, err, want)
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	var e *scim.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *scim.Error", err)
	}
	head, detail, _ := strings.Cut(want, "\n")
	if got := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Type)); got != head || !strings.Contains(e.Detail, detail) {
		t.Errorf("error %v, want %s", err, want)
	}
}

type row struct {
	Op     string   `json:"op"`
	Values []string `json:"values,omitempty"`
	Filter string   `json:"filter,omitempty"`
	All    bool     `json:"all,omitempty"`
}

func (c testCase) rows(t *testing.T) []row {
	t.Helper()
	text, ok := c.files["rows.json"]
	if !ok {
		return nil
	}
	var rows []row
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func describeRows(changes []patch.RowChange) []row {
	var rows []row
	for _, change := range changes {
		r := row{Op: change.Op, Values: change.Values, All: change.Values == nil && change.Filter == nil}
		if len(r.Values) == 0 {
			r.Values = nil
		}
		if change.Filter != nil {
			r.Filter = change.Filter.Ref.String() + ": " + describe(change.Filter.Filter)
		}
		rows = append(rows, r)
	}
	return rows
}

func describe(e filter.Expr) string {
	switch e := e.(type) {
	case filter.And:
		return "and" + describeAll(e)
	case filter.Or:
		return "or" + describeAll(e)
	case filter.Not:
		return "not(" + describe(e.X) + ")"
	case filter.Test:
		return fmt.Sprintf("%s %s %v", e.Ref.Sub.Name, e.Op, e.Value)
	}
	return fmt.Sprintf("%#v", e)
}

func describeAll(list []filter.Expr) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = describe(e)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
