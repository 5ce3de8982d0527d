package patch

import (
	"maps"
	"reflect"
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Apply returns the document as the operations change it, in canonical form as
// doc is. Neither doc nor anything in it is changed, but the result shares what
// stays the same with it and with the Patch: change only the top level of it.
//
// All operations succeed or the error, an *scim.Error, says which one failed.
// An immutable attribute may be given a value and keeps it from then on.
func (p *Patch) Apply(doc scim.Document) (scim.Document, error) {
	a := application{doc: maps.Clone(doc), exact: p.exact}
	if a.doc == nil {
		a.doc = scim.Document{}
	}
	for i := range p.steps {
		s := &p.steps[i]
		if err := a.step(s); err != nil {
			return nil, inOperation(s.index, s.op, s.path, err)
		}
	}
	for _, ref := range a.partial {
		a.sweep(ref)
	}
	a.listSchemas(p.typ)
	if err := p.typ.CheckImmutable(doc, a.doc); err != nil {
		return nil, err
	}
	return a.doc, nil
}

// application is a document on its way from step to step. Only doc itself and
// the extensions in owned may be changed in place.
type application struct {
	doc   scim.Document
	owned map[string]map[string]any
	// partial lists the attributes whose elements lost a part or were made from
	// a filter.
	partial []schema.Ref
	work    int
	exact   bool // Patch.Exact
}

func (a *application) step(s *step) error {
	switch {
	case s.compare:
		return a.compare(s)
	case s.ref.Attr.MultiValued:
		return a.elements(s)
	}
	a.single(s)
	return nil
}

// compare accepts an operation on a read-only attribute that asks for what is
// there.
func (a *application) compare(s *step) error {
	old := a.get(s.ref)
	if s.ref.Sub != nil {
		object, _ := scim.Object(old)
		old = object[s.ref.Sub.Name]
	}
	if old == nil && scim.Unassigned(s.value) {
		return nil
	}
	if old == nil || !sameValue(s.ref.Leaf(), old, s.value) && !reflect.DeepEqual(old, s.value) {
		return errReadOnly(s.ref)
	}
	return nil
}

// single applies a step to an attribute that has one value.
func (a *application) single(s *step) {
	old := a.get(s.ref)
	switch {
	case s.ref.Sub != nil:
		object, _ := scim.Object(old)
		a.set(s.ref, merge(s.ref.Attr, s.op, object, map[string]any{s.ref.Sub.Name: s.value}))
	case s.value == nil || s.ref.Attr.Type != schema.Complex:
		a.set(s.ref, s.value)
	default:
		object, _ := scim.Object(old)
		given, _ := scim.Object(s.value)
		a.set(s.ref, merge(s.ref.Attr, s.op, object, given))
	}
}

// get returns the value of a whole attribute.
func (a *application) get(ref schema.Ref) any {
	if ref.Schema == "" {
		return a.doc[ref.Attr.Name]
	}
	extension, _ := scim.Object(a.doc[ref.Schema])
	return extension[ref.Attr.Name]
}

// set gives an attribute a value; an empty one removes it.
func (a *application) set(ref schema.Ref, value any) {
	holder := map[string]any(a.doc)
	if ref.Schema != "" {
		holder = a.extension(ref.Schema)
	}
	if object, ok := value.(map[string]any); scim.Unassigned(value) || ok && len(object) == 0 {
		delete(holder, ref.Attr.Name)
		return
	}
	holder[ref.Attr.Name] = value
}

// extension returns the attributes of an extension to change. While it has
// none it stays in the document until listSchemas.
func (a *application) extension(urn string) map[string]any {
	if owned := a.owned[urn]; owned != nil {
		return owned
	}
	old, _ := scim.Object(a.doc[urn])
	owned := maps.Clone(old)
	if owned == nil {
		owned = map[string]any{}
	}
	if a.owned == nil {
		a.owned = map[string]map[string]any{}
	}
	a.owned[urn] = owned
	a.doc[urn] = owned
	return owned
}

// listSchemas makes schemas name the extensions that have data.
func (a *application) listSchemas(t *schema.Type) {
	if len(a.owned) == 0 {
		return
	}
	list := []any{t.Core.ID}
	for _, s := range t.Extended {
		if owned := a.owned[s.ID]; owned != nil && len(owned) == 0 {
			delete(a.doc, s.ID)
		}
		if _, ok := a.doc[s.ID]; ok {
			list = append(list, s.ID)
		}
	}
	a.doc["schemas"] = list
}

// lessen notes that elements of an attribute may be left without content.
func (a *application) lessen(ref schema.Ref) {
	ref.Sub = nil
	if !slices.Contains(a.partial, ref) {
		a.partial = append(a.partial, ref)
	}
}

// spend counts elements that are looked at.
func (a *application) spend(elements int) error {
	if a.work += elements; a.work > maxWork {
		return tooLarge("The operations of this request have too many elements to compare. Send them in several requests.")
	}
	return nil
}
