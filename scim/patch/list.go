package patch

import (
	"maps"
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// elements is a complex multi-valued attribute while a step changes it. An
// element is replaced, never changed in place; nil stands for one that is gone.
type elements struct {
	attr    *schema.Attribute
	items   []any
	primary int // the element that the step made primary last, or -1
}

func newElements(attr *schema.Attribute, list []any) *elements {
	return &elements{attr: attr, items: slices.Clone(list), primary: -1}
}

func (e *elements) at(i int) map[string]any {
	element, _ := scim.Object(e.items[i])
	return element
}

func (e *elements) put(i int, element map[string]any) {
	if len(element) == 0 {
		e.items[i] = nil
		return
	}
	e.items[i] = element
}

// merge gives an element the parts given.
func (e *elements) merge(i int, op string, given map[string]any) {
	e.put(i, merge(e.attr, op, e.at(i), given))
	e.note(i, given)
}

func (e *elements) append(element map[string]any) {
	e.items = append(e.items, element)
	e.note(len(e.items)-1, element)
}

// note remembers which element is given as primary.
func (e *elements) note(i int, given map[string]any) {
	if given["primary"] == true {
		e.primary = i
	}
}

// add adds an element that is not there yet.
func (e *elements) add(given map[string]any) {
	i := e.find(given)
	if i < 0 {
		e.append(given)
		return
	}
	e.merge(i, scim.OpAdd, given)
}

// find returns the element that given is about, or -1.
func (e *elements) find(given map[string]any) int {
	same := -1
	for i := range e.items {
		element := e.at(i)
		if holds(e.attr, element, given) {
			return i
		}
		if same < 0 && sameElement(e.attr, element, given) {
			same = i
		}
	}
	return same
}

// remove removes the elements that given is about: by their value, and type if
// given, or, if they have no value, by all that is given.
func (e *elements) remove(given map[string]any) {
	_, byValue := given["value"]
	for i := range e.items {
		element := e.at(i)
		if element != nil && (byValue && sameElement(e.attr, element, given) || !byValue && holds(e.attr, element, given)) {
			e.items[i] = nil
		}
	}
}

// setMain gives the main element a value, and makes one if there is none.
func (e *elements) setMain(op string, value any) {
	given := map[string]any{"value": value}
	if op == scim.OpAdd && e.find(given) >= 0 {
		return
	}
	if i := e.mainOf("work"); i >= 0 {
		e.merge(i, op, given)
		return
	}
	e.add(map[string]any{"value": value, "type": "work"})
}

// setPrimary makes the main element primary, or the one that is no longer.
func (e *elements) setPrimary(op string, given map[string]any) error {
	i := e.mainOf("work")
	if i < 0 && len(e.items) == 1 {
		i = 0
	}
	switch {
	case given["primary"] == false && (i < 0 || e.at(i)["primary"] != true):
		return nil
	case i < 0:
		return noTargetf("The path must say which element of %s is meant. Add a filter such as [type eq \"work\"].", e.attr.Name)
	}
	e.merge(i, op, given)
	return nil
}

// mainOf returns the primary element, else the first one of a type, else -1.
func (e *elements) mainOf(kind string) int {
	typed := -1
	for i := range e.items {
		element := e.at(i)
		if element["primary"] == true {
			return i
		}
		if own, _ := element["type"].(string); typed < 0 && scim.Fold(own) == kind {
			typed = i
		}
	}
	return typed
}

// settled returns the elements that are left. If the step made one primary, the
// others are no longer.
func (e *elements) settled() []any {
	for i := range e.items {
		element := e.at(i)
		if e.primary < 0 || i == e.primary || element["primary"] != true {
			continue
		}
		element = maps.Clone(element)
		element["primary"] = false
		e.items[i] = element
	}
	return slices.DeleteFunc(e.items, func(item any) bool { return item == nil })
}

// sweep removes the elements of an attribute that are left with nothing but
// what describes a value.
func (a *application) sweep(ref schema.Ref) {
	if !hasContent(ref.Attr) {
		return
	}
	list, _ := a.get(ref).([]any)
	hollow := func(item any) bool {
		element, _ := scim.Object(item)
		for name := range element {
			if !describes(name) {
				return false
			}
		}
		return true
	}
	if slices.ContainsFunc(list, hollow) {
		a.set(ref, slices.DeleteFunc(slices.Clone(list), hollow))
	}
}

func describes(name string) bool { return name == "type" || name == "primary" || name == "display" }

func hasContent(attr *schema.Attribute) bool {
	return slices.ContainsFunc(attr.SubAttributes, func(sub *schema.Attribute) bool { return !describes(sub.Name) })
}
