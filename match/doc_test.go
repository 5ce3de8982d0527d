package match_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/match"
)

// matchingDoc is written by this test when it is run with -update.
const matchingDoc = "../docs/matching.md"

var update = flag.Bool("update", false, "rewrite docs/matching.md")

// TestMatchingDoc holds docs/matching.md to the rules and their data files.
func TestMatchingDoc(t *testing.T) {
	t.Parallel()
	var doc strings.Builder
	doc.WriteString(docHead)
	writeRules(&doc)
	doc.WriteString(docProof)
	doc.WriteString(docPolicy)
	writeUsernames(&doc)
	doc.WriteString(docCases)
	for _, rule := range ruleNames() {
		writeCases(&doc, rule, examples(t, rule))
	}
	if *update {
		if err := os.WriteFile(matchingDoc, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(matchingDoc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(written), doc.String()); diff != "" {
		t.Errorf("%s is stale: run go test ./match -run TestMatchingDoc -update\n%s", matchingDoc, diff)
	}
}

const docHead = `# Matching: who is pushed, who signs in

An identity provider pushes a User, or changes one, or signs someone in, and your product has accounts already. Who is
it? One function decides, ` + "`match.Decide`" + `, for pushes and sign-ins alike, so that the two cannot disagree. It looks at the
person, at the facts about him and at the connection's policy, and answers with a verdict and a trace.

This page is generated from the rules and their data files: ` + "`go test ./match -run TestMatchingDoc -update`" + `.

## The verdict

| Verdict | What it does |
|---|---|
| create | makes a new User with a new account; of a change: lets it pass |
| adopt | joins the User to an account that is there already. The account keeps its email and username |
| return | revives a deleted User, under its id and with its account, or takes over one that only sign-ins made |
| refuse | answers a push with 409 and denies a sign-in. Nothing changes, and a case is opened where there is something to settle |

The trace names each rule that was tried, what it found, and which one decided. It names nobody, so it can be shown to
the customer.

## The rules

They are tried in this order; the first that decides wins. An account, its email and its username are those of the whole
deployment, all else is within one connection and its organization.

| # | Rule | When, and the verdict | Why that is safe |
|---|---|---|---|
`

func writeRules(doc *strings.Builder) {
	for i, rule := range match.Rules() {
		fmt.Fprintf(doc, "| %d | [`%s`](#%s) | %s | %s |\n", i+1, rule.Name, rule.Name, cell(rule.Sentence), cell(rule.Safety))
	}
}

const docProof = `
Two of them are no matching: ` + "`sign_in_policy`" + ` is where the policy has its say on sign-ins, and ` + "`settled`" + ` is where a person's
word counts.

A change is decided like a create, but never moves a User to another account; only a person does. Where the account does
not follow its User, because the organization may not rename it, the rules about accounts do not apply to the change, and
the User changes alone. A User that was pushed before its connection touched accounts has none yet: a change or sign-in
of it goes through the rules about accounts, and what they decide is for that User.

## The order of proof

1. The identity provider's own key for a person: the externalId of a push, the subject of a sign-in (SAML NameID, OIDC
   sub). Of a deleted User, another externalId is another person, whatever else the two share.
2. The userName, within the connection.
3. The email. It finds a User of the same connection. It finds an account of someone else only where the person agreed by
   becoming a member, where the organization has verified the domain, or where a person has decided.
4. The account's username: never. The same name does not prove the same person.

Where several Users fit a sign-in equally well, it is the one whose account has the email; else a suspended one goes
first, which refuses.

`

const docPolicy = `## What the policy decides

| Key | Values | recommended | bsr | pulumi | Rule |
|---|---|---|---|---|---|
| ` + "`member`" + ` | adopt, ask, refuse | adopt | adopt | adopt | ` + "`member`" + ` |
| ` + "`verified_domain`" + ` | adopt, ask, refuse | adopt | adopt | refuse | ` + "`verified_domain`" + ` |
| ` + "`username`" + ` | local_part, verbatim | local_part | local_part | verbatim | what the wanted username is |
| ` + "`username_taken`" + ` | suffix, refuse | suffix | suffix | refuse | ` + "`username_taken`, `split_identity`" + ` |
| ` + "`rename`" + ` | allow, refuse | allow | allow | refuse | before any rule: a change of userName is answered 400 |
| ` + "`verified_domains_only`" + ` | false, true | false | false | false | ` + "`domain_not_allowed`" + ` |
| ` + "`sign_in`" + ` | create, link_only, off | create | create | create | ` + "`sign_in_policy`" + ` |
| ` + "`retention_days`" + ` | 0 to 3650 | 30 | 30 | 30 | for how long a deleted User can return, and is denied |
| ` + "`reserve_days`" + ` | 0 to 3650 | 30 | 30 | 30 | for how long an account holds an email or username that it gave up |

` + "`ask` and `refuse`" + ` are both refusals, of the reason ` + "`email_taken`" + `; under ` + "`ask`" + ` the case says that a person's word is wanted.

## Usernames

The policy ` + "`username`" + ` says how the username of a new account is made of the userName. Under ` + "`verbatim`" + ` it is the userName,
up to 128 characters. Under ` + "`local_part`" + `, and where the userName cannot be taken as it is, it has 2 to 32 characters: lower
case letters, digits and hyphens, a letter first, a letter or digit last.

| userName | local_part | verbatim | |
|---|---|---|---|
`

func writeUsernames(doc *strings.Builder) {
	for _, e := range usernameExamples {
		fmt.Fprintf(doc, "| `%s` | `%s` | `%s` | %s |\n", e.userName, e.localPart, e.verbatim, e.what)
	}
	fmt.Fprintf(doc, `
Where that is taken or reserved, policy `+"`username_taken`"+` `+"`suffix`"+` puts the next free number behind it, within the length:
`+"`ada`, `%s`, `%s`"+`. Reserved, with or without accents, are:

`, match.NumberedUsername("local_part", "ada", 2), match.NumberedUsername("local_part", "ada", 3))
	for line := range slices.Chunk(match.Reserved, 10) {
		doc.WriteString("`" + strings.Join(line, "`, `") + "`\n")
	}
}

const docCases = `
## The cases of each rule

Each line is a case of ` + "`match/testdata`" + `, which the tests hold: what the rule decides, and what it just does not. The
policy is the recommended one but for what is named.
`

func writeCases(doc *strings.Builder, rule string, cases []example) {
	fmt.Fprintf(doc, "\n### %s\n\n| From | Case | Policy | Verdict | What the rule finds |\n|---|---|---|---|---|\n", rule)
	for _, e := range cases {
		v := e.decide()
		fmt.Fprintf(doc, "| %s | %s | %s | %s | %s |\n",
			strings.ReplaceAll(string(e.Subject.Source), "_", "-"), cell(e.Case), e.Policy, describe(v), finding(v, rule))
	}
}

// finding is what a rule found.
func finding(v match.Verdict, rule string) string {
	for _, step := range v.Trace {
		if step.Rule == rule {
			return step.Finding
		}
	}
	return "(not tried)"
}

func describe(v match.Verdict) string {
	text := string(v.Kind)
	if v.Reason != "" && string(v.Reason) != v.Rule {
		text += fmt.Sprintf(" as `%s`", v.Reason)
	}
	if v.Suffix {
		text += " with a number"
	}
	return text + fmt.Sprintf(", by `%s`", v.Rule)
}

// String names the keys that differ from the recommended policy.
func (p policy) String() string {
	var keys []string
	add := func(name string, value, usual any) {
		if value != usual {
			keys = append(keys, fmt.Sprintf("`%s` %v", name, value))
		}
	}
	add("member", p.Member, recommended.Member)
	add("verified_domain", p.VerifiedDomain, recommended.VerifiedDomain)
	add("username_taken", p.UsernameTaken, recommended.UsernameTaken)
	add("verified_domains_only", p.VerifiedDomainsOnly, recommended.VerifiedDomainsOnly)
	add("sign_in", p.SignIn, recommended.SignIn)
	return strings.Join(keys, ", ")
}

// cell is a text as it can stand in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "[", `\[`, "<", `\<`).Replace(text)
}
