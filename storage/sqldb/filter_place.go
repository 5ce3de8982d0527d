package sqldb

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// resourcePlace is a resource r.
type resourcePlace struct{ *compiler }

func (p resourcePlace) test(t filter.Test) (string, error) {
	if t.Ref.Schema != "" {
		return p.compare(p.stored(t.Ref), t)
	}
	switch {
	case t.Ref.Attr.Name == "id":
		return p.compare("r.id", t)
	case t.Ref.Attr.Name == "externalId":
		return p.compare("r.external_id", t)
	case t.Ref.Attr.Name == "meta":
		return p.testMeta(t)
	case p.hasKey(t.Ref):
		return p.testUnique(t)
	}
	return p.compare(p.stored(t.Ref), t)
}

// hasKey reports whether r.unique_key holds the normal form of an attribute.
func (p resourcePlace) hasKey(ref schema.Ref) bool {
	t := ref.Attr.Type
	return ref.Attr == p.typ.Unique && (t == schema.String || t == schema.Reference || t == schema.Binary)
}

// stored is the value of an attribute in r.search.
func (p resourcePlace) stored(ref schema.Ref) string {
	return p.d.value("r.search", ref.Leaf().Type, names(ref)...)
}

func (p resourcePlace) rows(ref schema.Ref) (string, place) {
	if isRows(p.typ, ref) {
		alias := p.alias()
		if p.typ.Core.ID == scim.UserURN {
			return "FROM members " + alias + " WHERE " + alias + ".connection_id = r.connection_id AND " + alias + ".member_id = r.id", groupPlace(p.compiler, alias)
		}
		return "FROM members " + alias + " WHERE " + alias + ".connection_id = r.connection_id AND " + alias + ".group_id = r.id", memberPlace(p.compiler, alias)
	}
	source, element, _ := p.d.elements("r.search", p.alias(), names(ref)...)
	return "FROM " + source, elementPlace{p.compiler, element}
}

// testUnique uses the column with the index wherever it says the same as the
// document: not for the empty text, which the column does not hold.
func (p resourcePlace) testUnique(t filter.Test) (string, error) {
	value, _ := t.Value.(string)
	switch {
	case t.Op == filter.Pr:
		return "r.unique_key IS NOT NULL", nil
	case value == "" || t.Op == filter.Lt || t.Op == filter.Le:
		return p.compare(p.stored(t.Ref), t)
	case t.Op != filter.Sw:
		return p.compare("r.unique_key", t)
	}
	from := "r.unique_key >= " + p.args.add(value)
	if after, ok := successor(value); ok {
		return "(" + from + " AND r.unique_key < " + p.args.add(after) + ")", nil
	}
	return from, nil
}

// successor is the first text, in the order of bytes, after all those that
// begin with s. There is none where s consists of the last character only.
func successor(s string) (string, bool) {
	for s != "" {
		last, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
		if last == 0xD7FF {
			return s + "\uE000", true // surrogates are no characters
		}
		if last < utf8.MaxRune {
			return s + string(last+1), true
		}
	}
	return "", false
}

func (p resourcePlace) testMeta(t filter.Test) (string, error) {
	switch {
	case t.Ref.Sub == nil:
		return constant(t.Op == filter.Pr), nil
	case t.Ref.Sub.Name == "resourceType":
		meta := map[string]any{t.Ref.Sub.Name: p.typ.Name}
		return constant(filter.Match(t, scim.Document{t.Ref.Attr.Name: meta})), nil
	}
	switch column := p.meta(t.Ref); {
	case column == "":
		return constant(t.Op == filter.Ne), nil
	case t.Ref.Sub.Type == schema.DateTime:
		return p.testTime(column, t)
	default:
		return p.compare(column, t)
	}
}

// meta is the value of a part of meta, "" where it has none. Times are in
// milliseconds.
func (p resourcePlace) meta(ref schema.Ref) string {
	if ref.Sub == nil {
		return ""
	}
	fold := func(s string) string {
		if ref.Sub.CaseExact {
			return s
		}
		return scim.Fold(s)
	}
	switch ref.Sub.Name {
	case "created":
		return "r.created_at"
	case "lastModified":
		return "r.modified_at"
	case "version":
		return p.d.bytewise("(" + literal(fold(`W/"`)) + ` || CAST(r.version AS TEXT) || '"')`)
	case "location":
		return "(" + p.text(fold(p.baseURL+p.typ.Endpoint+"/")) + " || r.id)"
	case "resourceType":
		return p.text(fold(p.typ.Name))
	}
	return ""
}

// testTime compares a column of milliseconds with a time that may be finer:
// then a whole number of milliseconds is never equal to it, and is after it
// where it is after the last whole one before it.
func (p resourcePlace) testTime(column string, t filter.Test) (string, error) {
	if t.Op == filter.Pr {
		return "TRUE", nil
	}
	text, _ := t.Value.(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return "", err
	}
	op := t.Op
	if at.Nanosecond()%int(time.Millisecond) != 0 {
		switch op {
		case filter.Eq, filter.Ne:
			return constant(op == filter.Ne), nil
		case filter.Ge:
			op = filter.Gt
		case filter.Lt:
			op = filter.Le
		}
	}
	return p.operate(column, op, p.args.add(at.UnixMilli()))
}

// elementPlace is an element of an array in r.search.
type elementPlace struct {
	*compiler
	element string
}

func (p elementPlace) test(t filter.Test) (string, error) {
	return p.compare(p.d.value(p.element, t.Ref.Leaf().Type, subNames(t.Ref)...), t)
}

func (p elementPlace) rows(ref schema.Ref) (string, place) {
	source, element, _ := p.d.elements(p.element, p.alias(), subNames(ref)...)
	return "FROM " + source, elementPlace{p.compiler, element}
}

func (elementPlace) narrow(filter.Any) string { return "" }

// names is the way to an attribute in a document.
func names(ref schema.Ref) []string {
	list := append([]string{ref.Attr.Name}, subNames(ref)...)
	if ref.Schema != "" {
		list = append([]string{ref.Schema}, list...)
	}
	return list
}

func subNames(ref schema.Ref) []string {
	if ref.Sub == nil {
		return nil
	}
	return []string{ref.Sub.Name}
}

// sortKey is what the resources are sorted by.
func (p resourcePlace) sortKey(ref schema.Ref) string {
	if ref.Sub == nil && ref.Attr.Type == schema.Complex {
		if ref.Sub = ref.Attr.Sub("value"); ref.Sub == nil {
			return "CAST(NULL AS TEXT)"
		}
	}
	switch {
	case isRows(p.typ, ref):
		return "CAST(NULL AS TEXT)"
	case ref.Attr.MultiValued:
		return p.firstValue(ref)
	case ref.Schema != "":
	case ref.Attr.Name == "id":
		return "r.id"
	case ref.Attr.Name == "externalId":
		return "r.external_id"
	case ref.Attr.Name == "meta":
		return p.meta(ref)
	case p.hasKey(ref) && ref.Attr.Required: // then it is never the empty text
		return "r.unique_key"
	}
	return p.stored(ref)
}

// firstValue is the value of the primary element, or else the first.
func (p resourcePlace) firstValue(ref schema.Ref) string {
	source, element, order := p.d.elements("r.search", p.alias(), names(schema.Ref{Schema: ref.Schema, Attr: ref.Attr})...)
	if ref.Attr.Sub("primary") != nil {
		order = "CASE WHEN " + p.d.value(element, schema.Boolean, "primary") + " THEN 0 ELSE 1 END, " + order
	}
	value := p.d.value(element, ref.Leaf().Type, subNames(ref)...)
	return "(SELECT " + value + " FROM " + source + " ORDER BY " + order + " LIMIT 1)"
}

// isRows reports whether an attribute is kept as rows of the table members.
func isRows(t *schema.Type, ref schema.Ref) bool {
	if ref.Schema != "" {
		return false
	}
	switch t.Core.ID {
	case scim.UserURN:
		return strings.EqualFold(ref.Attr.Name, "groups")
	case scim.GroupURN:
		return strings.EqualFold(ref.Attr.Name, "members")
	}
	return false
}
