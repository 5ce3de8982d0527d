package filter_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

func registry(t *testing.T) *schema.Registry {
	t.Helper()
	r, err := schema.NewRegistry(os.DirFS("testdata/schemas"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// named is a document of the test data.
type named struct {
	name string
	doc  scim.Document
}

// documents returns the documents of a type in the order of the file.
func documents(t *testing.T, typeName string) []named {
	t.Helper()
	data, err := os.ReadFile("testdata/documents.json")
	if err != nil {
		t.Fatal(err)
	}
	var types map[string]json.RawMessage
	if err := json.Unmarshal(data, &types); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(types[typeName])))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var list []named
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			t.Fatal(err)
		}
		doc, err := scim.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, named{name.(string), doc})
	}
	return list
}

func TestMatch(t *testing.T) {
	t.Parallel()
	types := registry(t)
	docs := map[string][]named{"User": documents(t, "User"), "Device": documents(t, "Device")}
	data, err := os.ReadFile("testdata/match.txt")
	if err != nil {
		t.Fatal(err)
	}
	var typeName, text string
	for i, line := range strings.Split(string(data), "\n") {
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case key == "out" || key == "err":
			if got := outcome(types.Type(typeName), docs[typeName], text); got != line {
				t.Errorf("line %d: %s\n got %s\nwant %s", i, text, got, line)
			}
		default:
			typeName, text = key, value
		}
	}
}

// outcome is what a line of the test data says about a filter.
func outcome(t *schema.Type, docs []named, text string) string {
	node, err := filter.Parse(text)
	var expr filter.Expr
	if err == nil {
		expr, err = filter.Bind(node, t)
	}
	var e *scim.Error
	if errors.As(err, &e) && e.Status == 400 && e.Type == scim.InvalidFilter {
		return "err: " + e.Detail
	}
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, d := range docs {
		if filter.Match(expr, d.doc) {
			names = append(names, d.name)
		}
	}
	return "out: " + strings.Join(names, " ")
}

// A filter on several types takes what only some of them have as absent in the others.
func TestBindAll(t *testing.T) {
	t.Parallel()
	types := registry(t)
	user, device := types.Type("User"), types.Type("Device")
	for _, c := range []struct {
		filter       string
		user, device bool // whether an empty document matches
	}{
		{`userName eq "x"`, false, false},
		{`userName ne "x"`, true, true},
		{`userName eq null`, true, true},
		{`userName ne null or cores pr`, false, false},
		{`emails[type eq "work"]`, false, false},
		{`not (emails[type eq "work"])`, true, true},
		{`not (cores gt 1)`, true, true},
		{`meta.created pr or tags[value eq "x"]`, false, false},
	} {
		node, err := filter.Parse(c.filter)
		if err != nil {
			t.Fatal(err)
		}
		exprs, err := filter.BindAll(node, user, device)
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		got := []bool{filter.Match(exprs[0], scim.Document{}), filter.Match(exprs[1], scim.Document{})}
		if diff := cmp.Diff([]bool{c.user, c.device}, got); diff != "" {
			t.Errorf("%s: %s", c.filter, diff)
		}
	}
}

func TestBindAllRefuses(t *testing.T) {
	t.Parallel()
	types := registry(t)
	for text, want := range map[string]string{
		`active pr and not (nope pr)`: `No resource type here has the attribute "nope" to filter by; check its spelling.`,
		`nope[a pr]`:                  `No resource type here has the attribute "nope" to filter by; check its spelling.`,
		`emails[nope pr] or cores pr`: `No resource type here has the attribute "nope" to filter by; check its spelling.`,
		`active gt true`:              `The attribute active is of type boolean, which cannot be compared by gt.`,
	} {
		node, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = filter.BindAll(node, types.Type("User"), types.Type("Device"))
		var e *scim.Error
		if !errors.As(err, &e) || e.Type != scim.InvalidFilter || e.Detail != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestMatchElement(t *testing.T) {
	t.Parallel()
	types := registry(t)
	for _, c := range []struct {
		typeName, attribute, filter string
		element                     any
		want                        bool
	}{
		{"User", "emails", `type eq "WORK"`, map[string]any{"type": "work"}, true},
		{"User", "emails", `type eq "work" and value pr`, map[string]any{"type": "work"}, false},
		{"User", "emails", `primary eq "True"`, map[string]any{"primary": true}, true},
		{"User", "emails", `primary ne true`, map[string]any{"value": "x"}, true},
		{"User", "manager", `value eq "u-2"`, map[string]any{"value": "u-2"}, true},
		{"Group", "members", `value eq "u-1"`, map[string]any{"value": "u-1", "type": "User"}, true},
		{"Device", "tags", `value eq "RED"`, "red", true},
		{"Device", "slots", `cards eq "gpu" and width gt 2`, map[string]any{"cards": []any{"net", "gpu"}, "width": json.Number("4")}, true},
		{"Device", "slots", `cards eq "gpu"`, map[string]any{"width": json.Number("4")}, false},
	} {
		ref, err := types.Type(c.typeName).Resolve(c.attribute)
		if err != nil {
			t.Fatal(err)
		}
		node, err := filter.Parse(c.filter)
		if err != nil {
			t.Fatal(err)
		}
		expr, err := filter.BindElement(node, ref)
		if err != nil {
			t.Errorf("%s[%s]: %v", c.attribute, c.filter, err)
			continue
		}
		if got := filter.MatchElement(expr, c.element); got != c.want {
			t.Errorf("%s[%s] on %v = %v, want %v", c.attribute, c.filter, c.element, got, c.want)
		}
	}
}
