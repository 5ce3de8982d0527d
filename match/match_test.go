package match_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/joineryhq/joinery/match"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/decide.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Case    string
		Subject match.Subject
		Facts   match.Facts
		Verdict match.Verdict
		Tried   []string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	decided := map[string]bool{}
	for _, c := range cases {
		got := match.Decide(c.Subject, c.Facts)
		if diff := cmp.Diff(c.Verdict, got, cmpopts.IgnoreFields(match.Verdict{}, "Trace")); diff != "" {
			t.Errorf("%s: verdict (-want +got):\n%s", c.Case, diff)
		}
		var tried []string
		for i, step := range got.Trace {
			tried = append(tried, step.Rule)
			if last := i == len(got.Trace)-1; step.Decided != last || step.Finding == "" {
				t.Errorf("%s: step %+v", c.Case, step)
			}
		}
		if diff := cmp.Diff(c.Tried, tried); diff != "" {
			t.Errorf("%s: rules tried (-want +got):\n%s", c.Case, diff)
		}
		decided[got.Rule] = true
	}
	for _, rule := range match.Rules() {
		if !decided[rule.Name] {
			t.Errorf("no case is decided by rule %s", rule.Name)
		}
	}
}
