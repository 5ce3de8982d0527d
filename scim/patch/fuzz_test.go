package patch_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

const fuzzUser = `{
  "userName": "lea", "active": true, "title": "Pilot",
  "name": {"givenName": "Lea", "familyName": "Ruiz"},
  "emails": [
    {"type": "work", "value": "lea@work.example", "primary": true},
    {"type": "home", "value": "lea@home.example", "display": "Home"},
    {"value": "lea@other.example"}
  ],
  "addresses": [{"type": "work", "locality": "Bergen", "country": "NO"}, {"locality": "Oslo"}],
  "roles": [{"value": "r1"}, {"value": "r2", "type": "app"}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Ops", "manager": {"value": "m1", "$ref": "x"}}
}`

// FuzzApply holds that any request is refused by an *scim.Error with a status
// of the client's fault, or gives a document in canonical form that Validate
// can judge; that it changes nothing it was given; and that one operation with
// a path does no more when it is repeated.
func FuzzApply(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name == "patch.json" {
				f.Add(file.Data)
			}
		}
	}
	typ := newRegistry(f).Type("User")
	before := canonical(f, typ, fuzzUser)
	f.Fuzz(func(t *testing.T, body []byte) {
		ops, err := patch.ParseJSON(body)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		p, err := patch.Compile(typ, ops, "members")
		if err != nil {
			checkRefusal(t, err)
			return
		}
		kept := before.Clone()
		after, err := p.Apply(before)
		if !cmp.Equal(kept, before) {
			t.Fatalf("the argument changed:\n%s", cmp.Diff(kept, before))
		}
		if err != nil {
			checkRefusal(t, err)
			return
		}
		valid := checkResult(t, typ, after)
		if twin, err := p.Apply(before); err != nil || !cmp.Equal(after, twin) {
			t.Fatalf("the second time: %v\n%s", err, cmp.Diff(after, twin))
		}
		if !valid || len(ops) > 1 || !repeatable(ops[0]) {
			return
		}
		if again, err := p.Apply(after); err != nil || !cmp.Equal(after, again) {
			t.Fatalf("applied to its result: %v\n%s", err, cmp.Diff(after, again))
		}
	})
}

// repeatable reports whether an operation must do nothing the second time.
// Without a path it is several, of which one may undo what another one did. And
// to make primary what is not primary makes another element that is not.
func repeatable(op scim.PatchOperation) bool {
	_, selection, _ := strings.Cut(op.Path, "[")
	return op.Path != "" && !strings.Contains(strings.ToLower(selection), "primary")
}

func canonical(t testing.TB, typ *schema.Type, body string) scim.Document {
	t.Helper()
	raw, err := scim.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	doc, _, err := typ.Canonical(raw)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// failer is a *testing.T or a *rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func checkRefusal(t failer, err error) {
	t.Helper()
	var e *scim.Error
	if !errors.As(err, &e) || e.Status < 400 || e.Status > 499 || e.Detail == "" {
		t.Fatalf("refused by %#v", err)
	}
}

// checkResult checks a document that Apply made, and reports whether it is valid.
func checkResult(t failer, typ *schema.Type, after scim.Document) bool {
	t.Helper()
	again, unknown, err := typ.Canonical(after)
	if err != nil || len(unknown) > 0 || !cmp.Equal(after, again) {
		t.Fatalf("not canonical: %v %v\n%s", unknown, err, cmp.Diff(again, after))
	}
	if err = typ.Validate(after); err != nil {
		checkRefusal(t, err)
	}
	return err == nil
}
