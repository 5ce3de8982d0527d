package scimapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// op writes an operation in short: method, bulkId or path, and what its data
// refers to.
func op(method, name string, refs ...string) bulkOperation {
	o := bulkOperation{Method: method, Path: "/Users"}
	if method == "POST" {
		o.BulkID = name
	} else {
		o.Path = name
	}
	values := []string{}
	for _, ref := range refs {
		values = append(values, "bulkId:"+ref)
	}
	o.Data, _ = json.Marshal(map[string]any{"members": values})
	return o
}

func TestPlanBulk(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		ops     []bulkOperation
		order   []int
		refused []int
	}{
		"in order":          {[]bulkOperation{op("POST", "a"), op("POST", "b", "a"), op("DELETE", "/Users/1")}, []int{0, 1, 2}, nil},
		"forward":           {[]bulkOperation{op("POST", "a", "c"), op("POST", "b"), op("POST", "c")}, []int{2, 0, 1}, nil},
		"forward of many":   {[]bulkOperation{op("POST", "a", "b"), op("POST", "b", "c"), op("POST", "c"), op("POST", "d")}, []int{2, 1, 0, 3}, nil},
		"in a path":         {[]bulkOperation{op("PATCH", "Groups/bulkId:g"), op("POST", "g")}, []int{1, 0}, nil},
		"without a slash":   {[]bulkOperation{op("PATCH", "/Groups/bulkId:g"), op("POST", "g")}, []int{1, 0}, nil},
		"circle":            {[]bulkOperation{op("POST", "a", "b"), op("POST", "b", "a"), op("POST", "c", "a"), op("POST", "d")}, []int{0, 1, 2, 3}, []int{0, 1}},
		"itself":            {[]bulkOperation{op("POST", "a", "a")}, []int{0}, []int{0}},
		"nobody":            {[]bulkOperation{op("POST", "a", "x")}, []int{0}, []int{0}},
		"twice":             {[]bulkOperation{op("POST", "a"), op("POST", "a")}, []int{0, 1}, []int{1}},
		"the id of a PATCH": {[]bulkOperation{op("PATCH", "/Users/1", "a"), op("post", "b")}, []int{0, 1}, []int{0}},
	}
	for name, test := range cases {
		plan := planBulk(test.ops)
		if diff := cmp.Diff(test.order, plan.order); diff != "" {
			t.Errorf("%s: order %s", name, diff)
		}
		if diff := cmp.Diff(test.refused, slices.Sorted(maps.Keys(plan.refused))); diff != "" {
			t.Errorf("%s: refused %s", name, diff)
		}
	}
}

func TestPlanOfALongChain(t *testing.T) {
	t.Parallel()
	var ops []bulkOperation
	for i := range maxOperations {
		ops = append(ops, op("POST", fmt.Sprint(i), fmt.Sprint(i+1)))
	}
	ops = append(ops, op("POST", fmt.Sprint(maxOperations)))
	plan := planBulk(ops)
	if plan.order[0] != maxOperations || plan.order[maxOperations] != 0 || len(plan.refused) != 0 {
		t.Errorf("order begins with %d, ends with %d, %d refused", plan.order[0], plan.order[maxOperations], len(plan.refused))
	}
}

func TestSubstitute(t *testing.T) {
	t.Parallel()
	j := &bulkJob{made: map[string]string{"q 1": "id-1", "b": "id-2"}}
	got, err := j.substitute([]byte(`{"members":[{"value":"bulkId:q 1"}],"path":"members[value eq \"bulkId:b\"]","note":"the bulkId:b stays","x":"xbulkId:b"}`))
	want := `{"members":[{"value":"id-1"}],"path":"members[value eq \"id-2\"]","note":"the bulkId:b stays","x":"xbulkId:b"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if _, err := j.substitute([]byte(`{"value":"bulkId:failed"}`)); err == nil || !strings.Contains(err.Error(), "failed") {
		t.Errorf("a reference to what was not made: %v", err)
	}
}

func TestReadBulkRefuses(t *testing.T) {
	t.Parallel()
	many := `{"Operations":[` + strings.Repeat(`{"method":"DELETE","path":"/Users/1"},`, maxOperations) + `{}]}`
	for name, test := range map[string]struct {
		body   string
		strict bool
		status int
	}{
		"too many":        {many, false, 413},
		"no operations":   {`{}`, false, 400},
		"not JSON":        {`{"Operations":`, false, 400},
		"wrong type":      {`{"Operations":{}}`, false, 400},
		"failOnErrors":    {`{"failOnErrors":-1,"Operations":[{}]}`, false, 400},
		"another message": {`{"schemas":["urn:other"],"Operations":[{}]}`, false, 400},
		"strict":          {`{"Operations":[{}]}`, true, 400},
	} {
		_, err := readBulk([]byte(test.body), test.strict)
		if err == nil || scimError(err, "").Status != test.status {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := readBulk([]byte(`{"SCHEMAS":[],"operations":[{"METHOD":"post","bulkid":"a"}]}`), false)
	if err != nil || len(got.Operations) != 1 || got.Operations[0].BulkID != "a" {
		t.Errorf("names in another case: %+v, %v", got, err)
	}
}
