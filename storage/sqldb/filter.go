package sqldb

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// args collects the parameters of a statement.
type args []any

// add returns the placeholder of a new parameter.
func (a *args) add(value any) string {
	*a = append(*a, value)
	return "$" + strconv.Itoa(len(*a))
}

// filterDialect is what differs between the databases in a filter. A json
// argument is an expression: r.search, or an element of an array in it.
type filterDialect interface {
	// value is the value under the names, of the SQL type that goes with t; a
	// complex one is its JSON text. It is NULL where there is none.
	value(json string, t schema.DataType, names ...string) string
	// elements is the array under the names as the row source that is called
	// alias, the JSON of an element in it, and the expression to keep the order by.
	elements(json, alias string, names ...string) (source, element, order string)
	// exists reports whether a FROM clause has rows. However many there are in
	// one statement, its planning must not take long.
	exists(from string) string
	// among reports whether an expression is one of the few rows of a subselect
	// that does not depend on it, and lets the expression use an index.
	among(expr, subselect string) string
	// contains, startsWith and endsWith compare texts byte by byte.
	contains(text, part string) string
	startsWith(text, part string) string
	endsWith(text, part string) string
	// bytewise gives a text the order of its bytes.
	bytewise(text string) string
}

// compileFilter compiles a filter into a condition on resources r. The condition
// is true for exactly those that filter.Match selects; for others it is false
// or NULL. connection is the placeholder of the connection's id.
func compileFilter(d filterDialect, a *args, connection string, part joinery.ResourcePart, baseURL string) (string, error) {
	if part.Filter == nil {
		return "TRUE", nil
	}
	c := compiler{d: d, args: a, connection: connection, baseURL: baseURL, typ: part.Type}
	return c.condition(part.Filter, resourcePlace{&c})
}

// compileMembers compiles a filter on the members of a group into a condition
// on members m.
func compileMembers(d filterDialect, a *args, match filter.Any, baseURL string) (string, error) {
	if match.Filter == nil {
		return "TRUE", nil
	}
	c := compiler{d: d, args: a, baseURL: baseURL}
	return c.condition(match.Filter, memberPlace(&c, "m"))
}

// sortExpression is what resources r are sorted by: the value of an attribute
// in the form in which it compares, of a multi-valued one that of the primary
// or else the first element, NULL without.
func sortExpression(d filterDialect, a *args, t *schema.Type, ref schema.Ref, baseURL string) string {
	c := compiler{d: d, args: a, baseURL: baseURL, typ: t}
	return resourcePlace{&c}.sortKey(ref)
}

// compiler compiles one filter.
type compiler struct {
	d          filterDialect
	args       *args
	connection string
	baseURL    string
	typ        *schema.Type
	aliases    int
}

// place is what an expression is about: a resource, or an element of one of
// its attributes.
type place interface {
	// test compiles a comparison.
	test(filter.Test) (string, error)
	// rows is a FROM clause with the elements of an attribute, and the place
	// that each of them is.
	rows(schema.Ref) (from string, element place)
	// narrow is a condition that an index can answer and that follows from the
	// Any, or "".
	narrow(filter.Any) string
}

func (c *compiler) condition(e filter.Expr, at place) (string, error) {
	switch e := e.(type) {
	case filter.And:
		return c.junction(e, " AND ", "TRUE", at)
	case filter.Or:
		return c.junction(e, " OR ", "FALSE", at)
	case filter.Not:
		x, err := c.condition(e.X, at)
		return "(" + x + ") IS NOT TRUE", err // true where x is NULL, too
	case filter.Const:
		return constant(bool(e)), nil
	case filter.Test:
		return at.test(e)
	case filter.Any:
		return c.exists(e, at)
	}
	return "", fmt.Errorf("sqldb: a filter of the unknown kind %T", e)
}

func (c *compiler) junction(list []filter.Expr, word, empty string, at place) (string, error) {
	if len(list) == 0 {
		return empty, nil
	}
	parts := make([]string, len(list))
	for i, e := range list {
		x, err := c.condition(e, at)
		if err != nil {
			return "", err
		}
		parts[i] = x
	}
	return "(" + strings.Join(parts, word) + ")", nil
}

func (c *compiler) exists(e filter.Any, at place) (string, error) {
	from, element := at.rows(e.Ref)
	where := ""
	if e.Filter != nil {
		x, err := c.condition(e.Filter, element)
		if err != nil {
			return "", err
		}
		where = x
	}
	switch {
	case where == "":
	case strings.Contains(from, " WHERE "):
		from += " AND " + where
	default:
		from += " WHERE " + where
	}
	x := c.d.exists(from)
	if narrow := at.narrow(e); narrow != "" {
		x = "(" + narrow + " AND " + x + ")"
	}
	return x, nil
}

// compare compiles a comparison with the value that an expression has.
func (c *compiler) compare(value string, t filter.Test) (string, error) {
	if t.Op == filter.Pr {
		return present(value, t.Ref.Leaf().Type), nil
	}
	if part, ok := t.Value.(string); ok && part == "" && (t.Op == filter.Co || t.Op == filter.Sw || t.Op == filter.Ew) {
		return value + " IS NOT NULL", nil
	}
	return c.operate(value, t.Op, c.args.add(t.Value))
}

func (c *compiler) operate(value string, op filter.Op, operand string) (string, error) {
	switch op {
	case filter.Eq:
		return value + " = " + operand, nil
	case filter.Ne:
		return "(" + value + " = " + operand + ") IS NOT TRUE", nil
	case filter.Gt:
		return value + " > " + operand, nil
	case filter.Ge:
		return value + " >= " + operand, nil
	case filter.Lt:
		return value + " < " + operand, nil
	case filter.Le:
		return value + " <= " + operand, nil
	case filter.Co:
		return c.d.contains(value, operand), nil
	case filter.Sw:
		return c.d.startsWith(value, operand), nil
	case filter.Ew:
		return c.d.endsWith(value, operand), nil
	}
	return "", fmt.Errorf("sqldb: a filter with the unknown operator %q", op)
}

func present(value string, t schema.DataType) string {
	switch t {
	case schema.Boolean, schema.Integer, schema.Decimal, schema.DateTime:
		return value + " IS NOT NULL"
	case schema.Complex:
		return value + " <> '{}'"
	}
	return value + " <> ''"
}

func constant(holds bool) string {
	if holds {
		return "TRUE"
	}
	return "FALSE"
}

// text makes a parameter of a text, for expressions that do not tell its type.
func (c *compiler) text(s string) string { return "CAST(" + c.args.add(s) + " AS TEXT)" }

// literal writes a text, such as the name of an attribute, into a statement.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (c *compiler) alias() string {
	c.aliases++
	return "e" + strconv.Itoa(c.aliases)
}
