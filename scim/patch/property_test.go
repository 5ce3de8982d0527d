package patch_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

// Pieces of requests that fit together often enough to get deep.
var (
	attributes = []string{"emails", "addresses", "roles", "name", "title", "active", "manager", "members", "id", "tags", "ports", "owner", "serial"}
	parts      = []string{"", "", ".value", ".type", ".primary", ".display", ".locality", ".givenName", ".hosts", ".$ref", ".since"}
	filters    = []string{"", "", `[type eq "work"]`, `[type eq "work" and value pr]`, `[primary eq "true"]`, `[primary eq false]`, `[value co "e"]`, `[display eq null]`,
		`[not (type pr)]`, `[type eq "home" or value eq "r1"]`, `[value eq 80]`, `[type ne "home"]`, `[value eq "a"]`}
	scalarPool = []any{"work", "home", "a", "A", "lea@work.example", true, false, json.Number("80"), "", nil, []any{}}
)

func drawElement(t *rapid.T) any {
	names := []string{"value", "type", "primary", "display", "locality", "hosts", "colour"}
	element := map[string]any{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 4, rapid.ID).Draw(t, "parts") {
		element[name] = rapid.SampledFrom(scalarPool).Draw(t, name)
	}
	return element
}

func drawValue(t *rapid.T) any {
	switch rapid.IntRange(0, 4).Draw(t, "shape") {
	case 0:
		return rapid.SampledFrom(scalarPool).Draw(t, "scalar")
	case 1:
		return drawElement(t)
	case 2:
		return []any{rapid.SampledFrom(scalarPool[:7]).Draw(t, "scalar"), "b"}
	}
	list := []any{}
	for range rapid.IntRange(0, 3).Draw(t, "elements") {
		list = append(list, drawElement(t))
	}
	return list
}

func drawOperation(t *rapid.T) scim.PatchOperation {
	return scim.PatchOperation{
		Op:    rapid.SampledFrom([]string{scim.OpAdd, scim.OpReplace, scim.OpRemove}).Draw(t, "op"),
		Path:  rapid.SampledFrom(attributes).Draw(t, "attribute") + rapid.SampledFrom(filters).Draw(t, "filter") + rapid.SampledFrom(parts).Draw(t, "part"),
		Value: drawValue(t),
	}
}

// What FuzzApply holds of bytes holds of well-formed operations too, from any
// state that operations can lead to.
func TestApplyProperties(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	for name, body := range map[string]string{
		"User":   fuzzUser,
		"Device": `{"name": "d1", "tags": ["a"], "ports": [{"value": 80, "hosts": ["a"]}, {"open": true}], "owner": {"value": "a", "$ref": "x"}}`,
	} {
		typ := registry.Type(name)
		first := canonical(t, typ, body)
		rapid.Check(t, func(t *rapid.T) { checkSequence(t, typ, first) })
	}
}

func checkSequence(t *rapid.T, typ *schema.Type, doc scim.Document) {
	for range rapid.IntRange(1, 6).Draw(t, "operations") {
		op := drawOperation(t)
		p, err := patch.Compile(typ, []scim.PatchOperation{op}, "members")
		if err != nil {
			checkRefusal(t, err)
			continue
		}
		kept := doc.Clone()
		after, err := p.Apply(doc)
		if !cmp.Equal(kept, doc) {
			t.Fatalf("%v changed the argument:\n%s", op, cmp.Diff(kept, doc))
		}
		if err != nil {
			checkRefusal(t, err)
			continue
		}
		if !checkResult(t, typ, after) {
			continue // it would not be stored
		}
		if again, err := p.Apply(after); repeatable(op) && (err != nil || !cmp.Equal(after, again)) {
			t.Fatalf("%v applied to its result: %v\n%s", op, err, cmp.Diff(after, again))
		}
		doc = after
	}
}
