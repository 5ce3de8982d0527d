package patch

import (
	"maps"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// compiler turns operations into steps and row changes.
type compiler struct {
	patch   *Patch
	rows    []string
	index   int // of the operation
	unknown map[string]bool
}

// request is what one operation asks of one target.
type request struct {
	op    string
	path  string
	value any
	// inner says that the path is a name within a value: what cannot be written
	// is passed over there.
	inner bool
}

func (c *compiler) operation(op scim.PatchOperation) error {
	r := request{op: scim.Fold(op.Op), path: strings.TrimSpace(op.Path), value: op.Value}
	switch r.op {
	case scim.OpAdd, scim.OpReplace, scim.OpRemove:
	default:
		return scim.InvalidSyntaxf("There is no such op. Use add, remove or replace.")
	}
	if r.path != "" {
		return c.target(r)
	}
	if r.op == scim.OpRemove {
		return noTargetf("A removal must have a path that names what to remove.")
	}
	return c.object(r, "")
}

// object takes each name of a value as a path, below a schema if it is given.
func (c *compiler) object(r request, urn string) error {
	if r.value == nil {
		return errNoValue(r.op)
	}
	object, ok := scim.Object(r.value)
	if !ok {
		return scim.InvalidValuef("Without a path to one attribute, the value must be an object of attributes, such as {\"displayName\":\"…\"}.")
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		path := strings.TrimSpace(name)
		if urn != "" {
			path = urn + ":" + path
		}
		value := object[name]
		if value == nil {
			value = []any{}
		}
		if err := c.target(request{op: r.op, path: path, value: value, inner: true}); err != nil {
			return err
		}
	}
	return nil
}

// target resolves the path and hands over to what it names.
func (c *compiler) target(r request) error {
	if s := c.schema(r.path); s != nil {
		return c.wholeSchema(r, s)
	}
	path, err := filter.ParsePath(r.path)
	if err != nil {
		if r.inner && !strings.Contains(r.path, "[") {
			c.ignore(r.path)
			return nil
		}
		return err
	}
	ref, ok := c.resolve(path)
	if !ok {
		c.ignore(r.path)
		return nil
	}
	if path.Filter != nil && ref.Sub != nil && path.Sub == "" {
		return scim.InvalidPathf("The brackets must stand behind the attribute %s, before its part.", ref.Attr.Name)
	}
	switch {
	case ref.Schema == "" && slices.Contains(c.rows, ref.Attr.Name):
		return c.row(r, ref, path)
	case ref.Schema == "" && ref.Attr.Name == "schemas":
		return nil // follows from the data
	case !isReadOnly(ref) && !isKept(ref):
		return c.unkept(r)
	case isReadOnly(ref):
		return c.readOnly(r, ref, path)
	}
	return c.attribute(r, ref, path)
}

// schema returns the schema of the resource type with a URN, or nil.
func (c *compiler) schema(urn string) *schema.Schema {
	if !strings.Contains(urn, ":") {
		return nil
	}
	if strings.EqualFold(urn, c.patch.typ.Core.ID) {
		return c.patch.typ.Core
	}
	for _, s := range c.patch.typ.Extended {
		if strings.EqualFold(urn, s.ID) {
			return s
		}
	}
	return nil
}

// wholeSchema is an operation on all attributes of a schema.
func (c *compiler) wholeSchema(r request, s *schema.Schema) error {
	clear := r.op == scim.OpRemove || scim.Unassigned(r.value) && r.op == scim.OpReplace
	switch {
	case r.value == nil && r.op != scim.OpRemove:
		return errNoValue(r.op)
	case !clear && scim.Unassigned(r.value):
		return nil
	case !clear:
		return c.object(r, s.ID)
	case s == c.patch.typ.Core:
		return noTargetf("The core attributes cannot be removed as a whole. Name the attribute to remove.")
	}
	for _, a := range s.Attributes {
		ref := schema.Ref{Schema: s.ID, Attr: a}
		if !isReadOnly(ref) && isKept(ref) {
			c.add(r, step{op: scim.OpRemove, ref: ref})
		}
	}
	return nil
}

// resolve finds what a path names. A path with brackets names the whole
// attribute before them.
func (c *compiler) resolve(path filter.Path) (schema.Ref, bool) {
	if path.Filter == nil {
		ref, err := c.patch.typ.Resolve(path.String())
		return ref, err == nil
	}
	ref, err := c.patch.typ.Resolve(path.Attr)
	if err != nil {
		return ref, false
	}
	if path.Sub == "" {
		return ref, true
	}
	if ref.Sub != nil {
		return ref, false
	}
	ref.Sub = part(ref.Attr, path.Sub)
	return ref, ref.Sub != nil
}

// unkept is an operation on an attribute that is never returned.
func (c *compiler) unkept(r request) error {
	if r.value == nil && r.op != scim.OpRemove {
		return errNoValue(r.op)
	}
	return nil
}

func (c *compiler) readOnly(r request, ref schema.Ref, path filter.Path) error {
	if r.inner {
		return nil
	}
	if r.op == scim.OpRemove || path.Filter != nil || ref.Attr.MultiValued && ref.Sub != nil {
		return errReadOnly(ref)
	}
	if r.value == nil {
		return errNoValue(r.op)
	}
	c.add(r, step{op: r.op, ref: ref, value: withoutNulls(r.value), compare: true})
	return nil
}

func (c *compiler) add(r request, s step) {
	s.index, s.path = c.index, r.path
	c.patch.steps = append(c.patch.steps, s)
}

func (c *compiler) ignore(path string) {
	if c.unknown[path] {
		return
	}
	if c.unknown == nil {
		c.unknown = map[string]bool{}
	}
	c.unknown[path] = true
	c.patch.ignored = append(c.patch.ignored, path)
}

func isReadOnly(ref schema.Ref) bool {
	return ref.Attr.Mutability == schema.ReadOnly || ref.Leaf().Mutability == schema.ReadOnly
}

// isKept reports whether values of the attribute are stored.
func isKept(ref schema.Ref) bool {
	for _, a := range []*schema.Attribute{ref.Attr, ref.Leaf()} {
		if a.Mutability == schema.WriteOnly || a.Returned == schema.Never {
			return false
		}
	}
	return true
}

func errNoValue(op string) error {
	return scim.InvalidValuef("The op %s needs a value.", op)
}

func errReadOnly(ref schema.Ref) error {
	return mutabilityf("The attribute %s is read-only. Leave it out of the attribute mapping.", ref)
}

// part finds a sub-attribute.
func part(a *schema.Attribute, name string) *schema.Attribute {
	for _, sub := range a.SubAttributes {
		if strings.EqualFold(sub.Name, name) {
			return sub
		}
	}
	return nil
}
