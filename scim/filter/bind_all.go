package filter

import (
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// BindAll binds a filter to several types as BindTolerant does, but fails
// where an attribute is unknown to all of them. The answer has an Expr for
// each type, in their order.
func BindAll(n Node, types ...*schema.Type) ([]Expr, error) {
	var resolvers []resolver
	for _, t := range types {
		resolvers = append(resolvers, t.Resolve)
	}
	if err := known(n, resolvers); err != nil {
		return nil, err
	}
	exprs := make([]Expr, len(types))
	for i, t := range types {
		var err error
		if exprs[i], err = BindTolerant(n, t); err != nil {
			return nil, err
		}
	}
	return exprs, nil
}

// known checks that each attribute of the filter is found by one of the resolvers.
func known(n Node, resolvers []resolver) error {
	switch n := n.(type) {
	case *junction:
		for _, inner := range n.nodes {
			if err := known(inner, resolvers); err != nil {
				return err
			}
		}
	case *negation:
		return known(n.inner, resolvers)
	case *comparison:
		_, err := found(n.path, resolvers)
		return err
	case *valuePath:
		refs, err := found(n.path, resolvers)
		if err != nil {
			return err
		}
		var parts []resolver
		for _, ref := range refs {
			parts = append(parts, within(ref))
		}
		return known(n.filter, parts)
	}
	return nil
}

// found returns what the resolvers make of a path.
func found(path string, resolvers []resolver) ([]schema.Ref, error) {
	var refs []schema.Ref
	for _, resolve := range resolvers {
		if ref, err := resolve(path); err == nil {
			refs = append(refs, ref)
		}
	}
	if refs == nil {
		return nil, scim.InvalidFilterf("No resource type here has the attribute %q to filter by; check its spelling.", shorten(path))
	}
	return refs, nil
}
