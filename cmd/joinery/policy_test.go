package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
)

// TestPolicyHelp: the help names each key of a policy with its recommended value.
func TestPolicyHelp(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(joinery.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	keys := flat(text)
	for key, value := range keys {
		if line := fmt.Sprintf("\n    %s=%s", key, value); !strings.Contains(policyHelp, line) {
			t.Errorf("%q is missing in:\n%s", line, policyHelp)
		}
	}
	if lines := strings.Count(policyHelp, "\n    "); lines != len(keys) {
		t.Errorf("the help has %d keys, the policy %d", lines, len(keys))
	}
}
