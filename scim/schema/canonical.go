package schema

import (
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// Canonical returns the document in the form in which it is kept, and the paths
// of what it left out because no schema of the type knows it, sorted. doc is
// not changed, and what is returned shares nothing mutable with it.
//
// In canonical form each name has the case of its schema, attributes of the
// core schema stand at the top, those of an extension under its URN, and
// schemas names the core schema and each extension with data. What a client
// cannot set (id, meta and whatever else is readOnly) and what is never read
// back (writeOnly: password) is left out without a word. Values are not
// checked: that is Validate's.
//
// The error is an *scim.Error: schemas is no array of strings, or the document
// is of another resource type.
func (t *Type) Canonical(doc scim.Document) (scim.Document, []string, error) {
	if err := t.checkSchemas(doc.Get("schemas")); err != nil {
		return nil, nil, err
	}
	c := canonicalizer{}
	out := make(map[string]any, len(doc)+1)
	var lifted map[string]any
	for key, value := range doc {
		if object, ok := scim.Object(value); ok && strings.EqualFold(key, t.Core.ID) {
			lifted = object
			continue
		}
		c.put(t.root, key, value, out)
	}
	t.lift(&c, lifted, out)
	out["schemas"] = t.schemasOf(out)
	slices.Sort(c.unknown)
	return out, slices.Compact(c.unknown), nil
}

// lift moves attributes that stand under the URN of the core schema to the top.
func (t *Type) lift(c *canonicalizer, object, out map[string]any) {
	for key, value := range object {
		n := t.root.sub(key)
		if n != nil && n.extension {
			n = nil
		}
		if n == nil {
			if !scim.Unassigned(value) {
				c.unknown = append(c.unknown, t.Core.ID+":"+key)
			}
		} else if _, ok := out[n.attr.Name]; !ok {
			c.put(t.root, key, value, out)
		}
	}
}

func (t *Type) schemasOf(doc map[string]any) []any {
	urns := make([]any, 1, 1+len(t.Extended))
	urns[0] = t.Core.ID
	for _, s := range t.Extended {
		if _, ok := doc[s.ID]; ok {
			urns = append(urns, s.ID)
		}
	}
	return urns
}

// checkSchemas accepts any schemas that do not say that the resource is
// something else: clients leave URNs out, add some without data, and misspell.
func (t *Type) checkSchemas(value any) error {
	if value == nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		return scim.InvalidSyntaxf("schemas must be an array of URNs, not %s.", describe(value))
	}
	other, own := "", false
	for _, item := range list {
		urn, ok := item.(string)
		if !ok {
			return scim.InvalidSyntaxf("schemas must be an array of URNs, but holds %s.", describe(item))
		}
		if strings.EqualFold(urn, t.Core.ID) || t.isExtension(urn) {
			own = true
		} else if name := t.others[scim.Fold(urn)]; name != "" {
			other = name
		}
	}
	if other != "" && !own {
		return scim.InvalidValuef("schemas says that this is a %s. Send it to the endpoint of that resource type, or send a %s with the schema %s.", other, t.Name, t.Core.ID)
	}
	return nil
}

func (t *Type) isExtension(urn string) bool {
	n := t.root.sub(urn)
	return n != nil && n.extension
}

// canonicalizer collects what no schema knows.
type canonicalizer struct{ unknown []string }

// put adds the value that is called key below parent to out.
func (c *canonicalizer) put(parent *node, key string, value any, out map[string]any) {
	if scim.Unassigned(value) {
		return
	}
	n := parent.sub(key)
	if n == nil {
		c.note(parent, key)
		return
	}
	if n.dropped() || n.common && n.attr.Name == "schemas" {
		return
	}
	if key != n.attr.Name && out[n.attr.Name] != nil {
		return // the same name in another case: the exact one wins
	}
	value = c.value(n, value)
	if !scim.Unassigned(value) {
		out[n.attr.Name] = value
	}
}

func (c *canonicalizer) note(parent *node, key string) {
	path := key
	if parent.extension {
		path = parent.path + ":" + key
	} else if parent.path != "" {
		path = parent.path + "." + key
	}
	// Elements of a long array tend to repeat the same name.
	if len(c.unknown) == 0 || c.unknown[len(c.unknown)-1] != path {
		c.unknown = append(c.unknown, path)
	}
}

func (c *canonicalizer) value(n *node, value any) any {
	if list, ok := value.([]any); ok {
		return c.list(n, list)
	}
	if n.attr.Type != Complex {
		return value
	}
	object, ok := scim.Object(value)
	if !ok {
		return value
	}
	return c.object(n, object)
}

// object returns nil for a complex value without any sub-attribute left: that
// is no value.
func (c *canonicalizer) object(n *node, object map[string]any) any {
	out := make(map[string]any, len(object))
	for key, value := range object {
		c.put(n, key, value, out)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (c *canonicalizer) list(n *node, list []any) []any {
	out := make([]any, 0, len(list))
	var seen map[typedValue]bool
	if len(list) > 1 && n.attr.Type == Complex {
		seen = make(map[typedValue]bool, len(list))
	}
	for _, item := range list {
		if object, ok := scim.Object(item); ok && n.attr.Type == Complex {
			item = c.object(n, object)
		}
		if item == nil || repeats(seen, item) {
			continue
		}
		out = append(out, item)
	}
	return out
}

// typedValue is what no two elements of an attribute have in common (RFC 7643 2.4).
type typedValue struct{ value, typ string }

// repeats reports whether an element with the item's value and type was seen
// before, and notes the item.
func repeats(seen map[typedValue]bool, item any) bool {
	element, ok := item.(map[string]any)
	if !ok || seen == nil {
		return false
	}
	value, ok := element["value"].(string)
	if !ok {
		return false
	}
	typ, _ := element["type"].(string)
	key := typedValue{value, typ}
	again := seen[key]
	seen[key] = true
	return again
}
