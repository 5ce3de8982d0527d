package patch

import (
	"encoding/json"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// attribute makes the step for an operation on an attribute of the document.
func (c *compiler) attribute(r request, ref schema.Ref, path filter.Path) error {
	s := step{op: r.op, ref: ref}
	if path.Filter != nil {
		if err := c.selection(&s, path.Filter); err != nil {
			return err
		}
	}
	if r.op == scim.OpRemove {
		return c.removal(r, s)
	}
	if r.value == nil {
		return errNoValue(r.op)
	}
	if scim.Unassigned(r.value) {
		if r.op == scim.OpReplace {
			s.op = scim.OpRemove
			c.add(r, s)
		}
		return nil
	}
	ok, err := c.assign(&s, r.value)
	if err == nil && ok {
		c.add(r, s)
	}
	return err
}

// selection resolves the filter of a path.
func (c *compiler) selection(s *step, n filter.Node) error {
	attr := s.ref.Attr
	if !attr.MultiValued {
		return scim.InvalidPathf("The attribute %s has a single value, so its path cannot have a filter. Leave out the brackets.", s.ref)
	}
	var err error
	if s.filter, err = filter.BindElement(n, schema.Ref{Schema: s.ref.Schema, Attr: attr}); err != nil {
		return err
	}
	s.seed = seed(attr, n)
	return nil
}

// assign gives the step its value. It reports false where nothing is left of
// the value, all parts of it being unknown or read-only.
func (c *compiler) assign(s *step, value any) (ok bool, err error) {
	attr, sub, path := s.ref.Attr, s.ref.Sub, s.ref.String()
	if s.filter == nil && attr.MultiValued && (sub == nil || sub.Name == "value") {
		return c.elements(s, value)
	}
	switch {
	case sub != nil:
		s.value, err = c.value(sub, path, value)
	case s.filter == nil:
		s.value, err = c.value(attr, path, value)
	case attr.Type != schema.Complex:
		s.value, err = c.scalar(path, value)
	default:
		if isScalar(value) {
			s.op = scim.OpAdd // it says nothing of the other parts
		}
		s.value, err = c.item(attr, path, value)
	}
	if object, isObject := s.value.(map[string]any); isObject && len(object) == 0 {
		return false, err
	}
	return s.value != nil, err
}

// elements gives the step the elements of a multi-valued attribute, or the
// value of the main one.
func (c *compiler) elements(s *step, value any) (bool, error) {
	s.ref.Sub = nil
	if s.op != scim.OpRemove && isScalar(value) && hasMain(s.ref.Attr) {
		s.value = mainValue{value}
		return true, nil
	}
	list, err := c.list(s.ref.Attr, s.ref.String(), value)
	if len(list) == 0 {
		return false, err
	}
	s.value = list
	return true, err
}

// removal makes the step for a removal. A value says which elements of a
// multi-valued attribute to remove, and nothing otherwise.
func (c *compiler) removal(r request, s step) error {
	ofElements := s.ref.Sub == nil || s.ref.Sub.Name == "value"
	if r.value == nil || s.filter != nil || !s.ref.Attr.MultiValued || !ofElements {
		c.add(r, s)
		return nil
	}
	ok, err := c.elements(&s, r.value)
	if err == nil && ok {
		c.add(r, s)
	}
	return err
}

// hasMain reports whether the elements of an attribute have a value and may be
// of type work: an attribute of which clients think as having one value.
func hasMain(attr *schema.Attribute) bool {
	kind := part(attr, "type")
	if kind == nil || part(attr, "value") == nil {
		return false
	}
	for _, value := range kind.CanonicalValues {
		if strings.EqualFold(value, "work") {
			return true
		}
	}
	return false
}

// seed returns what an element must have to satisfy a filter, nil where that
// does not follow from it. Elements without parts need nothing.
func seed(attr *schema.Attribute, n filter.Node) map[string]any {
	terms, ok := filter.Terms(n)
	if !ok {
		return nil
	}
	made := map[string]any{}
	for _, term := range terms {
		if term.Op == filter.Pr || term.Op == filter.Eq && (term.Value == nil || attr.Type != schema.Complex) {
			continue
		}
		if term.Op != filter.Eq {
			return nil
		}
		sub := part(attr, term.Path)
		if sub == nil || sub.MultiValued || sub.Type == schema.Complex || sub.Mutability == schema.ReadOnly {
			return nil
		}
		value := literal(sub, term.Value)
		if old, ok := made[sub.Name]; ok && old != value || value == nil {
			return nil
		}
		made[sub.Name] = value
	}
	return made
}

// literal gives the value of a filter the type of the attribute, nil if it
// cannot be.
func literal(a *schema.Attribute, value any) any {
	switch a.Type {
	case schema.Boolean:
		normal, err := schema.Normal(a, value)
		if _, ok := normal.(bool); ok && err == nil {
			return normal
		}
		return nil
	case schema.Integer, schema.Decimal:
		if text, ok := value.(string); ok {
			return json.Number(text)
		}
	default:
		if number, ok := value.(json.Number); ok {
			return number.String()
		}
	}
	return value
}
