// Package filter parses and evaluates SCIM filters (RFC 7644 3.4.2.2).
//
// Parse turns the text into a Node, Bind resolves that against a resource type
// into an Expr, and Match evaluates the Expr on a resource. Match is the
// meaning of a filter: a store that evaluates an Expr by other means, such as
// SQL, must select exactly the resources that Match selects.
//
// # Meaning
//
// Values compare in normal form (schema.Normal): strings without case unless
// the attribute is caseExact, times as instants, and byte by byte where the
// order is asked for.
//
// An attribute without a value satisfies no comparison but ne, which it always
// satisfies. It does not satisfy pr, nor does an empty string or an empty
// complex value. A comparison with null asks for presence: "eq null" is
// "not (… pr)", "ne null" is "… pr".
//
// A comparison with a multi-valued attribute holds if it holds for one of its
// elements. For ne that means: one element differs, or there is none at all.
// "emails.value eq "a"" is "emails[value eq "a"]". Where a complex attribute is
// named without one of its parts, its "value" is meant.
//
// All conditions within the brackets of a value path concern the same element,
// as does one that follows them: emails[type eq "work"].value eq "a" is
// emails[type eq "work" and value eq "a"]. A complex attribute with a single
// value takes a value path too, and counts as one element where it is present.
package filter

import "unicode/utf8"

// Limits on a filter, which keep the work for one request small.
const (
	MaxLength      = 8 << 10 // bytes of text
	MaxDepth       = 32      // parentheses and brackets within each other
	MaxComparisons = 200
)

// Op is a comparison operator.
type Op string

// The operators of RFC 7644 3.4.2.2.
const (
	Eq Op = "eq" // equal
	Ne Op = "ne" // not equal
	Co Op = "co" // contains
	Sw Op = "sw" // starts with
	Ew Op = "ew" // ends with
	Gt Op = "gt" // greater than
	Ge Op = "ge" // greater than or equal
	Lt Op = "lt" // less than
	Le Op = "le" // less than or equal
	Pr Op = "pr" // present
)

const operatorList = "eq, ne, co, sw, ew, gt, ge, lt, le or pr"

func isOp(s string) bool {
	switch Op(s) {
	case Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le, Pr:
		return true
	}
	return false
}

// ordering reports whether the operator asks for an order.
func (op Op) ordering() bool { return op == Gt || op == Ge || op == Lt || op == Le }

// substring reports whether the operator looks at a part of a string.
func (op Op) substring() bool { return op == Co || op == Sw || op == Ew }

// shorten cuts a text for use in an error message.
func shorten(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
