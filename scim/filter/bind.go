package filter

import (
	"errors"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Bind resolves a filter against a resource type. Errors are *scim.Error with
// status 400 and type InvalidFilter.
func Bind(n Node, t *schema.Type) (Expr, error) {
	b := binder{resolve: t.Resolve, name: t.Name}
	return b.bind(n)
}

// BindTolerant is Bind for a filter on resources of several types: an
// attribute that the type does not have counts as one without a value.
func BindTolerant(n Node, t *schema.Type) (Expr, error) {
	b := binder{resolve: t.Resolve, name: t.Name, tolerant: true}
	return b.bind(n)
}

// BindElement binds a filter whose paths are relative to an element of a
// complex or multi-valued attribute, as in the brackets of a PATCH path. The
// answer is for MatchElement, and for the Filter of an Any.
func BindElement(n Node, ref schema.Ref) (Expr, error) {
	return elementBinder(ref, false).bind(n)
}

// resolver finds the attribute at a path, as schema.Type.Resolve does.
type resolver = func(path string) (schema.Ref, error)

type binder struct {
	resolve  resolver
	name     string // of what has the attributes
	tolerant bool   // take unknown attributes as absent
	element  bool   // paths are relative to an element
}

func (b *binder) bind(n Node) (Expr, error) {
	switch n := n.(type) {
	case *junction:
		exprs := make([]Expr, len(n.nodes))
		for i, inner := range n.nodes {
			var err error
			if exprs[i], err = b.bind(inner); err != nil {
				return nil, err
			}
		}
		if n.word == "and" {
			return And(exprs), nil
		}
		return Or(exprs), nil
	case *negation:
		x, err := b.bind(n.inner)
		return Not{x}, err
	case *valuePath:
		return b.bindValuePath(n)
	case *comparison:
		return b.bindComparison(n)
	}
	return nil, errors.New("filter: node of a foreign type")
}

// lookUp resolves a path and refuses what cannot be filtered. It reports false
// for an attribute that counts as one without a value.
func (b *binder) lookUp(path string) (schema.Ref, bool, error) {
	ref, err := b.resolve(path)
	switch {
	case err != nil && b.tolerant:
		return ref, false, nil
	case err != nil:
		return ref, false, unknown(b.name, path)
	case ref.Attr.Returned == schema.Never || ref.Leaf().Returned == schema.Never:
		return ref, false, scim.InvalidFilterf("The attribute %s is never shown, so it cannot be filtered by.", ref)
	}
	return ref, true, nil
}

func (b *binder) bindValuePath(n *valuePath) (Expr, error) {
	ref, ok, err := b.lookUp(n.path)
	if err != nil || !ok {
		return Const(false), err
	}
	if ref.Sub != nil || ref.Attr.Type != schema.Complex && !ref.Attr.MultiValued {
		return nil, scim.InvalidFilterf("The attribute %s has no parts, so it cannot have brackets; compare it directly, as in %s eq \"…\".", ref, ref)
	}
	inner := elementBinder(ref, b.tolerant)
	x, err := inner.bind(n.filter)
	if err != nil {
		return nil, err
	}
	if ref.Attr.MultiValued {
		return Any{ref, x}, nil
	}
	return And{Test{Ref: ref, Op: Pr}, x}, nil
}

func (b *binder) bindComparison(n *comparison) (Expr, error) {
	ref, ok, err := b.lookUp(n.path)
	if err != nil || !ok {
		return Const(n.op == Ne && n.value != nil || n.op == Eq && n.value == nil), err
	}
	if n.value == nil && n.op != Pr {
		return b.bindNull(n, ref)
	}
	if n.op == Pr {
		return b.spread(ref, Test{Ref: ref, Op: Pr}), nil
	}
	if ref.Leaf().Type == schema.Complex {
		if ref.Sub = ref.Attr.Sub("value"); ref.Sub == nil {
			return nil, scim.InvalidFilterf("The attribute %s is made of parts; compare one of them: %s.", ref, partNames(ref.Attr))
		}
	}
	value, err := operand(ref, n)
	if err != nil {
		return nil, err
	}
	return b.spread(ref, Test{ref, n.op, value}), nil
}

// bindNull binds a comparison with null, which asks for presence.
func (b *binder) bindNull(n *comparison, ref schema.Ref) (Expr, error) {
	present := b.spread(ref, Test{Ref: ref, Op: Pr})
	switch n.op {
	case Eq:
		return Not{present}, nil
	case Ne:
		return present, nil
	}
	return nil, scim.InvalidFilterf("The attribute %s cannot be compared with null by %s; use eq or ne.", ref, n.op)
}

// spread asks a test for one element of each multi-valued attribute on the way
// to its value.
func (b *binder) spread(ref schema.Ref, test Test) Expr {
	var x Expr = test
	if ref.Sub != nil && ref.Sub.MultiValued {
		values := ref
		test.Ref = schema.Ref{Schema: ref.Schema, Attr: ref.Sub}
		x = anyOf(values, test)
	}
	if b.element || !ref.Attr.MultiValued {
		return x
	}
	elements := schema.Ref{Schema: ref.Schema, Attr: ref.Attr}
	if ref.Sub == nil && test.Op == Pr {
		return Any{Ref: elements}
	}
	if test.Op == Ne {
		return Or{Not{Any{Ref: elements}}, Any{elements, x}}
	}
	return Any{elements, x}
}

func anyOf(ref schema.Ref, test Test) Expr {
	switch test.Op {
	case Pr:
		return Any{Ref: ref}
	case Ne:
		return Or{Not{Any{Ref: ref}}, Any{ref, test}}
	}
	return Any{ref, test}
}
