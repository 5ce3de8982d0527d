package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// registry joins what was loaded.
func (b *builder) registry() (*Registry, error) {
	r := &Registry{byURN: map[string]*Schema{}}
	for _, s := range b.schemas {
		r.byURN[scim.Fold(s.def.ID)] = s.def
	}
	r.schemas = b.sortedSchemas()
	for _, d := range b.types {
		t, err := b.newType(r, d)
		if err != nil {
			return nil, err
		}
		r.types = append(r.types, t)
	}
	others := r.types[2:]
	slices.SortFunc(others, func(x, y *Type) int { return strings.Compare(x.Name, y.Name) })
	for _, t := range r.types {
		t.index(b.common, r.types)
	}
	return r, b.checkUsed(r.types)
}

// sortedSchemas puts what files added between the schemas of resources and
// those of the service itself.
func (b *builder) sortedSchemas() []*Schema {
	var list, extra []*Schema
	for i, s := range b.schemas {
		if i < b.builtin {
			list = append(list, s.def)
		} else {
			extra = append(extra, s.def)
		}
	}
	slices.SortFunc(extra, func(x, y *Schema) int { return strings.Compare(x.ID, y.ID) })
	return slices.Insert(list, 3, extra...)
}

// checkUsed refuses a schema that no resource type names: its author expects an
// effect that it cannot have.
func (b *builder) checkUsed(types []*Type) error {
	for _, s := range b.schemas[b.builtin:] {
		used := slices.ContainsFunc(types, func(t *Type) bool {
			return t.Core == s.def || slices.Contains(t.Extended, s.def)
		})
		if !used {
			return fmt.Errorf(`schema file %s: no resource type uses the schema %s: name it in the "schema" or "schemaExtensions" of one, for example in {"name": "User", "schemaExtensions": [{"schema": %q, "required": false}]}`, s.file, s.def.ID, s.def.ID)
		}
	}
	return nil
}

func (b *builder) newType(r *Registry, d loaded[*Definition]) (*Type, error) {
	t := &Type{Definition: *d.def}
	t.Extensions = slices.Clone(d.def.Extensions)
	var err error
	if t.Core, err = b.resourceSchema(r, d, d.def.Schema); err != nil {
		return nil, err
	}
	t.Schema = t.Core.ID
	for _, a := range b.common {
		if find(t.Core.Attributes, a.Name) != nil {
			return nil, b.schemaError(t.Core, "every resource has the attribute %s: leave it out", a.Name)
		}
	}
	for i, e := range t.Extensions {
		s, err := b.resourceSchema(r, d, e.Schema)
		if err != nil {
			return nil, err
		}
		t.Extensions[i].Schema = s.ID
		t.Extended = append(t.Extended, s)
	}
	return t, b.findUnique(t)
}

// resourceSchema finds a schema that a resource type names.
func (b *builder) resourceSchema(r *Registry, d loaded[*Definition], urn string) (*Schema, error) {
	s := r.Schema(urn)
	if s == nil {
		file := cmp.Or(b.extended[extended{d.def.Name, urn}], d.file)
		return nil, fmt.Errorf("schema file %s: resource type %s: the schema %q is not defined: add a file that defines it", file, d.def.Name, urn)
	}
	for _, a := range s.Attributes {
		for _, sub := range a.SubAttributes {
			if sub.Type == Complex {
				return nil, b.schemaError(s, "the attribute %s.%s cannot be complex: sub-attributes have no sub-attributes", a.Name, sub.Name)
			}
		}
	}
	return s, nil
}

// schemaError names the file that a schema comes from.
func (b *builder) schemaError(s *Schema, format string, args ...any) error {
	file := ""
	for _, known := range b.schemas {
		if known.def == s {
			file = known.file
		}
	}
	return fmt.Errorf("schema file %s: schema %s: %s", file, s.ID, fmt.Sprintf(format, args...))
}

// findUnique sets Unique, and refuses any further promise of uniqueness, which
// nothing would keep.
func (b *builder) findUnique(t *Type) error {
	for _, s := range append([]*Schema{t.Core}, t.Extended...) {
		for _, a := range s.Attributes {
			if err := b.takeUnique(t, s, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) takeUnique(t *Type, s *Schema, a *Attribute) error {
	for _, sub := range a.SubAttributes {
		if sub.Uniqueness != UniqueNone {
			return b.schemaError(s, `the uniqueness of the sub-attribute %s.%s must be "none"`, a.Name, sub.Name)
		}
	}
	if a.Uniqueness == UniqueNone {
		return nil
	}
	text := a.Type == String || a.Type == Reference
	if s != t.Core || t.Unique != nil || a.MultiValued || !text || a.Returned == Never {
		return b.schemaError(s, `the uniqueness of %s must be "none": of a resource type, one single-valued string of the core schema can be unique`, a.Name)
	}
	t.Unique = a
	return nil
}

func find(list []*Attribute, name string) *Attribute {
	for _, a := range list {
		if strings.EqualFold(a.Name, name) {
			return a
		}
	}
	return nil
}
