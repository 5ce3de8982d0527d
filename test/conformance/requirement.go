package conformance

import "strings"

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

// Requirements lists all requirements in the order of the standards.
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
	return all
}
