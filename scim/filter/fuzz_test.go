package filter

import (
	"reflect"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, c := range readCases(f, "testdata/parse.txt") {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		strict, strictErr := Parse(s)
		node, tolerated, err := ParseTolerant(s)
		if strictErr == nil && (err != nil || tolerated || !reflect.DeepEqual(strict, node)) {
			t.Fatalf("ParseTolerant(%q) = %v, %v, %v; Parse gives %v", s, node, tolerated, err, strict)
		}
		if err != nil {
			return
		}
		canonical := node.String()
		if len(canonical) > MaxLength {
			t.Skip("the canonical form is longer than a filter may be")
		}
		again, err := Parse(canonical)
		if err != nil || !reflect.DeepEqual(node, again) {
			t.Fatalf("%q has the canonical form %q, which parses to %v, %v", s, canonical, again, err)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	for _, c := range readCases(f, "testdata/path.txt") {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		path, err := ParsePath(s)
		if err != nil {
			return
		}
		canonical := path.String()
		if len(canonical) > MaxLength {
			t.Skip("the canonical form is longer than a path may be")
		}
		again, err := ParsePath(canonical)
		if err != nil || !reflect.DeepEqual(path, again) {
			t.Fatalf("%q has the canonical form %q, which parses to %v, %v", s, canonical, again, err)
		}
	})
}
