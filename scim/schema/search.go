package schema

import (
	"github.com/joineryhq/joinery/scim"
)

// Search returns what filters on a document in canonical form are evaluated on:
// the same structure with each value in normal form. It leaves out id,
// externalId and meta, which are kept as columns, whatever is never returned,
// as a filter would tell it after all, and values that are not of their type.
func (t *Type) Search(doc scim.Document) scim.Document {
	out := make(map[string]any, len(doc))
	for _, n := range t.root.list {
		if n.common && n.attr.Name != "schemas" {
			continue
		}
		searchInto(out, n, doc)
	}
	return out
}

func searchInto(out map[string]any, n *node, object map[string]any) {
	value, ok := object[n.attr.Name]
	if !ok || n.attr.Returned == Never {
		return
	}
	if list, ok := value.([]any); ok {
		value = searchList(n, list)
	} else {
		value = searchOne(n, value)
	}
	if !scim.Unassigned(value) {
		out[n.attr.Name] = value
	}
}

func searchList(n *node, list []any) []any {
	out := make([]any, 0, len(list))
	for _, item := range list {
		if value := searchOne(n, item); value != nil {
			out = append(out, value)
		}
	}
	return out
}

// searchOne returns nil for what is not of the attribute's type.
func searchOne(n *node, value any) any {
	if n.attr.Type != Complex {
		normal, err := Normal(n.attr, value)
		if err != nil {
			return nil
		}
		return normal
	}
	object, ok := scim.Object(value)
	if !ok {
		return nil
	}
	out := make(map[string]any, len(object))
	for _, sub := range n.list {
		searchInto(out, sub, object)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
