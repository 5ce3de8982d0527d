package scim_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/scim"
)

func TestParse(t *testing.T) {
	t.Parallel()
	doc, err := scim.Parse([]byte(`{"a":null,"b":[],"c":[null,1.50,[]],"d":{"e":null},"f":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := doc.Clone().Get("C").([]any)
	if len(body) != 2 || len(doc) != 3 || doc.String("F") != "x" {
		t.Errorf("got %#v", doc)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	many := make([]string, 40)
	for i := range many {
		many[i] = `"n` + strings.Repeat("x", i) + `":1`
	}
	for name, body := range map[string]string{
		"nothing":             ``,
		"half an object":      `{"a":`,
		"no object":           `["a"]`,
		"two objects":         `{} {}`,
		"a name twice":        `{"userName":"a","USERNAME":"b"}`,
		"a name twice, below": `{"a":[{"userName":"a","username":"b"}]}`,
		"a name twice of many": `{` + strings.Join(many, ",") + `,"N":1,"` +
			"n" + `x":2,"NX":3}`,
		"U+0000":         `{"a":"x\u0000y"}`,
		"U+0000 in name": `{"a\u0000":"x"}`,
		"deep":           strings.Repeat(`{"a":`, 33) + `1` + strings.Repeat(`}`, 33),
	} {
		_, err := scim.Parse([]byte(body))
		var e *scim.Error
		if !errors.As(err, &e) || e.Status != 400 || e.Type != scim.InvalidSyntax || e.Detail == "" {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

func TestDocumentNamesCompareWithoutCase(t *testing.T) {
	t.Parallel()
	doc := scim.Document{"userName": "a"}
	doc.Set("USERNAME", "b")
	if diff := cmp.Diff(scim.Document{"USERNAME": "b"}, doc); diff != "" {
		t.Error(diff)
	}
	doc.Delete("username")
	doc.Set("emails", []any{})
	if len(doc) != 0 {
		t.Errorf("got %v", doc)
	}
}

func TestErrorJSON(t *testing.T) {
	t.Parallel()
	got, err := scim.InvalidFilterf("no").MarshalJSON()
	want := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidFilter","detail":"no"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":null},"x",1e9]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := scim.Parse(data)
		if err == nil && doc == nil {
			t.Error("neither a document nor an error")
		}
	})
}
