package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

func TestChanged(t *testing.T) {
	t.Parallel()
	type row struct {
		Before, After scim.Document
		Paths         []string
	}
	for _, c := range table[row](t, "testdata/changed.json") {
		for _, got := range [][]string{schema.Changed(c.Before, c.After), schema.Changed(c.After, c.Before)} {
			if diff := cmp.Diff(c.Paths, append([]string{}, got...)); diff != "" {
				t.Errorf("%v to %v: %s", c.Before, c.After, diff)
			}
		}
	}
}

func TestCheckImmutable(t *testing.T) {
	t.Parallel()
	type row struct {
		Type          string
		Before, After scim.Document
		Error         string
	}
	types := deployment(t)
	for _, c := range table[row](t, "testdata/immutable.json") {
		err := types.Type(c.Type).CheckImmutable(c.Before, c.After)
		if diff := cmp.Diff(c.Error, message(err)); diff != "" {
			t.Errorf("%v to %v: %s", c.Before, c.After, diff)
		}
	}
}
