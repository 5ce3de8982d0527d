package patch

import (
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// row makes the row change for an operation on an attribute that is kept as
// rows. All that counts of an element is its value.
func (c *compiler) row(r request, ref schema.Ref, path filter.Path) error {
	switch {
	case ref.Sub != nil && ref.Sub.Name != "value":
		return nil // what describes an element follows from its value
	case path.Filter != nil:
		return c.selectedRows(r, ref, path)
	case r.value == nil && r.op == scim.OpRemove:
		c.change(RowChange{Op: r.op})
		return nil
	case r.value == nil:
		return errNoValue(r.op)
	}
	values, err := rowValues(ref.Attr, r.value)
	if err != nil {
		return err
	}
	if len(values) > 0 || r.op == scim.OpReplace {
		c.change(RowChange{Op: r.op, Values: values})
	}
	return nil
}

// selectedRows is an operation on the elements that a filter selects.
func (c *compiler) selectedRows(r request, ref schema.Ref, path filter.Path) error {
	elements := schema.Ref{Schema: ref.Schema, Attr: ref.Attr}
	expr, err := filter.BindElement(path.Filter, elements)
	if err != nil {
		return err
	}
	id, single := onlyValue(path.Filter)
	switch {
	case r.op == scim.OpRemove && single:
		c.change(RowChange{Op: scim.OpRemove, Values: []string{id}})
		return nil
	case r.op == scim.OpRemove:
		c.change(RowChange{Op: scim.OpRemove, Filter: &filter.Any{Ref: elements, Filter: expr}})
		return nil
	case !single:
		return noTargetf("To add elements to %s, give their value, as in {\"op\":\"add\",\"path\":%q,\"value\":[{\"value\":\"…\"}]}.", ref.Attr.Name, ref.Attr.Name)
	case !scim.Unassigned(r.value):
		values, err := rowValues(ref.Attr, r.value)
		if err != nil {
			return err
		}
		if len(values) != 1 || values[0] != id {
			return mutabilityf("An element of %s cannot be given another value. Remove it and add the other one.", ref.Attr.Name)
		}
	case r.value != nil && r.op == scim.OpReplace:
		c.change(RowChange{Op: scim.OpRemove, Values: []string{id}})
		return nil
	case r.value != nil:
		return nil
	}
	c.change(RowChange{Op: scim.OpAdd, Values: []string{id}})
	return nil
}

func (c *compiler) change(change RowChange) {
	c.patch.rows = append(c.patch.rows, change)
}

// onlyValue returns the value that a filter asks for if it asks for nothing else.
func onlyValue(n filter.Node) (string, bool) {
	terms, _ := filter.Terms(n)
	if len(terms) != 1 || terms[0].Op != filter.Eq || !strings.EqualFold(terms[0].Path, "value") {
		return "", false
	}
	value, ok := terms[0].Value.(string)
	return value, ok
}

// rowValues returns the value of each element, each once. A value may also be
// an object that holds the elements under the attribute's name.
func rowValues(attr *schema.Attribute, value any) ([]string, error) {
	if object, ok := scim.Object(value); ok {
		document := scim.Document(object)
		if inner := document.Get(attr.Name); inner != nil && document.Get("value") == nil {
			value = inner
		}
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if len(list) > MaxValues {
		return nil, tooLarge("It has %d values; send %d at the most.", len(list), MaxValues)
	}
	values := make([]string, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		if object, ok := scim.Object(item); ok {
			item = scim.Document(object).Get("value")
		}
		id, _ := item.(string)
		if id == "" {
			return nil, scim.InvalidValuef("Each element of %s must have the id of a resource as its value, as in {\"value\":\"…\"}.", attr.Name)
		}
		if !seen[id] {
			seen[id] = true
			values = append(values, id)
		}
	}
	return values, nil
}
