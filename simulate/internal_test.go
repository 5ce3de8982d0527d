package simulate

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want, got string
		differ          []string
	}{
		{"equal", `{"a":1}`, `{"a":1}`, nil},
		{"more than wanted", `{"a":1}`, `{"a":1,"b":2}`, nil},
		{"less than wanted", `{"a":1}`, `{}`, []string{"a should be 1, is absent"}},
		{"other case", `{"a":"X"}`, `{"a":"x"}`, []string{`a should be "X", is "x"`}},
		{"boolean as string", `{"a":true}`, `{"a":"true"}`, []string{`a should be true, is "true"`}},
		{"within", `{"a":{"b":1}}`, `{"a":{"b":2}}`, []string{"a.b should be 1, is 2"}},
		{"no object", `{"a":{"b":1}}`, `{"a":[]}`, []string{"a should be an object, is []"}},
		{"in an array", `{"a":[{"t":1}]}`, `{"a":[{"t":2},{"t":1,"u":3}]}`, nil},
		{"not in an array", `{"a":[{"t":1}]}`, `{"a":[{"t":2}]}`, []string{`a should hold {"t":1}, is [{"t":2}]`}},
		{"object for an array", `{"a":[{"t":1}]}`, `{"a":{"t":1}}`, []string{`a should be an array, is {"t":1}`}},
		{"unassigned", `{"a":null}`, `{"a":[]}`, nil},
		{"assigned", `{"a":null}`, `{"a":"x"}`, []string{`a should be unassigned, is "x"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.differ, differences("", decode(t, c.want), decode(t, c.got))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSameSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got []string
		problem   string
	}{
		{nil, nil, ""},
		{[]string{"a", "b"}, []string{"b", "a"}, ""},
		{[]string{"a", "b"}, []string{"b"}, "1 members missing (a)"},
		{[]string{"a"}, []string{"a", "c"}, "1 members too many (c)"},
		{[]string{"a"}, []string{"a", "a"}, "members are repeated: 2 listed, 1 different"},
	} {
		if got := sameSet("members", c.want, c.got); got != c.problem {
			t.Errorf("want %v, got %v: %q, should be %q", c.want, c.got, got, c.problem)
		}
	}
}

func TestDirectoryIsAsLargeAsAsked(t *testing.T) {
	t.Parallel()
	d := NewDirectory("acme.example", 120, 9)
	names, numbers, groups := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range d.People {
		names[p.UserName], numbers[p.ID] = true, true
	}
	for _, g := range d.Groups {
		groups[g.Name] = true
	}
	if len(names) != 120 || len(numbers) != 120 || len(groups) != 9 {
		t.Errorf("%d names, %d ids, %d groups are different", len(names), len(numbers), len(groups))
	}
	if diff := cmp.Diff(d, NewDirectory("acme.example", 120, 9)); diff != "" {
		t.Errorf("the same arguments made another directory: %s", diff)
	}
}
