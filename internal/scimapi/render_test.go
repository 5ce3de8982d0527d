package scimapi

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim/schema"
)

const testBase = `http://host/scim/v2/c"1`

var someTime = time.Date(2026, 3, 4, 5, 6, 7, 80_000_000, time.FixedZone("", 3600))

func someUser() *joinery.Resource {
	return &joinery.Resource{
		Type: "User", ID: "u-1", Version: 12, Created: someTime, LastModified: someTime.Add(time.Second),
		Body: []byte(`{"active":true,"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"title":"<Ärztin> & \"x\"","userName":"kai"}`),
		Rows: []byte(`[{"value":"g-1","display":"Crew","type":"direct","$ref":"http://host/Groups/g-1"}]`),
	}
}

func shapeFor(t *testing.T, typeName, query string) (*api, *schema.Type, shape) {
	t.Helper()
	a := storeless(t, Options{})
	rt := a.service.Registry().Type(typeName)
	c := &call{Request: httptest.NewRequest("GET", "/", nil), query: parseQuery(query), rec: &web.Record{}}
	s, err := a.shapeOf(c, rt)
	if err != nil {
		t.Fatal(err)
	}
	return a, rt, s
}

func render(t *testing.T, s shape, r *joinery.Resource) map[string]any {
	t.Helper()
	data, err := s.append(nil, r, testBase)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return got
}

// The bytes that are put together are the document that decoding, adding and
// encoding would make.
func TestSpliceEqualsEncode(t *testing.T) {
	t.Parallel()
	resources := map[string]func(*joinery.Resource){
		"whole":      func(*joinery.Resource) {},
		"empty body": func(r *joinery.Resource) { r.Body = []byte(`{}`) },
		"no rows":    func(r *joinery.Resource) { r.Rows = nil },
		"empty rows": func(r *joinery.Resource) { r.Rows = []byte(`[]`) },
		"a space":    func(r *joinery.Resource) { r.Body = append(r.Body, '\n') },
	}
	for name, change := range resources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, rt, s := shapeFor(t, "User", "")
			if s.projection != nil {
				t.Fatal("a User with all attributes is to be written without being decoded")
			}
			r := someUser()
			change(r)
			doc, err := document(rt, r, true, testBase)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal(encoded, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, render(t, s, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMeta(t *testing.T) {
	t.Parallel()
	_, _, s := shapeFor(t, "User", "")
	want := map[string]any{
		"resourceType": "User", "created": "2026-03-04T04:06:07.080Z", "lastModified": "2026-03-04T04:06:08.080Z",
		"location": testBase + "/Users/u-1", "version": `W/"12"`,
	}
	if diff := cmp.Diff(any(want), render(t, s, someUser())["meta"]); diff != "" {
		t.Error(diff)
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		typeName, query string
		rows, decodes   bool
		members         []string
	}{
		{"User", "", true, false, []string{"active", "groups", "id", "meta", "schemas", "title", "userName"}},
		{"User", "excludedAttributes=groups", false, false, []string{"active", "id", "meta", "schemas", "title", "userName"}},
		{"User", "excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:User:GROUPS", false, false, []string{"active", "id", "meta", "schemas", "title", "userName"}},
		{"User", "excludedattributes=title,Active", true, true, []string{"groups", "id", "meta", "schemas", "userName"}},
		{"User", "excludedAttributes=groups.display", true, true, []string{"active", "groups", "id", "meta", "schemas", "title", "userName"}},
		{"User", "excludedAttributes=id,unheardOf", true, false, []string{"active", "groups", "id", "meta", "schemas", "title", "userName"}},
		{"User", "attributes=USERNAME", false, true, []string{"id", "schemas", "userName"}},
		{"User", "attributes=userName&attributes=groups", true, true, []string{"groups", "id", "schemas", "userName"}},
		{"User", "attributes=meta.location", false, true, []string{"id", "meta", "schemas"}},
	}
	for _, test := range cases {
		_, _, s := shapeFor(t, test.typeName, test.query)
		if s.rows != test.rows || (s.projection != nil) != test.decodes {
			t.Errorf("%q: rows %t, decodes %t; want %t, %t", test.query, s.rows, s.projection != nil, test.rows, test.decodes)
		}
		var members []string
		for name := range render(t, s, someUser()) {
			members = append(members, name)
		}
		if diff := cmp.Diff(test.members, sorted(members)); diff != "" {
			t.Errorf("%q: %s", test.query, diff)
		}
	}
}

// What is only returned on request stays out of an answer that is not decoded.
func TestHiddenAttributes(t *testing.T) {
	t.Parallel()
	device := &joinery.Resource{Type: "Device", ID: "d-1", Body: []byte(`{"schemas":["urn:example:Device"],"serial":"S1","owner":"kai"}`)}
	for query, want := range map[string]bool{"": false, "attributes=owner": true, "excludedAttributes=serial": false} {
		_, _, s := shapeFor(t, "Device", query)
		if _, got := render(t, s, device)["owner"]; got != want {
			t.Errorf("%q: owner in the answer: %t, want %t", query, got, want)
		}
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", `a"b\c`, "tab\t", "Ärger <&>", "\u2028", "a\xffb"} {
		var got string
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if s != "a\xffb" && got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}
