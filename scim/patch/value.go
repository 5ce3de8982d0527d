package patch

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// value brings what a client sent for an attribute into canonical form. What
// is unknown or cannot be written is left out; types of scalars are not
// checked, but for schema.Type.Validate to check.
func (c *compiler) value(a *schema.Attribute, path string, value any) (any, error) {
	switch {
	case scim.Unassigned(value):
		return nil, nil
	case a.MultiValued:
		list, err := c.list(a, path, value)
		if len(list) == 0 {
			return nil, err
		}
		return list, err
	case a.Type == schema.Complex:
		return c.complex(a, path, value)
	}
	return c.scalar(path, value)
}

func (c *compiler) scalar(path string, value any) (any, error) {
	if !isScalar(value) {
		return nil, scim.InvalidValuef("The value of %s must be a single value, not an array or an object.", path)
	}
	return value, nil
}

// complex takes an object, an array of one, or the value of the part "value".
// Parts without a value are in the answer as nil.
func (c *compiler) complex(a *schema.Attribute, path string, value any) (map[string]any, error) {
	if list, ok := value.([]any); ok && len(list) == 1 {
		value = list[0]
	}
	if main := part(a, "value"); main != nil && isScalar(value) {
		return map[string]any{main.Name: value}, nil
	}
	object, ok := scim.Object(value)
	if !ok {
		return nil, scim.InvalidValuef("The value of %s must be an object, such as {%q:…}.", path, a.SubAttributes[0].Name)
	}
	made := make(map[string]any, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		sub := part(a, name)
		if sub == nil {
			c.ignore(path + "." + name)
			continue
		}
		if ref := (schema.Ref{Attr: a, Sub: sub}); isReadOnly(ref) || !isKept(ref) {
			continue
		}
		inner, err := c.value(sub, path+"."+sub.Name, object[name])
		if err != nil {
			return nil, err
		}
		made[sub.Name] = inner
	}
	return made, nil
}

// list takes the elements of a multi-valued attribute, or a single one, and
// leaves out empty ones.
func (c *compiler) list(a *schema.Attribute, path string, value any) ([]any, error) {
	given, ok := value.([]any)
	if !ok {
		given = []any{value}
	}
	if len(given) > MaxValues {
		return nil, tooLarge("%s has %d values; send %d at the most.", path, len(given), MaxValues)
	}
	list := make([]any, 0, len(given))
	for _, value := range given {
		item, err := c.item(a, path, value)
		if err != nil {
			return nil, err
		}
		if item != nil {
			list = append(list, item)
		}
	}
	onePrimary(list)
	return list, nil
}

// item takes one element, nil where nothing is left of it.
func (c *compiler) item(a *schema.Attribute, path string, value any) (any, error) {
	if scim.Unassigned(value) {
		return nil, nil
	}
	if a.Type != schema.Complex {
		return c.scalar(path, value)
	}
	element, err := c.complex(a, path, value)
	maps.DeleteFunc(element, func(_ string, v any) bool { return v == nil })
	if len(element) == 0 {
		return nil, err
	}
	return element, err
}

// onePrimary leaves the last of the elements that are primary so.
func onePrimary(list []any) {
	found := false
	for _, item := range slices.Backward(list) {
		element, _ := item.(map[string]any)
		if element["primary"] != true {
			continue
		}
		if found {
			element["primary"] = false
		}
		found = true
	}
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, bool, json.Number:
		return true
	}
	return false
}

// withoutNulls returns the value without the names that have no value.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		made := make(map[string]any, len(value))
		for name, inner := range value {
			if !scim.Unassigned(inner) {
				made[name] = withoutNulls(inner)
			}
		}
		return made
	case []any:
		made := make([]any, len(value))
		for i, inner := range value {
			made[i] = withoutNulls(inner)
		}
		return made
	}
	return value
}
