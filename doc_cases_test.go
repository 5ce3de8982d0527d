package joinery_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// TestCasesDoc holds docs/cases.md to the reasons for refusals, to what the
// identity provider is told, and to the runbooks: one for each reason.
func TestCasesDoc(t *testing.T) {
	t.Parallel()
	var doc strings.Builder
	doc.WriteString(part(t, "testdata/docs/cases.md"))
	var want []string
	for _, reason := range joinery.CaseReasons() {
		file := string(reason.Reason) + ".md"
		want = append(want, file)
		fmt.Fprintf(&doc, "\n## %s\n\n%s.\n\n", reason.Reason, reason.Title)
		fmt.Fprintf(&doc, "| | |\n|---|---|\n| the identity provider is told | %s |\n", anonymous(told(t, reason.Reason)))
		fmt.Fprintf(&doc, "| the customer is told | %s |\n| actions | %s |\n\n", reason.Customer, strings.Join(reason.Actions, ", "))
		doc.WriteString(part(t, "testdata/runbooks/"+file))
	}
	doc.WriteString(part(t, "testdata/docs/cases-merges.md"))
	holdDocument(t, "docs/cases.md", doc.String())

	var files []string
	for _, entry := range done(os.ReadDir("testdata/runbooks"))(t) {
		files = append(files, entry.Name())
	}
	slices.Sort(want)
	if !slices.Equal(files, want) {
		t.Errorf("the runbooks are %v, the reasons want %v", files, want)
	}
}

// refusals has, for each reason, a push that is refused for it.
var refusals = map[match.Reason]func(*customer) *joinery.Refusal{
	match.ReasonEmailTaken: func(c *customer) *joinery.Refusal {
		c.account("sam@home.example", "sam", "")
		return c.refused(user("sam@acme.example", "00u1", "Sam Stone", "Sam@Home.example"))
	},
	match.ReasonUsernameTaken: func(c *customer) *joinery.Refusal {
		c.policy(`{"username_taken": "refuse"}`)
		c.account("", "ada", "")
		return c.refused(user("Ada", "00u1", "Ada Berg", "ada@acme.example"))
	},
	match.ReasonSplitIdentity: func(c *customer) *joinery.Refusal {
		c.policy(`{"username_taken": "refuse"}`)
		c.account("pat@acme.example", "pat-moser", "member")
		c.account("", "pat", "")
		return c.refused(user("pat", "00u1", "Pat Moser", "pat@acme.example"))
	},
	match.ReasonAlreadyLinked: func(c *customer) *joinery.Refusal {
		c.push("User", user("kim.one", "00u1", "Kim Berg", "kim@acme.example"))
		return c.refused(user("kim.two", "00u2", "Kim Berg", "kim@acme.example"))
	},
	match.ReasonProtected: func(c *customer) *joinery.Refusal {
		id := c.account("rescue@acme.example", "rescue", "admin")
		protected := true
		done(c.UpdateAccount(c.t.Context(), id, joinery.AccountChange{Protected: &protected}))(c.t)
		return c.refused(user("rescue@acme.example", "00u1", "", "rescue@acme.example"))
	},
	match.ReasonDomainNotAllowed: func(c *customer) *joinery.Refusal {
		c.policy(`{"verified_domains_only": true}`)
		return c.refused(user("guest", "00u1", "A guest", "guest@elsewhere.example"))
	},
	match.ReasonDuplicateUser: func(c *customer) *joinery.Refusal {
		c.push("User", user("ada@acme.example", "00u1", "Ada Berg", "ada@acme.example"))
		return c.refused(user("ada@acme.example", "00u2", "Ada Berg", "ada.berg@acme.example"))
	},
	match.ReasonLastOwner: func(c *customer) *joinery.Refusal {
		c.account("kim@acme.example", "kim", "owner")
		return c.refusal(c.remove("User", c.push("User", user("kim@acme.example", "00u1", "Kim Berg", "kim@acme.example"))))
	},
}

// told is what the identity provider is told of a refusal.
func told(t *testing.T, reason match.Reason) string {
	t.Helper()
	play := refusals[reason]
	if play == nil {
		t.Fatalf("nothing is refused for %s", reason)
	}
	refusal := play(newCustomer(t))
	if refusal.Case.Reason != reason {
		t.Fatalf("refused for %s, want %s", refusal.Case.Reason, reason)
	}
	answer, ok := errors.AsType[*scim.Error](refusal)
	if !ok {
		t.Fatalf("no answer of SCIM: %v", refusal)
	}
	return answer.Detail
}
