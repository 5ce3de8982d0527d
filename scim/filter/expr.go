package filter

import "github.com/joineryhq/joinery/scim/schema"

// Expr is a filter bound to a resource type: attributes are resolved, values
// are in normal form (schema.Normal).
type Expr interface{ expr() }

// And holds if all of its expressions do.
type And []Expr

// Or holds if one of its expressions does.
type Or []Expr

// Not holds if X does not.
type Not struct{ X Expr }

// Const holds always or never. It stands for a comparison with an attribute
// that the resource type does not have.
type Const bool

// Test compares a single value. Outside of an Any, Ref names a value of the
// resource, and none of its attributes is multi-valued. Within one, only
// Ref.Sub counts: it names a part of the element, or the element itself where
// it is nil.
type Test struct {
	Ref   schema.Ref
	Op    Op
	Value any // string, bool, int64, float64; nil for Pr
}

// Any holds if one element of a multi-valued attribute satisfies Filter.
//
// Ref.Sub is nil but for a multi-valued part of a complex attribute. Such an
// Any may stand within the Any of that attribute, and means the part of the
// one element then.
type Any struct {
	Ref    schema.Ref
	Filter Expr // nil: any element at all
}

func (And) expr()   {}
func (Or) expr()    {}
func (Not) expr()   {}
func (Const) expr() {}
func (Test) expr()  {}
func (Any) expr()   {}
