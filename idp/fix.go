package idp

import (
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Request is a SCIM request on its way in, before the strict core sees it.
type Request struct {
	Method     string
	Type       *schema.Type
	Document   scim.Document         // of POST and PUT
	Operations []scim.PatchOperation // of PATCH
}

// Fix repairs one habit.
type Fix struct {
	Name    string // stable, as in logs: "string-boolean"
	Summary string // one sentence: what it does
	Source  string // who does it and where that is known from
	Wants   string // one sentence: what the standard wants
	Quirks  []int  // numbers in docs/idp-quirks.md

	refuse scim.ErrorType // of the refusal in strict mode
	// lawful says that the standard allows what the fix changes, so that strict
	// mode leaves it alone.
	lawful bool
	// A fix looks at the whole request, at each value in it, or, where both are
	// nil, at what comes before the body. Each returns what it repaired, "" for
	// nothing.
	whole func(*Request) []string
	value func(*value) string
}

// Repair is one use of a fix.
type Repair struct {
	Fix    string // its name
	Detail string // what was repaired
}

// universal lists the fixes that every profile has, in the order in which
// they run. They change nothing that could be meant otherwise, and admins do
// not always know which profile is theirs.
func universal() []Fix {
	return []Fix{
		opCase(),
		urnAlias(),
		coreUnderURN(),
		missingSchemas(),
		unknownSchema(),
		missingExtension(),
		qualifiedKey(),
		dottedKey(),
		nestedMembers(),
		wrappedValue(),
		singleObject(),
		bareValue(),
		stringReference(),
		memberDisplayName(),
		stringBoolean(),
		stringNumber(),
		removeValues(),
		unquotedString(),
		bareToken(),
		plainJSON(),
	}
}

// with returns the universal fixes followed by a vendor's own.
func with(own ...Fix) []Fix { return slices.Concat(universal(), own) }
