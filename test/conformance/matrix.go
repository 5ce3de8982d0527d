package conformance

import (
	"fmt"
	"io"
	"strings"
)

// WriteMatrix writes results as a page of documentation.
func WriteMatrix(w io.Writer, results []Result) {
	count := Count(results)
	fmt.Fprintf(w, `# Conformance

What the SCIM standards demand of a service provider, and how Joinery meets it. `+"`go test ./test/conformance`"+` runs these
checks over HTTP on SQLite and on PostgreSQL, on a connection in strict mode: others repair some of what is to be refused.
`+"`joinery probe <base-url> --token …`"+` runs them against any server. This page is made by the test:
`+"`go test ./test/conformance -update`"+`.

%d requirements: %d passed, %d failed, %d skipped, %d not applicable. Skipped means that the server says of itself that it
lacks, or does not need, what the check is about; not applicable, that the requirement concerns clients or transport, or cannot
be seen from outside. The sentences are in our words; the standards' own text decides. What a standard defines without one of
the key words, such as the meaning of an operator, is listed as a MUST.
`, len(results), count[Pass], count[Fail], count[Skipped], count[NotApplicable])
	rfc, section := "", ""
	for _, r := range results {
		if r.RFC() != rfc {
			rfc, section = r.RFC(), ""
			fmt.Fprintf(w, "\n## RFC %s: %s\n", rfc, title(rfc))
		}
		if r.Section() != section {
			section = r.Section()
			fmt.Fprintf(w, "\n### Section %s\n\n| id | level | requirement | result |\n|---|---|---|---|\n", section)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", r.ID, r.Level, cell(r.Sentence), cell(outcome(r)))
	}
}

func title(rfc string) string {
	switch rfc {
	case "7643":
		return "core schema"
	case "7644":
		return "protocol"
	}
	return "cursor-based pagination"
}

func outcome(r Result) string {
	if r.Reason == "" || r.Outcome == Fail {
		return string(r.Outcome)
	}
	return string(r.Outcome) + ": " + r.Reason
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
