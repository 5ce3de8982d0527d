package schema_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

func TestProjection(t *testing.T) {
	t.Parallel()
	type row struct {
		Attributes, Excluded []string
		Shown                scim.Document
	}
	data, err := os.ReadFile("testdata/resource.json")
	if err != nil {
		t.Fatal(err)
	}
	typ := typeOf(t, "User")
	for _, c := range table[row](t, "testdata/projection.json") {
		p, err := typ.Projection(c.Attributes, c.Excluded)
		if err != nil {
			t.Fatal(err)
		}
		doc := decode(t, string(data))
		got := p.Apply(doc)
		if diff := cmp.Diff(c.Shown, got); diff != "" {
			t.Errorf("attributes %q excluded %q: %s", c.Attributes, c.Excluded, diff)
		}
		for name := range doc {
			if _, shown := got[name]; shown && !p.Shows(name) {
				t.Errorf("attributes %q excluded %q: Shows(%q) is false", c.Attributes, c.Excluded, name)
			}
		}
		if diff := cmp.Diff(decode(t, string(data)), doc); diff != "" {
			t.Error("Apply changed its input", diff)
		}
	}
}

func TestProjectionShortcuts(t *testing.T) {
	t.Parallel()
	plain, err := schema.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		typ                  *schema.Type
		attributes, excluded []string
		everything           bool
		shows, hides         string
	}{
		{plain.Type("User"), nil, nil, true, "groups", ""},
		{plain.Type("Group"), nil, nil, true, "members", ""},
		{plain.Type("Group"), nil, []string{"unknown", "id"}, true, "members", ""},
		{plain.Type("Group"), nil, []string{"MEMBERS"}, false, "displayName", "members"},
		{plain.Type("Group"), []string{"displayName"}, nil, false, "displayName", "members"},
		{plain.Type("Group"), []string{"members.value"}, nil, false, "members", "displayName"},
		{plain.Type("User"), nil, []string{"groups.display"}, false, "groups", ""},
		{typeOf(t, "User"), nil, nil, false, "groups", "password"}, // the badge has attributes that come on request
	} {
		p, err := c.typ.Projection(c.attributes, c.excluded)
		if err != nil {
			t.Fatal(err)
		}
		if p.Everything() != c.everything || !p.Shows(c.shows) || c.hides != "" && p.Shows(c.hides) {
			t.Errorf("%s %q %q: Everything %v, Shows(%s) %v, Shows(%s) %v", c.typ.Name, c.attributes, c.excluded,
				p.Everything(), c.shows, p.Shows(c.shows), c.hides, p.Shows(c.hides))
		}
	}
}

func TestProjectionOfBoth(t *testing.T) {
	t.Parallel()
	_, err := typeOf(t, "User").Projection([]string{"userName"}, []string{"groups"})
	want := "400 invalidValue: attributes and excludedAttributes cannot be used together. Send one of them."
	if message(err) != want {
		t.Errorf("got %q, want %q", message(err), want)
	}
}
