package match_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/joineryhq/joinery/match"
)

// example is one case of the data files. There is one file for each rule, of
// what the rule decides and of what it just does not.
type example struct {
	Case    string
	Subject match.Subject
	Facts   match.Facts
	Policy  policy
	Verdict match.Verdict
}

// policy has the keys of a connection's policy that matter; the recommended
// values where none are given.
type policy struct {
	Member              match.Choice `json:"member"`
	VerifiedDomain      match.Choice `json:"verified_domain"`
	UsernameTaken       string       `json:"username_taken"`
	VerifiedDomainsOnly bool         `json:"verified_domains_only"`
	SignIn              string       `json:"sign_in"`
}

var recommended = policy{Member: match.Adopt, VerifiedDomain: match.Adopt, UsernameTaken: "suffix", SignIn: "create"}

// UnmarshalJSON begins with the recommended policy.
func (p *policy) UnmarshalJSON(data []byte) error {
	type keys policy
	k := keys(recommended)
	err := decode(data, &k)
	*p = policy(k)
	return err
}

func (p policy) rules() match.Policy {
	return match.Policy{
		Member: p.Member, VerifiedDomain: p.VerifiedDomain,
		RefuseTakenUsername: p.UsernameTaken == "refuse", VerifiedDomainsOnly: p.VerifiedDomainsOnly,
		SignIn: p.SignIn,
	}
}

// decode refuses keys that nothing reads.
func decode(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(v)
}

func (e *example) decide() match.Verdict { return match.Decide(e.Subject, e.Facts, e.Policy.rules()) }

// examples reads the file of a rule.
func examples(t *testing.T, rule string) []example {
	t.Helper()
	data, err := os.ReadFile("testdata/" + rule + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	list := make([]example, len(raw))
	for i := range raw {
		list[i].Policy = recommended
		if err := decode(raw[i], &list[i]); err != nil {
			t.Fatalf("%s: %s: %v", rule, list[i].Case, err)
		}
	}
	return list
}

func ruleNames() (names []string) {
	for _, rule := range match.Rules() {
		names = append(names, rule.Name)
	}
	return names
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, rule := range ruleNames() {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			decided, left := 0, 0
			for _, e := range examples(t, rule) {
				got := e.decide()
				if diff := cmp.Diff(e.Verdict, got, cmpopts.IgnoreFields(match.Verdict{}, "Trace")); diff != "" {
					t.Errorf("%s: verdict (-want +got):\n%s", e.Case, diff)
				}
				checkTrace(t, e.Case, got)
				if got.Rule == rule {
					decided++
				} else {
					left++
				}
			}
			if decided == 0 || left == 0 {
				t.Errorf("%d cases are decided by the rule, %d are not: want some of both", decided, left)
			}
		})
	}
}

// failer is a *testing.T or a *rapid.T.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkTrace holds that the rules were tried in order, up to the one that
// decided, and that each found something.
func checkTrace(t failer, name string, v match.Verdict) {
	t.Helper()
	var tried []string
	for i, step := range v.Trace {
		tried = append(tried, step.Rule)
		if last := i == len(v.Trace)-1; step.Decided != last || !strings.HasSuffix(step.Finding, ".") {
			t.Errorf("%s: step %+v", name, step)
		}
	}
	names := ruleNames()
	if want := names[:slices.Index(names, v.Rule)+1]; !slices.Equal(want, tried) {
		t.Errorf("%s: tried %v, want %v", name, tried, want)
	}
}

// TestFiles holds that each file is read.
func TestFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); !slices.Contains(ruleNames(), name) {
			t.Errorf("%s is the file of no rule", file)
		}
	}
}
