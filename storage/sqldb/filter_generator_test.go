package sqldb_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// words are few and alike, so that what is drawn often agrees in part.
var words = []string{
	"a", "A", "ab", "aB", "Ab%", "a_b", "%", "_", `\`, `a\b`, `"`, `a"b`, "'", "''; --", "Straße", "STRASSE", "ß", "ẞ", "é", "É", "e\u0301",
	"İ", "i", "ı", "Σ", "σ", "ς", "日本", "日", "\U0001F600", "\U0001F600a", "\uE000", "\uD7FF", "\U0010FFFF", " ", "a ", " a", "a\tb", "a\nb", "$1", "?", "{}", "[]",
	"null", "true", "12", "012", "work", "Work", "home", "direct", "User", "Group", "user", "<&>", "\u2028", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
}

var integers = []string{"0", "1", "2", "10", "-1", "-10", "9007199254740993", "9007199254740992", "9223372036854775807", "-9223372036854775808"}

var decimals = []string{"0", "0.1", "0.10000000000000001", "0.1000000000000000055", "1", "1.0", "1e0", "-0.0", "2.5", "10", "1e300", "1.7976931348623157e308", "5e-324", "0.30000000000000004", "0.3", "123456789012345678901234567890", "9007199254740993", "2.2250738585072011e-308", "6.02214076e23", "4182039857556131072"}

const timeFormat = "2006-01-02T15:04:05.000Z"

var times = []time.Time{
	time.UnixMilli(0).UTC(), time.UnixMilli(1).UTC(), time.UnixMilli(1714557600000).UTC(), time.UnixMilli(1714557600001).UTC(),
	time.UnixMilli(1714557600250).UTC(), time.UnixMilli(-1).UTC(), time.UnixMilli(4102444800000).UTC(),
}

var timeTexts = []string{
	"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00.0005Z", "2024-05-01T10:00:00Z", "2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00.000000001Z",
	"2024-05-01T10:00:00.25Z", "2024-05-01T10:00:00.2500001Z", "2024-05-01T10:00:00.001Z", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.9985Z", "2100-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
}

func testTypes(tb testing.TB) *schema.Registry {
	tb.Helper()
	r, err := schema.NewRegistry(os.DirFS("../../scim/filter/testdata/schemas"))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// generator draws documents and filters.
type generator struct {
	words []string // what filters compare with; nil: words
}

// documents draws up to ten documents in canonical form. No two have the same key.
func (g *generator) documents(rt *rapid.T, t *schema.Type) []scim.Document {
	unique, external := map[string]bool{}, map[string]bool{}
	var list []scim.Document
	for range rapid.IntRange(0, 10).Draw(rt, t.Name+"s") {
		doc := g.document(rt, t)
		key, id := doc.String(t.Unique.Name), doc.String("externalId")
		if !t.Unique.CaseExact {
			key = scim.Fold(key)
		}
		if t.Unique.Required && strings.TrimSpace(key) == "" || key != "" && unique[key] || id != "" && external[id] {
			continue
		}
		unique[key], external[id] = true, true
		if id == "" {
			doc.Delete("externalId")
		}
		if err := t.Validate(doc); err != nil {
			rt.Fatalf("%v: %v", doc, err)
		}
		list = append(list, doc)
	}
	return list
}

func (g *generator) document(rt *rapid.T, t *schema.Type) scim.Document {
	doc := scim.Document{"externalId": g.word(rt, words)}
	g.fill(rt, doc, t.Core.Attributes)
	if t.Unique.Required || rapid.Bool().Draw(rt, "key") {
		doc[t.Unique.Name] = g.word(rt, words)
	}
	for _, s := range t.Extended {
		object := scim.Document{}
		g.fill(rt, object, s.Attributes)
		doc[s.ID] = map[string]any(object)
	}
	data, err := json.Marshal(doc)
	if err != nil {
		rt.Fatal(err)
	}
	if doc, err = scim.Parse(data); err != nil {
		rt.Fatal(err)
	}
	doc, unknown, err := t.Canonical(doc)
	if err != nil || unknown != nil {
		rt.Fatalf("unknown %v: %v", unknown, err)
	}
	return doc
}

// fill gives some of the attributes a value.
func (g *generator) fill(rt *rapid.T, object scim.Document, attributes []*schema.Attribute) {
	for _, a := range attributes {
		if rapid.IntRange(0, 2).Draw(rt, "absent") == 0 {
			object[a.Name] = g.value(rt, a)
		}
	}
}

func (g *generator) value(rt *rapid.T, a *schema.Attribute) any {
	if !a.MultiValued {
		return g.single(rt, a)
	}
	list := []any{}
	primary := false
	for range rapid.IntRange(1, 3).Draw(rt, "elements") {
		element := g.single(rt, a)
		if object, ok := element.(map[string]any); ok && object["primary"] == true {
			if primary {
				object["primary"] = false
			}
			primary = true
		}
		list = append(list, element)
	}
	return list
}

func (g *generator) single(rt *rapid.T, a *schema.Attribute) any {
	switch a.Type {
	case schema.Complex:
		object := scim.Document{}
		g.fill(rt, object, a.SubAttributes)
		return map[string]any(object)
	case schema.Boolean:
		return rapid.Bool().Draw(rt, a.Name)
	case schema.Integer:
		return json.Number(rapid.SampledFrom(integers).Draw(rt, a.Name))
	case schema.Decimal:
		return json.Number(g.decimal(rt))
	case schema.DateTime:
		return rapid.SampledFrom(timeTexts).Draw(rt, a.Name)
	case schema.Binary:
		return rapid.SampledFrom([]string{"QUJD", "QUJE", "qujd"}).Draw(rt, a.Name)
	case schema.Reference:
		return rapid.SampledFrom([]string{"https://x.example/a", "https://x.example/A", "urn:a"}).Draw(rt, a.Name)
	}
	return g.word(rt, words)
}

func (g *generator) decimal(rt *rapid.T) string {
	if rapid.Bool().Draw(rt, "any decimal") {
		data, err := json.Marshal(rapid.Float64().Draw(rt, "decimal"))
		if err != nil {
			rt.Fatal(err)
		}
		return string(data)
	}
	return rapid.SampledFrom(decimals).Draw(rt, "decimal")
}

func (g *generator) word(rt *rapid.T, from []string) string {
	switch rapid.IntRange(0, 9).Draw(rt, "kind of text") {
	case 0:
		return ""
	case 1:
		return rapid.SampledFrom(from).Draw(rt, "text") + rapid.SampledFrom(from).Draw(rt, "text")
	case 2:
		return strings.ReplaceAll(rapid.StringN(0, 4, -1).Draw(rt, "text"), "\x00", "")
	case 3:
		s := []rune(rapid.SampledFrom(from).Draw(rt, "text")) // a part of one
		i := rapid.IntRange(0, len(s)).Draw(rt, "from")
		return string(s[i:rapid.IntRange(i, len(s)).Draw(rt, "to")])
	}
	return rapid.SampledFrom(from).Draw(rt, "text")
}

// filter draws a filter on a type.
func (g *generator) filter(rt *rapid.T, t *schema.Type, depth int) string {
	return g.expression(rt, depth, func() string {
		ref := rapid.SampledFrom(refs(t)).Draw(rt, "attribute")
		if ref.Sub == nil && ref.Attr.Type == schema.Complex && rapid.Bool().Draw(rt, "brackets") {
			path := ref.String() + "[" + g.elementFilter(rt, ref, 2) + "]"
			if rapid.Bool().Draw(rt, "behind") {
				path += "." + g.part(rt, ref)
			}
			return path
		}
		return g.comparison(rt, ref.String(), ref)
	})
}

// elementFilter draws a filter on the elements of an attribute.
func (g *generator) elementFilter(rt *rapid.T, ref schema.Ref, depth int) string {
	return g.expression(rt, depth, func() string { return g.part(rt, ref) })
}

func (g *generator) part(rt *rapid.T, ref schema.Ref) string {
	sub := rapid.SampledFrom(ref.Attr.SubAttributes).Draw(rt, "part")
	return g.comparison(rt, sub.Name, schema.Ref{Attr: sub})
}

func (g *generator) expression(rt *rapid.T, depth int, leaf func() string) string {
	if depth == 0 {
		return leaf()
	}
	inner := func() string { return g.expression(rt, depth-1, leaf) }
	switch rapid.IntRange(0, 6).Draw(rt, "form") {
	case 0:
		return "(" + inner() + ") and " + inner()
	case 1:
		return inner() + " or " + inner()
	case 2, 3:
		return "not (" + inner() + ")"
	}
	return leaf()
}

// comparison draws one with the value at a path.
func (g *generator) comparison(rt *rapid.T, path string, ref schema.Ref) string {
	leaf := ref.Leaf()
	if leaf.Type == schema.Complex {
		value := leaf.Sub("value")
		if value == nil || rapid.Bool().Draw(rt, "whole") {
			return path + rapid.SampledFrom([]string{" pr", " eq null", " ne null"}).Draw(rt, "presence")
		}
		leaf = value
	}
	ops := []string{"eq", "ne", "eq", "ne", "pr", "gt", "ge", "lt", "le", "co", "sw", "ew"}
	switch leaf.Type {
	case schema.Boolean, schema.Binary:
		ops = ops[:5]
	case schema.Integer, schema.Decimal, schema.DateTime:
		ops = ops[:9]
	}
	op := rapid.SampledFrom(ops).Draw(rt, "operator")
	if op == "pr" {
		return path + " pr"
	}
	return path + " " + op + " " + g.literal(rt, leaf)
}

func (g *generator) literal(rt *rapid.T, leaf *schema.Attribute) string {
	var value any = g.word(rt, g.words)
	switch leaf.Type {
	case schema.String:
		switch leaf.Name {
		case "$ref", "location":
			value = baseURL + rapid.SampledFrom([]string{"/Users/", "/Groups/", "/users/", ""}).Draw(rt, "endpoint") + g.word(rt, g.words)
		case "version":
			value = rapid.SampledFrom([]string{`W/"1"`, `w/"1"`, `W/"10"`, `W/"`, `W/"2"`, `"`}).Draw(rt, "version")
		}
	case schema.Reference:
		value = rapid.SampledFrom([]string{"https://x.example/a", "https://x", "urn:ietf:params:scim:schemas:core:2.0:user"}).Draw(rt, "reference")
		if leaf.Name == "$ref" || leaf.Name == "location" {
			value = baseURL + rapid.SampledFrom([]string{"/Users/", "/Groups/", "/Devices/", "/users/"}).Draw(rt, "endpoint") + g.word(rt, g.words)
		}
	default:
		value = g.single(rt, leaf)
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	if err := encoder.Encode(value); err != nil {
		rt.Fatal(err)
	}
	return strings.TrimSpace(buffer.String())
}

// refs are all attributes of a type that may be filtered by.
func refs(t *schema.Type) []schema.Ref {
	var list []schema.Ref
	add := func(urn string, attributes []*schema.Attribute) {
		for _, a := range attributes {
			if a.Returned == schema.Never {
				continue
			}
			list = append(list, schema.Ref{Schema: urn, Attr: a})
			for _, sub := range a.SubAttributes {
				list = append(list, schema.Ref{Schema: urn, Attr: a, Sub: sub})
			}
		}
	}
	var common []*schema.Attribute
	for _, name := range []string{"id", "externalId", "meta", "schemas"} {
		ref, err := t.Resolve(name)
		if err != nil {
			panic(err)
		}
		common = append(common, ref.Attr)
	}
	add("", common)
	add("", t.Core.Attributes)
	// What has a column or an index, or needs care, comes up more often.
	for _, name := range []string{"userName", "emails", "members", "groups", "serial", "displayName", "meta.created", "meta.lastModified", "meta.version", "cores", "weight"} {
		if ref, err := t.Resolve(name); err == nil {
			list = append(list, slices.Repeat([]schema.Ref{ref}, 6)...)
		}
	}
	for _, s := range t.Extended {
		add(s.ID, s.Attributes)
	}
	return list
}

// sortPaths are the attributes to sort by.
func sortPaths(t *schema.Type) []string {
	var list []string
	for _, ref := range refs(t) {
		if isRow := ref.Attr.Name == "groups" || ref.Attr.Name == "members"; isRow || ref.Leaf().Type == schema.Complex && ref.Leaf().Sub("value") == nil {
			continue
		}
		if ref.Sub != nil && ref.Sub.MultiValued {
			continue
		}
		list = append(list, ref.String())
	}
	return list
}

// newResource makes a resource of a document, as the service does.
func newResource(tb failer, t *schema.Type, connectionID, id string, doc scim.Document) *joinery.Resource {
	encode := func(doc scim.Document) []byte {
		data, err := json.Marshal(doc)
		if err != nil {
			tb.Fatal(err)
		}
		return data
	}
	keys := joinery.Keys{ExternalID: doc.String("externalId"), Display: doc.String("displayName"), Active: doc["active"] != false, Search: encode(t.Search(doc))}
	name := doc.String(t.Unique.Name)
	if keys.Unique = name; !t.Unique.CaseExact {
		keys.Unique = scim.Fold(name)
	}
	if keys.Display == "" {
		keys.Display = name
	}
	emails, _ := doc["emails"].([]any)
	for _, email := range emails {
		value := scim.Fold(scim.Document(email.(map[string]any)).String("value"))
		if value != "" && !slices.Contains(keys.Emails, value) {
			keys.Emails = append(keys.Emails, value)
		}
	}
	return &joinery.Resource{
		ConnectionID: connectionID, Type: t.Name, ID: id, Version: 1, Created: times[0], LastModified: times[0],
		Body: encode(doc), Keys: keys,
	}
}
