package conformance

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Level is how much a requirement binds (RFC 2119).
type Level string

// The levels. SHALL and REQUIRED are MUST, RECOMMENDED is SHOULD.
const (
	Must      Level = "MUST"
	MustNot   Level = "MUST NOT"
	Should    Level = "SHOULD"
	ShouldNot Level = "SHOULD NOT"
)

// Requirement is one demand of a standard.
type Requirement struct {
	// ID is the RFC's number, the section and a running number: 7644-3.3-1.
	ID       string
	Level    Level
	Sentence string
	// Unseen says why there is no check: the requirement concerns clients or
	// transport, or cannot be seen from outside.
	Unseen string

	check func(*T)
}

// RFC is the number of the standard.
func (r Requirement) RFC() string {
	rfc, _, _ := strings.Cut(r.ID, "-")
	return rfc
}

// Section is the section of the standard.
func (r Requirement) Section() string {
	return strings.Split(r.ID, "-")[1]
}

// check makes a requirement that is checked.
func check(id string, level Level, sentence string, fn func(*T)) Requirement {
	return Requirement{ID: id, Level: level, Sentence: sentence, check: fn}
}

// unseen makes a requirement that no check can see.
func unseen(id string, level Level, sentence, reason string) Requirement {
	return Requirement{ID: id, Level: level, Sentence: sentence, Unseen: reason}
}

// Requirements lists all requirements in the order of the standards' sections.
func Requirements() []Requirement {
	var all []Requirement
	for _, list := range [][]Requirement{
		authentication(), messages(), creation(), retrieval(), filtering(), sorting(), paging(),
		projection(), searching(), replacing(), patching(), patchAdding(), patchRemoving(),
		patchReplacing(), deletion(), bulk(), bulkReferences(), formats(), notation(), me(), failures(), versions(),
		discovery(), internationalized(), tenancy(), security(),
		schemaBasics(), commonAttributes(), coreResources(), configuration(), schemaDefinitions(),
		cursors(), cursorErrors(), cursorSecurity(),
	} {
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(a, b Requirement) int {
		return cmp.Or(cmp.Compare(rank(a.RFC()), rank(b.RFC())),
			slices.Compare(numbers(a.Section()), numbers(b.Section())), slices.Compare(numbers(a.ID), numbers(b.ID)))
	})
	return all
}

// rank puts the protocol first, since it is what a server is asked by.
func rank(rfc string) int { return slices.Index([]string{"7644", "9865", "7643"}, rfc) }

// numbers are the numbers in an id or section, in order.
func numbers(id string) []int {
	var out []int
	for part := range strings.FieldsFuncSeq(id, func(c rune) bool { return c == '.' || c == '-' }) {
		n, _ := strconv.Atoi(part) // a test holds the ids to their form
		out = append(out, n)
	}
	return out
}
