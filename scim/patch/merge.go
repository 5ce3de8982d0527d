package patch

import (
	"maps"
	"reflect"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// merge returns a complex value with the parts given; nil ones are removed.
// Neither old nor given is changed.
func merge(attr *schema.Attribute, op string, old, given map[string]any) map[string]any {
	made := make(map[string]any, len(old)+len(given))
	maps.Copy(made, old)
	for name, value := range given {
		if value == nil && op == scim.OpAdd {
			continue
		}
		if list, ok := value.([]any); ok && op == scim.OpAdd {
			value = union(part(attr, name), old[name], list)
		}
		if scim.Unassigned(value) {
			delete(made, name)
			continue
		}
		made[name] = value
	}
	dropStale(attr, old, given, made)
	return made
}

// dropStale removes what described the resource that a reference pointed at,
// once it points at another.
func dropStale(attr *schema.Attribute, old, given, made map[string]any) {
	value, before := made["value"], old["value"]
	if before == nil || part(attr, "$ref") == nil || sameValue(part(attr, "value"), before, value) {
		return
	}
	for _, sub := range attr.SubAttributes {
		if _, ok := given[sub.Name]; !ok && (sub.Name == "$ref" || sub.Mutability == schema.ReadOnly) {
			delete(made, sub.Name)
		}
	}
}

// union adds scalars to those that are there.
func union(attr *schema.Attribute, old any, given []any) []any {
	list, _ := old.([]any)
	list = list[:len(list):len(list)]
	seen := make(map[any]bool, len(list)+len(given))
	for _, value := range list {
		seen[normal(attr, value)] = true
	}
	for _, value := range given {
		if key := normal(attr, value); !seen[key] {
			seen[key] = true
			list = append(list, value)
		}
	}
	return list
}

// without removes scalars from those that are there.
func without(attr *schema.Attribute, list, removed []any) []any {
	gone := make(map[any]bool, len(removed))
	for _, value := range removed {
		gone[normal(attr, value)] = true
	}
	var left []any
	for _, value := range list {
		if !gone[normal(attr, value)] {
			left = append(left, value)
		}
	}
	return left
}

// normal is the normal form of a scalar. One of the wrong type, which
// validation is about to refuse, stands for itself.
func normal(attr *schema.Attribute, value any) any {
	if form, err := schema.Normal(attr, value); err == nil {
		return form
	}
	if isScalar(value) {
		return value
	}
	return nil
}

// sameValue reports whether two values of an attribute are equal. It is for
// values that are there: nil equals only nil.
func sameValue(attr *schema.Attribute, a, b any) bool {
	if x, ok := a.(string); ok && attr.Type == schema.String {
		y, ok := b.(string)
		return ok && (x == y || !attr.CaseExact && scim.Fold(x) == scim.Fold(y))
	}
	if isScalar(a) && isScalar(b) {
		return normal(attr, a) == normal(attr, b)
	}
	return reflect.DeepEqual(a, b)
}

// holds reports whether an element has all the parts given.
func holds(attr *schema.Attribute, element, given map[string]any) bool {
	for name, value := range given {
		if there, ok := element[name]; !ok || !sameValue(part(attr, name), there, value) {
			return false
		}
	}
	return true
}

// sameElement reports whether what is given is for this element: the value is
// the same, and so is the type unless one of them is not given.
func sameElement(attr *schema.Attribute, element, given map[string]any) bool {
	value, ok := given["value"]
	if !ok || element["value"] == nil || !sameValue(part(attr, "value"), element["value"], value) {
		return false
	}
	kind, ok := given["type"]
	if !ok {
		return true
	}
	return element["type"] != nil && sameValue(part(attr, "type"), element["type"], kind)
}
