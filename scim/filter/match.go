package filter

import (
	"cmp"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Match reports whether a resource satisfies a filter. The document is in
// canonical form (schema.Type.Canonical) with its values as the client sent
// them; id, externalId, meta, groups and members are read from it like others.
func Match(e Expr, doc scim.Document) bool {
	return match(e, func(ref schema.Ref) any {
		holder := any(doc)
		if ref.Schema != "" {
			holder = member(holder, ref.Schema)
		}
		value := member(holder, ref.Attr.Name)
		if ref.Sub != nil {
			value = member(value, ref.Sub.Name)
		}
		return value
	})
}

// MatchElement reports whether an element of an attribute satisfies a filter
// that is bound to it (BindElement, or the Filter of an Any).
func MatchElement(e Expr, element any) bool {
	return match(e, func(ref schema.Ref) any {
		if ref.Sub == nil {
			return element
		}
		return member(element, ref.Sub.Name)
	})
}

// match evaluates an expression on the values that get returns.
func match(e Expr, get func(schema.Ref) any) bool {
	switch e := e.(type) {
	case And:
		for _, x := range e {
			if !match(x, get) {
				return false
			}
		}
		return true
	case Or:
		for _, x := range e {
			if match(x, get) {
				return true
			}
		}
		return false
	case Not:
		return !match(e.X, get)
	case Const:
		return bool(e)
	case Test:
		return e.holds(get(e.Ref))
	case Any:
		return e.holds(get(e.Ref))
	}
	return false
}

func (a Any) holds(value any) bool {
	elements, ok := value.([]any)
	if !ok && value != nil {
		elements = []any{value}
	}
	for _, element := range elements {
		if a.Filter == nil || MatchElement(a.Filter, element) {
			return true
		}
	}
	return false
}

func (t Test) holds(value any) bool {
	if t.Op == Pr {
		return present(value)
	}
	var normal any
	if value != nil {
		normal, _ = schema.Normal(t.Ref.Leaf(), value) // what has no normal form counts as no value
	}
	if normal == nil {
		return t.Op == Ne
	}
	switch t.Op {
	case Eq:
		return normal == t.Value
	case Ne:
		return normal != t.Value
	case Co, Sw, Ew:
		return t.holdsPart(normal)
	}
	order, ok := compare(normal, t.Value)
	if !ok {
		return false
	}
	switch t.Op {
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	case Lt:
		return order < 0
	case Le:
		return order <= 0
	}
	return false
}

func (t Test) holdsPart(normal any) bool {
	whole, ok := normal.(string)
	part, isString := t.Value.(string)
	if !ok || !isString {
		return false
	}
	switch t.Op {
	case Co:
		return strings.Contains(whole, part)
	case Sw:
		return strings.HasPrefix(whole, part)
	default:
		return strings.HasSuffix(whole, part)
	}
}

// compare orders two values in normal form.
func compare(a, b any) (int, bool) {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return cmp.Compare(a, b), ok
	case int64:
		b, ok := b.(int64)
		return cmp.Compare(a, b), ok
	case float64:
		b, ok := b.(float64)
		return cmp.Compare(a, b), ok
	}
	return 0, false
}

func present(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case string:
		return value != ""
	case []any:
		return len(value) > 0
	case map[string]any:
		return len(value) > 0
	case scim.Document:
		return len(value) > 0
	}
	return true
}

// member returns what a complex value holds under a name in schema case.
func member(value any, name string) any {
	switch value := value.(type) {
	case map[string]any:
		return value[name]
	case scim.Document:
		return value[name]
	}
	return nil
}
