package filter

import (
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// elementBinder binds paths that are relative to an attribute.
func elementBinder(ref schema.Ref, tolerant bool) *binder {
	elements := schema.Ref{Schema: ref.Schema, Attr: ref.Attr}
	return &binder{resolve: within(elements), name: elements.String(), tolerant: tolerant, element: true}
}

// within returns what resolves paths relative to an attribute: names of its
// parts, or "value" where it is simple.
func within(ref schema.Ref) resolver {
	return func(path string) (schema.Ref, error) {
		if ref.Attr.Type != schema.Complex && strings.EqualFold(path, "value") {
			return ref, nil
		}
		sub := ref.Attr.Sub(path)
		if sub == nil {
			return ref, unknown(ref.String(), path)
		}
		return schema.Ref{Schema: ref.Schema, Attr: ref.Attr, Sub: sub}, nil
	}
}

func partNames(a *schema.Attribute) string {
	var names []string
	for _, sub := range a.SubAttributes {
		names = append(names, a.Name+"."+sub.Name)
	}
	return strings.Join(names, ", ")
}

func unknown(name, path string) error {
	return scim.InvalidFilterf("%s has no attribute %q to filter by; check its spelling.", name, shorten(path))
}
