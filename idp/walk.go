package idp

import (
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// run is the work on one request.
type run struct {
	request *Request
	strict  bool
	fixes   []Fix
	repairs []Repair
}

// value is one value of a request, together with the attribute that it is of.
type value struct {
	path   string            // of the attribute, for people
	attr   *schema.Attribute // that the value is of
	top    *schema.Attribute // the attribute that attr is part of, or attr itself
	single bool              // one element of a multi-valued attribute, or a value of a single-valued one
	op     *scim.PatchOperation
	now    any
	write  func(any)
}

// set puts another value in its place.
func (v *value) set(x any) {
	v.now = x
	v.write(x)
}

// adding reports whether the value is one to be added, where the standard
// allows a single element in place of an array.
func (v *value) adding() bool { return v.op != nil && scim.Fold(v.op.Op) != scim.OpReplace }

// wholes runs the fixes that look at the whole request.
func (w *run) wholes() {
	for _, fix := range w.fixes {
		if fix.whole == nil || fix.lawful && w.strict {
			continue
		}
		for _, detail := range fix.whole(w.request) {
			w.repairs = append(w.repairs, Repair{Fix: fix.Name, Detail: detail})
		}
	}
}

// values runs the fixes that look at single values, in one walk.
func (w *run) values() {
	before := len(w.repairs)
	if w.request.Document != nil {
		w.object(w.request.Document, nil)
	}
	for i := range w.request.Operations {
		w.operation(&w.request.Operations[i])
	}
	// A map has no order; a log should. And a thousand members need but one line.
	slices.SortStableFunc(w.repairs[before:], func(a, b Repair) int { return strings.Compare(a.Detail, b.Detail) })
	w.repairs = slices.Compact(w.repairs)
}

func (w *run) operation(op *scim.PatchOperation) {
	object, isObject := op.Value.(map[string]any)
	switch {
	case op.Value == nil:
	case op.Path == "" && isObject:
		w.object(object, op)
	case op.Path == "":
	default:
		w.target(op, object)
	}
}

// target visits the value of an operation that has a path.
func (w *run) target(op *scim.PatchOperation, object map[string]any) {
	if s := schemaOf(w.request.Type, op.Path); s != nil {
		if object != nil {
			w.members(object, s, op)
		}
		return
	}
	ref, filtered, ok := resolve(w.request.Type, op.Path)
	if !ok {
		return
	}
	w.visit(&value{
		path: op.Path, attr: ref.Leaf(), top: ref.Attr, op: op,
		single: !ref.Leaf().MultiValued || filtered && ref.Sub == nil,
		now:    op.Value, write: func(x any) { op.Value = x },
	})
}

// object visits the attributes of a resource, or of what a path-less operation
// holds, whose keys may be paths.
func (w *run) object(object map[string]any, op *scim.PatchOperation) {
	for key, now := range object {
		if s := schemaOf(w.request.Type, key); s != nil {
			if inner, ok := now.(map[string]any); ok {
				w.members(inner, s, op)
			}
			continue
		}
		ref, filtered, ok := resolve(w.request.Type, key)
		if !ok {
			continue
		}
		w.visit(&value{
			path: key, attr: ref.Leaf(), top: ref.Attr, op: op,
			single: !ref.Leaf().MultiValued || filtered && ref.Sub == nil,
			now:    now, write: func(x any) { object[key] = x },
		})
	}
}

// members visits the attributes of one schema.
func (w *run) members(object map[string]any, s *schema.Schema, op *scim.PatchOperation) {
	for key, now := range object {
		if attr := attribute(s.Attributes, key); attr != nil {
			w.visit(&value{
				path: s.ID + ":" + attr.Name, attr: attr, top: attr, op: op, single: !attr.MultiValued,
				now: now, write: func(x any) { object[key] = x },
			})
		}
	}
}

// visit runs the fixes on a value and then on what is within.
func (w *run) visit(v *value) {
	for _, fix := range w.fixes {
		if fix.value == nil || fix.lawful && w.strict {
			continue
		}
		if detail := fix.value(v); detail != "" {
			w.repairs = append(w.repairs, Repair{Fix: fix.Name, Detail: detail})
		}
	}
	switch now := v.now.(type) {
	case []any:
		if !v.single {
			w.elements(v, now)
		}
	case map[string]any:
		if v.single && v.attr.Type == schema.Complex {
			w.within(v, now)
		}
	}
}

func (w *run) elements(v *value, array []any) {
	for i, element := range array {
		inner := *v
		inner.single = true
		inner.now, inner.write = element, func(x any) { array[i] = x }
		w.visit(&inner)
	}
}

func (w *run) within(v *value, object map[string]any) {
	for key, now := range object {
		if attr := attribute(v.attr.SubAttributes, key); attr != nil {
			w.visit(&value{
				path: v.path + "." + attr.Name, attr: attr, top: v.top, op: v.op, single: !attr.MultiValued,
				now: now, write: func(x any) { object[key] = x },
			})
		}
	}
}

// resolve finds the attribute of a PATCH path, and whether a filter selects
// elements of it.
func resolve(t *schema.Type, path string) (ref schema.Ref, filtered, ok bool) {
	if open := strings.IndexByte(path, '['); open >= 0 {
		end := strings.LastIndexByte(path, ']')
		if end < open {
			return schema.Ref{}, false, false
		}
		path, filtered = path[:open]+path[end+1:], true
	}
	ref, err := t.Resolve(path)
	return ref, filtered, err == nil
}

// schemaOf returns the schema of the type with the URN, or nil.
func schemaOf(t *schema.Type, urn string) *schema.Schema {
	if len(urn) < 4 || !strings.EqualFold(urn[:4], "urn:") {
		return nil
	}
	if strings.EqualFold(t.Core.ID, urn) {
		return t.Core
	}
	for _, s := range t.Extended {
		if strings.EqualFold(s.ID, urn) {
			return s
		}
	}
	return nil
}

// attribute finds an attribute by its name in any case, or nil.
func attribute(among []*schema.Attribute, name string) *schema.Attribute {
	for _, a := range among {
		if strings.EqualFold(a.Name, name) {
			return a
		}
	}
	return nil
}
