package sqldb

import (
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// rowPlace is a row of the table members, seen as an element of the members of
// a Group or of the groups of a User.
type rowPlace struct {
	*compiler
	alias string
	// what an element has: columns and expressions; without kind, its type is
	// "direct"
	id, kind, display string
	// reference is the value of $ref, given what folds its fixed parts.
	reference func(fold func(string) string) string
}

func memberPlace(c *compiler, alias string) rowPlace {
	return rowPlace{
		compiler: c, alias: alias,
		id:      alias + ".member_id",
		kind:    alias + ".member_type",
		display: c.display(alias, alias+".member_type", alias+".member_id"),
		reference: func(fold func(string) string) string {
			return "(CASE " + alias + ".member_type WHEN 'Group' THEN " + c.text(fold(c.baseURL+"/Groups/")) +
				" ELSE " + c.text(fold(c.baseURL+"/Users/")) + " END || " + alias + ".member_id)"
		},
	}
}

func groupPlace(c *compiler, alias string) rowPlace {
	return rowPlace{
		compiler: c, alias: alias,
		id:      alias + ".group_id",
		display: c.display(alias, "'Group'", alias+".group_id"),
		reference: func(fold func(string) string) string {
			return "(" + c.text(fold(c.baseURL+"/Groups/")) + " || " + alias + ".group_id)"
		},
	}
}

// display is the name of the resource that a row refers to, folded: that of
// resources.display, which no database can fold as Go does.
func (c *compiler) display(alias, resourceType, id string) string {
	name := c.d.value("x.search", schema.String, "displayName")
	return "(SELECT CASE WHEN x.display IS NOT NULL THEN COALESCE(NULLIF(" + name + ", ''), x.unique_key) END FROM resources x WHERE x.connection_id = " +
		alias + ".connection_id AND x.resource_type = " + resourceType + " AND x.id = " + id + ")"
}

func (p rowPlace) test(t filter.Test) (string, error) {
	if t.Ref.Sub == nil {
		return constant(t.Op == filter.Pr), nil
	}
	fold := func(s string) string { return s }
	if !t.Ref.Sub.CaseExact {
		fold = scim.Fold
	}
	switch t.Ref.Sub.Name {
	case "value":
		return p.compare(p.id, t)
	case "type":
		if p.kind == "" {
			return constant(filter.MatchElement(t, map[string]any{t.Ref.Sub.Name: "direct"})), nil
		}
		if t.Ref.Sub.CaseExact {
			return p.compare(p.kind, t)
		}
		return p.compare("lower("+p.kind+")", t)
	case "display":
		return p.compare(p.display, t)
	case "$ref":
		return p.compare(p.reference(fold), t)
	}
	return constant(t.Op == filter.Ne), nil
}

// rows is never asked for: what an element is made of is single.
func (p rowPlace) rows(schema.Ref) (string, place) { return "FROM members WHERE FALSE", p }

func (rowPlace) narrow(filter.Any) string { return "" }

// narrow lets look-ups by the value of an element use the index of its table.
func (p resourcePlace) narrow(e filter.Any) string {
	value, ok := required(e.Filter, "value")
	if !ok || value == "" || e.Ref.Schema != "" || p.connection == "" {
		return ""
	}
	switch {
	case isRows(p.typ, e.Ref) && e.Ref.Attr.Name == "members":
		return p.d.among("r.id", "SELECT n.group_id FROM members n WHERE n.connection_id = "+p.connection+" AND n.member_id = "+p.args.add(value))
	case isRows(p.typ, e.Ref):
		return p.d.among("r.id", "SELECT n.member_id FROM members n WHERE n.connection_id = "+p.connection+" AND n.group_id = "+p.args.add(value))
	case p.typ.Core.ID == scim.UserURN && e.Ref.Attr.Name == "emails":
		return p.d.among("r.id", "SELECT n.resource_id FROM user_emails n WHERE n.connection_id = "+p.connection+" AND n.email = "+p.args.add(scim.Fold(value)))
	}
	return ""
}

// required is the text that a part of an element must be equal to for the
// filter to hold.
func required(e filter.Expr, name string) (string, bool) {
	switch e := e.(type) {
	case filter.Test:
		value, ok := e.Value.(string)
		return value, ok && e.Op == filter.Eq && e.Ref.Sub != nil && e.Ref.Sub.Name == name
	case filter.And:
		for _, x := range e {
			if value, ok := required(x, name); ok {
				return value, true
			}
		}
	}
	return "", false
}
