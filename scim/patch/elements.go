package patch

import (
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// elements applies a step to a multi-valued attribute.
func (a *application) elements(s *step) error {
	list, _ := a.get(s.ref).([]any)
	if err := a.spend(len(list)); err != nil {
		return err
	}
	if s.ref.Attr.Type != schema.Complex {
		return a.scalars(s, list)
	}
	e := newElements(s.ref.Attr, list)
	var err error
	switch {
	case s.filter != nil:
		err = a.selected(s, e)
	case s.ref.Sub != nil:
		err = a.parts(s, e)
	default:
		err = a.whole(s, e)
	}
	if err != nil {
		return err
	}
	a.set(s.ref, e.settled())
	return nil
}

// scalars applies a step to an attribute whose elements have no parts.
func (a *application) scalars(s *step, list []any) error {
	attr := s.ref.Attr
	given, _ := s.value.([]any)
	switch {
	case s.filter != nil:
		matched, rest := split(s.filter, list)
		if s.op == scim.OpRemove {
			a.set(s.ref, rest)
			return nil
		}
		result := union(attr, rest, []any{s.value})
		if len(matched) == 0 && s.seed == nil && len(result) > len(rest) {
			return errNoMatch(s)
		}
		a.set(s.ref, result)
	case s.op == scim.OpAdd:
		a.set(s.ref, union(attr, list, given))
	case s.op == scim.OpRemove && s.value != nil:
		a.set(s.ref, without(attr, list, given))
	default:
		a.set(s.ref, given)
	}
	return nil
}

func split(e filter.Expr, list []any) (matched, rest []any) {
	for _, item := range list {
		if filter.MatchElement(e, item) {
			matched = append(matched, item)
		} else {
			rest = append(rest, item)
		}
	}
	return matched, rest
}

// whole applies a step to all elements of an attribute.
func (a *application) whole(s *step, e *elements) error {
	if main, ok := s.value.(mainValue); ok {
		e.setMain(s.op, main.value)
		return nil
	}
	given, _ := s.value.([]any)
	if s.op == scim.OpReplace || s.value == nil {
		e.items = e.items[:0]
		for _, item := range given {
			element, _ := scim.Object(item)
			e.append(element)
		}
		return nil
	}
	for _, item := range given {
		if err := a.spend(len(e.items)); err != nil {
			return err
		}
		element, _ := scim.Object(item)
		if s.op == scim.OpAdd {
			e.add(element)
		} else {
			e.remove(element)
		}
	}
	return nil
}

// parts applies a step to one part of all elements.
func (a *application) parts(s *step, e *elements) error {
	given := s.given()
	switch {
	case s.op == scim.OpRemove:
		a.lessen(s.ref)
	case s.ref.Sub.Name == "primary":
		return e.setPrimary(s.op, given)
	case len(e.items) == 0:
		e.append(given)
	}
	for i := range e.items {
		e.merge(i, s.op, given)
	}
	return nil
}

// selected applies a step to the elements that match the filter of its path.
func (a *application) selected(s *step, e *elements) error {
	matched := false
	for i := range e.items {
		if filter.MatchElement(s.filter, e.items[i]) {
			s.change(e, i, matched)
			matched = true
		}
	}
	if s.ref.Sub != nil && (s.op == scim.OpRemove || !matched) {
		a.lessen(s.ref)
	}
	if matched || s.op == scim.OpRemove {
		return nil
	}
	made := s.made()
	if s.seed != nil && !(a.exact && s.op == scim.OpReplace) {
		e.add(made)
		return nil
	}
	// What the operation asks for may be its own earlier effect.
	if !slices.ContainsFunc(e.items, func(item any) bool {
		element, _ := scim.Object(item)
		return holds(s.ref.Attr, element, made)
	}) {
		return errNoMatch(s)
	}
	return nil
}

// change changes an element that the filter of the path selects. All selected
// elements are replaced by one.
func (s *step) change(e *elements, i int, again bool) {
	switch {
	case s.ref.Sub != nil || s.op == scim.OpAdd:
		e.merge(i, s.op, s.given())
	case s.op == scim.OpRemove || again:
		e.put(i, nil)
	default:
		element := s.made()
		e.put(i, element)
		e.note(i, element)
	}
}

// given returns the parts of an element that the step is about.
func (s *step) given() map[string]any {
	if s.ref.Sub != nil {
		return map[string]any{s.ref.Sub.Name: s.value}
	}
	given, _ := scim.Object(s.value)
	return given
}

// made is a new element that has what the filter and the value of a step say.
func (s *step) made() map[string]any {
	return merge(s.ref.Attr, s.op, s.seed, s.given())
}

func errNoMatch(s *step) error {
	return noTargetf("No element of %s matches the filter, and none can be made from it. Use eq, joined by and, to have one made.", s.ref.Attr.Name)
}
