package filter

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/joineryhq/joinery/scim"
)

// entry is a pair of lines in a file of cases.
type entry struct {
	line            int
	inKey, in       string
	outcome, output string
}

func readCases(t testing.TB, name string) []entry {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var cases []entry
	var current entry
	for i, line := range strings.Split(string(data), "\n") {
		key, value, ok := strings.Cut(line, ": ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !ok:
			t.Fatalf("%s:%d: no key", name, i+1)
		case key == "out" || key == "err":
			current.outcome, current.output = key, value
			cases = append(cases, current)
		default:
			current = entry{line: i + 1, inKey: key, in: value}
		}
	}
	return cases
}

// detail checks that an error is a 400 of a type and returns its detail.
func detail(t testing.TB, err error, errorType scim.ErrorType) string {
	t.Helper()
	var e *scim.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is not a *scim.Error", err)
	}
	if e.Status != 400 || e.Type != errorType {
		t.Errorf("error is %d %s, want 400 %s", e.Status, e.Type, errorType)
	}
	return e.Detail
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t, "testdata/parse.txt") {
		node, err := Parse(c.in)
		if c.inKey == "bare" {
			if err == nil {
				t.Errorf("line %d: Parse takes %s without quotes", c.line, c.in)
			}
			var tolerated bool
			if node, tolerated, err = ParseTolerant(c.in); err == nil && !tolerated {
				t.Errorf("line %d: ParseTolerant does not report its tolerance", c.line)
			}
		}
		if err != nil {
			if got := detail(t, err, scim.InvalidFilter); c.outcome != "err" || got != c.output {
				t.Errorf("line %d: %s\n got error %s\nwant %s %s", c.line, c.in, got, c.outcome, c.output)
			}
			continue
		}
		if got := node.String(); c.outcome != "out" || got != c.output {
			t.Errorf("line %d: %s\n got %s\nwant %s %s", c.line, c.in, got, c.outcome, c.output)
		}
		again, err := Parse(node.String())
		if err != nil || !reflect.DeepEqual(node, again) {
			t.Errorf("line %d: %s does not parse to the same node: %v %v", c.line, node, again, err)
		}
	}
}

// What Parse takes, ParseTolerant takes in the same way.
func TestParseTolerantAgrees(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t, "testdata/parse.txt") {
		strict, err := Parse(c.in)
		if err != nil {
			continue
		}
		node, tolerated, err := ParseTolerant(c.in)
		if err != nil || tolerated || !reflect.DeepEqual(strict, node) {
			t.Errorf("line %d: ParseTolerant(%s) = %v, %v, %v", c.line, c.in, node, tolerated, err)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("(", n) + "a pr" + strings.Repeat(")", n) }
	many := func(n int) string { return strings.Repeat("a pr or ", n-1) + "a pr" }
	long := func(n int) string { return `a eq "` + strings.Repeat("x", n-7) + `"` }
	within := func(n int) string {
		return strings.Repeat("not (", n-1) + "e[a pr or b pr].c pr" + strings.Repeat(")", n-1)
	}
	for _, c := range []struct {
		fits, exceeds, why string
	}{
		{nested(MaxDepth), nested(MaxDepth + 1), "nested deeper than 32 levels"},
		{within(MaxDepth - 1), within(MaxDepth), "nested deeper than 32 levels"},
		{many(MaxComparisons), many(MaxComparisons + 1), "more than 200 comparisons"},
		{long(MaxLength), long(MaxLength + 1), "longer than 8192 bytes"},
	} {
		if _, err := Parse(c.fits); err != nil {
			t.Errorf("at the limit: %v", err)
		}
		if _, err := Parse(c.exceeds); err == nil {
			t.Errorf("no error for a filter %s", c.why)
		} else if got := detail(t, err, scim.InvalidFilter); !strings.Contains(got, c.why) {
			t.Errorf("error %q does not say %q", got, c.why)
		}
	}
}

func TestParseRefusesBadText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a eq \"\xff\"", "a eq \"\x00\"", "a eq x\x00", "a eq \"\n\""} {
		if _, _, err := ParseTolerant(s); err == nil {
			t.Errorf("no error for %q", s)
		} else {
			detail(t, err, scim.InvalidFilter)
		}
	}
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t, "testdata/path.txt") {
		path, err := ParsePath(c.in)
		if err != nil {
			if got := detail(t, err, scim.InvalidPath); c.outcome != "err" || got != c.output {
				t.Errorf("line %d: %s\n got error %s\nwant %s %s", c.line, c.in, got, c.outcome, c.output)
			}
			continue
		}
		parts := []string{path.Attr, "", path.Sub}
		if path.Filter != nil {
			parts[1] = path.Filter.String()
		}
		if got := strings.Join(parts, "|"); c.outcome != "out" || got != c.output {
			t.Errorf("line %d: %s\n got %s\nwant %s %s", c.line, c.in, got, c.outcome, c.output)
		}
		if again, err := ParsePath(path.String()); err != nil || !reflect.DeepEqual(path, again) {
			t.Errorf("line %d: %s does not parse to the same path: %v %v", c.line, path, again, err)
		}
	}
}
