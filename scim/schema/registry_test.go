package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// deployment is a registry with the files under testdata/deployment.
func deployment(t testing.TB) *schema.Registry {
	t.Helper()
	r, err := schema.NewRegistry(os.DirFS("testdata/deployment"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func typeOf(t testing.TB, name string) *schema.Type {
	t.Helper()
	typ := deployment(t).Type(name)
	if typ == nil {
		t.Fatalf("no resource type %q", name)
	}
	return typ
}

// archives reads the text archives that match a pattern.
func archives(t *testing.T, pattern string) map[string]map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no test data at %s: %v", pattern, err)
	}
	all := map[string]map[string]string{}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sections := map[string]string{}
		for _, file := range archive.Files {
			sections[file.Name] = string(file.Data)
		}
		all[strings.TrimSuffix(filepath.Base(name), ".txtar")] = sections
	}
	return all
}

// table reads a JSON file of cases.
func table[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var cases []T
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&cases); err != nil || len(cases) == 0 {
		t.Fatalf("%s: %d cases, %v", name, len(cases), err)
	}
	return cases
}

func TestRegistryOrder(t *testing.T) {
	t.Parallel()
	r := deployment(t)
	var types, urns []string
	for _, typ := range r.Types() {
		types = append(types, typ.Name+" "+typ.Endpoint)
		if r.TypeByEndpoint(typ.Endpoint) != typ || r.TypeByEndpoint(typ.Endpoint[1:]) != typ {
			t.Errorf("TypeByEndpoint(%q) finds another type", typ.Endpoint)
		}
	}
	for _, s := range r.Schemas() {
		urns = append(urns, s.ID)
		if r.Schema(strings.ToUpper(s.ID)) != s {
			t.Errorf("Schema does not find %s without case", s.ID)
		}
	}
	if diff := cmp.Diff([]string{"User /Users", "Group /Groups", "Device /Devices"}, types); diff != "" {
		t.Error(diff)
	}
	want := []string{
		scim.UserURN, scim.GroupURN, scim.EnterpriseUserURN,
		"urn:example:scim:schemas:1.0:Device",
		"urn:example:scim:schemas:extension:1.0:Badge",
		"urn:example:scim:schemas:extension:1.0:Lease",
		schema.ServiceProviderConfigURN, schema.ResourceTypeURN, schema.SchemaURN,
	}
	if diff := cmp.Diff(want, urns); diff != "" {
		t.Error(diff)
	}
	if r.Type("user") != nil || r.TypeByEndpoint("/users") != nil || r.Schema("urn:nothing") != nil {
		t.Error("found what is not there")
	}
}

func TestUnique(t *testing.T) {
	t.Parallel()
	r := deployment(t)
	for name, want := range map[string]string{"User": "userName", "Group": "displayName", "Device": "serialNumber"} {
		if got := r.Type(name).Unique; got == nil || got.Name != want {
			t.Errorf("%s: Unique is %v, want %s", name, got, want)
		}
	}
}

// TestExtensionsMerge: what a deployment adds to User leaves the extension that
// is there.
func TestExtensionsMerge(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"required.json": {Data: []byte(`{"name": "User", "schemaExtensions": [
		{"schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user", "required": true}]}`)}}
	r, err := schema.NewRegistry(os.DirFS("testdata/deployment"), files)
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.Extension{
		{Schema: scim.EnterpriseUserURN, Required: true},
		{Schema: "urn:example:scim:schemas:extension:1.0:Badge"},
	}
	if diff := cmp.Diff(want, r.Type("User").Extensions); diff != "" {
		t.Error(diff)
	}
	if got := deployment(t).Type("User").Extensions[0].Required; got {
		t.Error("one registry changed another")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, sections := range archives(t, "testdata/refused/*.txtar") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			for file, data := range sections {
				if file != "error" {
					files[file] = &fstest.MapFile{Data: []byte(data)}
				}
			}
			_, err := schema.NewRegistry(files)
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(strings.TrimSpace(sections["error"]), err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlyJSONFilesAtTheRoot(t *testing.T) {
	t.Parallel()
	broken := &fstest.MapFile{Data: []byte("{")}
	files := fstest.MapFS{"README.md": broken, "old/device.json": broken, "folder.json/x": broken}
	if _, err := schema.NewRegistry(files); err != nil {
		t.Error(err)
	}
	if _, err := schema.NewRegistry(os.DirFS("testdata/nowhere")); err == nil {
		t.Error("a folder that is not there must be an error")
	}
}

// TestAttributeJSON holds the JSON of discovery to RFC 7643 7: every
// characteristic present, none null, subAttributes on complex attributes only.
func TestAttributeJSON(t *testing.T) {
	t.Parallel()
	for _, s := range deployment(t).Schemas() {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"id", "name", "description", "attributes"} {
			if doc[name] == nil {
				t.Errorf("%s has no %s", s.ID, name)
			}
		}
		list, _ := doc["attributes"].([]any)
		checkAttributeJSON(t, s.ID, list)
	}
}

func checkAttributeJSON(t *testing.T, parent string, list []any) {
	t.Helper()
	for _, item := range list {
		a, _ := item.(map[string]any)
		path := parent + " " + a["name"].(string)
		for _, name := range []string{"type", "multiValued", "description", "required", "caseExact", "mutability", "returned", "uniqueness"} {
			if a[name] == nil {
				t.Errorf("%s has no %s", path, name)
			}
		}
		for name, value := range a {
			if value == nil {
				t.Errorf("%s: %s is null", path, name)
			}
		}
		subs, _ := a["subAttributes"].([]any)
		if (a["type"] == "complex") != (len(subs) > 0) {
			t.Errorf("%s: type %v with %d subAttributes", path, a["type"], len(subs))
		}
		checkAttributeJSON(t, path, subs)
	}
}

// TestCharacteristics pins what clients and the rest of the program build on.
func TestCharacteristics(t *testing.T) {
	t.Parallel()
	type row struct {
		Type, Path, Is string
	}
	types := deployment(t)
	for _, c := range table[row](t, "testdata/characteristics.json") {
		ref, err := types.Type(c.Type).Resolve(c.Path)
		if err != nil {
			t.Errorf("%s %s: %v", c.Type, c.Path, err)
			continue
		}
		a := ref.Leaf()
		is := []string{string(a.Type), string(a.Mutability), string(a.Returned), string(a.Uniqueness)}
		if a.MultiValued {
			is = append(is, "multiValued")
		}
		if a.Required {
			is = append(is, "required")
		}
		if a.CaseExact {
			is = append(is, "caseExact")
		}
		if got := strings.Join(is, " "); got != c.Is {
			t.Errorf("%s %s is %q, want %q", c.Type, c.Path, got, c.Is)
		}
	}
}
