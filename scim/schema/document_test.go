package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// decode reads JSON as it is, nulls and empty arrays included.
func decode(t testing.TB, text string) scim.Document {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var doc scim.Document
	if err := decoder.Decode(&doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for name, sections := range archives(t, "testdata/documents/*.txtar") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			typ := typeOf(t, strings.TrimSpace(sections["type"]))
			input := decode(t, sections["input"])
			got, unknown, err := typ.Canonical(input)
			if diff := cmp.Diff(strings.TrimSpace(sections["error"]), message(err)); diff != "" {
				t.Fatal(diff)
			}
			if diff := cmp.Diff(decode(t, sections["input"]), input); diff != "" {
				t.Error("Canonical changed its input", diff)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(decode(t, sections["canonical"]), got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(strings.Fields(sections["unknown"]), append([]string{}, unknown...)); diff != "" {
				t.Error(diff)
			}
			checkSearch(t, typ, got, sections["search"])
			checkStable(t, typ, got)
		})
	}
}

// checkSearch compares with what a database gives back.
func checkSearch(t *testing.T, typ *schema.Type, doc scim.Document, want string) {
	t.Helper()
	if err := typ.Validate(doc); err != nil {
		t.Error(err)
	}
	if want == "" {
		return
	}
	data, err := json.Marshal(typ.Search(doc))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, want), decode(t, string(data))); diff != "" {
		t.Error(diff)
	}
}

// checkStable: what is canonical stays as it is.
func checkStable(t *testing.T, typ *schema.Type, doc scim.Document) {
	t.Helper()
	again, unknown, err := typ.Canonical(doc)
	if err != nil || len(unknown) > 0 {
		t.Fatal(err, unknown)
	}
	if diff := cmp.Diff(doc, again); diff != "" {
		t.Error("canonical twice differs", diff)
	}
}

// TestCanonicalSharesNothing: a patch of the result must not reach the input.
func TestCanonicalSharesNothing(t *testing.T) {
	t.Parallel()
	text := `{"userName": "a", "name": {"givenName": "A"}, "emails": [{"value": "a"}],
		"urn:example:scim:schemas:extension:1.0:Badge": {"doors": ["North"]}}`
	input := decode(t, text)
	out, _, err := typeOf(t, "User").Canonical(input)
	if err != nil {
		t.Fatal(err)
	}
	out["name"].(map[string]any)["givenName"] = "changed"
	out["emails"].([]any)[0].(map[string]any)["value"] = "changed"
	out["urn:example:scim:schemas:extension:1.0:Badge"].(map[string]any)["doors"].([]any)[0] = "changed"
	if diff := cmp.Diff(decode(t, text), input); diff != "" {
		t.Error(diff)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	type row struct {
		Type     string
		Document scim.Document
		Error    string
	}
	types := deployment(t)
	for _, c := range table[row](t, "testdata/validate.json") {
		err := types.Type(c.Type).Validate(c.Document)
		if diff := cmp.Diff(c.Error, message(err)); diff != "" {
			t.Errorf("%s %v: %s", c.Type, c.Document, diff)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	types := deployment(t)
	elements := func(n int) []any {
		list := make([]any, n)
		for i := range list {
			list[i] = map[string]any{"value": "x"}
		}
		return list
	}
	user := func(name string, value any) error {
		return types.Type("User").Validate(scim.Document{"userName": "a", name: value})
	}
	group := func(n int) error {
		return types.Type("Group").Validate(scim.Document{"displayName": "a", "members": elements(n)})
	}
	for want, err := range map[string]error{
		"400 invalidValue: title is 65537 bytes long; at most 65536 can be kept.":  user("title", strings.Repeat("x", 64<<10+1)),
		"400 invalidValue: emails has 1001 values; at most 1000 can be kept.":      user("emails", elements(1001)),
		"400 invalidValue: members has 100001 values; at most 100000 can be kept.": group(100_001),
		"400 invalidValue: active must be true or false, not a long string.":       user("active", strings.Repeat("x", 64<<10+1)),
		"400 invalidValue: active must be true or false, not a long number.":       user("active", json.Number(strings.Repeat("1", 50))),
	} {
		if got := message(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, err := range []error{user("title", strings.Repeat("x", 64<<10)), user("emails", elements(1000)), group(100_000)} {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	type row struct{ Type, Path, Is, Error string }
	types := deployment(t)
	for _, c := range table[row](t, "testdata/resolve.json") {
		ref, err := types.Type(c.Type).Resolve(c.Path)
		if diff := cmp.Diff(c.Error, message(err)); diff != "" {
			t.Errorf("%s: %s", c.Path, diff)
		}
		if err == nil && ref.String() != c.Is {
			t.Errorf("%s is %s, want %s", c.Path, ref, c.Is)
		}
		if err == nil {
			if again, err := types.Type(c.Type).Resolve(ref.String()); err != nil || again != ref {
				t.Errorf("%s does not resolve to itself: %v, %v", ref, again, err)
			}
		}
	}
}

func TestResolveExtension(t *testing.T) {
	t.Parallel()
	typ := typeOf(t, "User")
	whole, err := typ.Resolve(strings.ToLower(scim.EnterpriseUserURN))
	if err != nil {
		t.Fatal(err)
	}
	if !whole.IsExtension() || whole.Schema != "" || whole.Attr.Type != schema.Complex || whole.Attr.Sub("DEPARTMENT") == nil {
		t.Errorf("%+v does not describe the extension", whole)
	}
	if ref, err := typ.Resolve("department"); err != nil || ref.IsExtension() || ref.Leaf().Name != "department" {
		t.Error(ref, err)
	}
}

func TestNormal(t *testing.T) {
	t.Parallel()
	type row struct {
		Path   string
		Value  any
		Normal any
		Error  string
	}
	typ := typeOf(t, "User")
	for _, c := range table[row](t, "testdata/normal.json") {
		ref, err := typ.Resolve(c.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := schema.Normal(ref.Leaf(), c.Value)
		if diff := cmp.Diff(c.Error, message(err)); diff != "" {
			t.Errorf("%s %v: %s", c.Path, c.Value, diff)
		}
		if diff := cmp.Diff(goValue(t, ref.Leaf(), c.Normal), got); diff != "" {
			t.Errorf("%s %v: %s", c.Path, c.Value, diff)
		}
	}
}

// goValue makes an int64 or float64 of a number, by the type of the attribute.
func goValue(t *testing.T, a *schema.Attribute, value any) any {
	t.Helper()
	number, ok := value.(json.Number)
	if !ok {
		return value
	}
	if a.Type == schema.Integer {
		n, err := number.Int64()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	f, err := number.Float64()
	if err != nil {
		t.Fatal(err)
	}
	return f
}
