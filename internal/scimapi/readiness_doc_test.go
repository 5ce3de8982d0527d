package scimapi

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
)

var update = flag.Bool("update", false, "write docs/readiness.md")

// readinessDoc is written by this test when it is run with -update.
const readinessDoc = "../../docs/readiness.md"

const readinessDocHead = `# Readiness

What stands in the way of a connection, or soon will: ask before you turn provisioning on, and whenever something is odd.

` + "```sh" + `
curl -H "Authorization: Bearer $SCIM_TOKEN" https://scim.example.com/scim/v2/readiness
` + "```" + `

takes the connection's own SCIM token, so that whoever sets up the identity provider can ask. The host's support asks
` + "`GET /api/v1/connections/{id}/readiness`" + ` or ` + "`joinery readiness`" + `. All give the same answer:

` + "```json" + `
{
  "schemas": ["` + readinessURN + `"],
  "connection_id": "0199…",
  "ready": false,
  "checked": "2026-11-22T09:30:00Z",
  "findings": [
    {
      "code": "open_cases",
      "severity": "error",
      "summary": "Refusals that wait to be settled: 2.",
      "action": "Settle the cases: each tells what can be done, and who can do it.",
      "count": 2,
      "examples": ["C-7F3K2", "C-0M4QX"]
    }
  ]
}
` + "```" + `

` + "`count`" + ` is how many it concerns, ` + "`of`" + ` of how many; ` + "`examples`" + ` are at most five, the newest first; ` + "`since`" + ` is since when. What does not
apply is left out. A connection is ` + "`ready`" + ` where no finding is an error. Codes are stable; expect new ones.

Asking costs by the size of the connection. It is not in the request log, so that it does not pass for a sign of life of the
identity provider.

`

// severities are the parts of the document.
var severities = []struct {
	severity    joinery.Severity
	title, text string
}{
	{joinery.SeverityError, "Errors", "Pushes or sign-ins fail, or soon will."},
	{joinery.SeverityWarning, "Warnings", "Something will not work as it is meant."},
	{joinery.SeverityInfo, "Worth knowing", "All is as it was set up."},
}

// TestReadinessDoc holds docs/readiness.md to the list of checks.
func TestReadinessDoc(t *testing.T) {
	t.Parallel()
	var doc strings.Builder
	doc.WriteString(readinessDocHead)
	for i, part := range severities {
		if i > 0 {
			doc.WriteString("\n")
		}
		doc.WriteString("## " + part.title + "\n\n" + part.text + "\n\n| code | when | what to do |\n|---|---|---|\n")
		for _, check := range joinery.Checks() {
			if check.Severity == part.severity {
				doc.WriteString("| `" + check.Code + "` | " + check.When + " | " + check.Action + " |\n")
			}
		}
	}
	if *update {
		if err := os.WriteFile(readinessDoc, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(readinessDoc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(written), doc.String()); diff != "" {
		t.Errorf("%s is stale: run go test ./internal/scimapi -run TestReadinessDoc -update\n%s", readinessDoc, diff)
	}
}
