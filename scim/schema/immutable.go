package schema

import (
	"net/http"

	"github.com/joineryhq/joinery/scim"
)

// CheckImmutable refuses to give an immutable attribute another value once it
// has one, or to take it away (RFC 7644 3.5.1). Both documents are in canonical
// form. Elements of a multi-valued attribute may come and go, as they are what
// the attribute is made of; within one, immutable means that it is another
// element.
//
// The error is an *scim.Error with the type Mutability.
func (t *Type) CheckImmutable(before, after scim.Document) error {
	return checkImmutable(t.root, before, after)
}

func checkImmutable(n *node, before, after map[string]any) error {
	for _, sub := range n.list {
		old, ok := before[sub.attr.Name]
		if !ok {
			continue
		}
		now := after[sub.attr.Name]
		if sub.attr.Mutability == Immutable && !equal(old, now) {
			return scim.Errorf(http.StatusBadRequest, scim.Mutability,
				"%s cannot be changed once it is set. Leave it as it is, or delete the resource and create it anew.", sub.path)
		}
		if sub.attr.MultiValued || sub.attr.Type != Complex {
			continue
		}
		x, _ := scim.Object(old)
		y, _ := scim.Object(now)
		if err := checkImmutable(sub, x, y); err != nil {
			return err
		}
	}
	return nil
}
