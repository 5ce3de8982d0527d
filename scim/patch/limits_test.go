package patch_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
)

func TestCompileLimits(t *testing.T) {
	t.Parallel()
	group := newRegistry(t).Type("Group")
	user := newRegistry(t).Type("User")
	add := func(values int) scim.PatchOperation {
		list := make([]any, values)
		for i := range list {
			list[i] = map[string]any{"value": fmt.Sprint(i)}
		}
		return scim.PatchOperation{Op: "add", Path: "members", Value: list}
	}
	wrapped := add(patch.MaxValues + 1)
	wrapped.Value = map[string]any{"members": wrapped.Value}
	inner := add(patch.MaxValues + 1)
	inner.Path, inner.Value = "", map[string]any{"emails": inner.Value}

	if p, err := patch.Compile(group, []scim.PatchOperation{add(patch.MaxValues)}, "members"); err != nil {
		t.Error(err)
	} else if got := len(p.Rows()[0].Values); got != patch.MaxValues {
		t.Errorf("%d values", got)
	}
	if _, err := patch.Compile(group, make([]scim.PatchOperation, patch.MaxOperations+1), "members"); err == nil {
		t.Error("too many operations: no error")
	} else {
		checkError(t, err, fmt.Sprintf("413\nsend %d at the most", patch.MaxOperations))
	}
	for _, op := range []scim.PatchOperation{add(patch.MaxValues + 1), wrapped} {
		_, err := patch.Compile(group, []scim.PatchOperation{op}, "members")
		checkError(t, err, "413\nsend 100000 at the most")
	}
	_, err := patch.Compile(user, []scim.PatchOperation{inner})
	checkError(t, err, "413\nsend 100000 at the most")
}

// A request whose cost grows with the square of its size is refused.
func TestApplyLimit(t *testing.T) {
	t.Parallel()
	user := newRegistry(t).Type("User")
	list := make([]any, 5000)
	for i := range list {
		list[i] = map[string]any{"value": fmt.Sprint(i)}
	}
	for _, op := range []string{scim.OpAdd, scim.OpRemove} {
		doc := scim.Document{"userName": "lea", "roles": list[:1000]}
		p, err := patch.Compile(user, []scim.PatchOperation{{Op: op, Path: "roles", Value: list}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Apply(doc)
		checkError(t, err, "413\nSend them in several requests")
	}
}

func TestApplyNothing(t *testing.T) {
	t.Parallel()
	user := newRegistry(t).Type("User")
	p, err := patch.Compile(user, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []scim.Document{nil, {"userName": "lea"}} {
		after, err := p.Apply(doc)
		if err != nil || len(after) != len(doc) {
			t.Errorf("%v became %v, %v", doc, after, err)
		}
		after["title"] = "Pilot" // the top level is the caller's
		if doc["title"] != nil {
			t.Error("the argument changed")
		}
	}
}

// Where no attribute is kept as rows, members is one like others.
func TestCompileWithoutRows(t *testing.T) {
	t.Parallel()
	group := newRegistry(t).Type("Group")
	p, err := patch.Compile(group, []scim.PatchOperation{{Op: "add", Path: "members", Value: []any{map[string]any{"value": "u1", "display": "x"}}}})
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.Apply(scim.Document{"displayName": "Crew"})
	want := scim.Document{"displayName": "Crew", "members": []any{map[string]any{"value": "u1"}}}
	if diff := cmp.Diff(want, after); diff != "" || err != nil || p.Rows() != nil {
		t.Errorf("%v, rows %v\n%s", err, p.Rows(), diff)
	}
}

func TestParseJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ops  string
		want []scim.PatchOperation
	}{
		{`{"op":"remove","path":"a"}`, []scim.PatchOperation{{Op: "remove", Path: "a"}}},
		{`{"op":"remove","path":"a","value":null}`, []scim.PatchOperation{{Op: "remove", Path: "a"}}},
		{`{"op":"Remove","path":"a","value":[]}`, []scim.PatchOperation{{Op: "Remove", Path: "a", Value: []any{}}}},
		{`{"op":"replace","path":"a","value":null}`, []scim.PatchOperation{{Op: "replace", Path: "a", Value: []any{}}}},
		{`{"op":"replace","value":{"a":null,"b":[],"c":[null,1]}}`, []scim.PatchOperation{{Op: "replace", Value: map[string]any{"a": nil, "b": []any{}, "c": []any{nil, json.Number("1")}}}}},
		{`{"op":"add","path":"","value":false},{"OP":"x"}`, []scim.PatchOperation{{Op: "add", Value: false}, {Op: "x"}}},
	} {
		got, err := patch.ParseJSON([]byte(`{"Operations":[` + test.ops + `]}`))
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", test.ops, err, diff)
		}
	}
	for _, body := range []string{``, `[]`, `{`, `"x"`, `{"Operations":[],"operations":[]}`, `{"Operations":[{"op":"add"}]} x`, strings.Repeat(`{"Operations":[`, 40)} {
		_, err := patch.ParseJSON([]byte(body))
		checkError(t, err, "400 invalidSyntax")
	}
}
