package sqldb

import (
	"strings"

	"github.com/joineryhq/joinery/scim/schema"
)

// postgresFilter compiles filters for PostgreSQL, where search is JSONB.
type postgresFilter struct{}

func (d postgresFilter) value(json string, t schema.DataType, names ...string) string {
	text := "(" + json + " #>> '{}')"
	if n := len(names); n > 0 {
		text = "(" + arrows(json, names[:n-1]) + " ->> " + literal(names[n-1]) + ")"
	}
	switch t {
	case schema.Boolean:
		return text + "::boolean"
	case schema.Integer:
		return text + "::bigint"
	case schema.Decimal:
		return text + "::float8"
	case schema.Complex:
		return text
	}
	return d.bytewise(text)
}

func (postgresFilter) elements(json, alias string, names ...string) (source, element, order string) {
	array := arrows(json, names)
	// What is no array would be an error.
	source = "jsonb_array_elements(CASE jsonb_typeof(" + array + ") WHEN 'array' THEN " + array + " END) WITH ORDINALITY " + alias + "(value, key)"
	return source, alias + ".value", alias + ".key"
}

// exists has an OFFSET, which keeps PostgreSQL from making a join of it: to find
// the best order of very many joins takes it minutes.
func (postgresFilter) exists(from string) string { return "EXISTS (SELECT 1 " + from + " OFFSET 0)" }

// among is no join either.
func (postgresFilter) among(expr, subselect string) string {
	return expr + " = ANY (ARRAY(" + subselect + "))"
}

func (postgresFilter) contains(text, part string) string {
	return "strpos(" + text + ", " + part + ") > 0"
}

func (postgresFilter) startsWith(text, part string) string {
	return "starts_with(" + text + ", " + part + ")"
}

func (postgresFilter) endsWith(text, part string) string {
	return "right(" + text + ", length(CAST(" + part + " AS TEXT))) = " + part
}

func (postgresFilter) bytewise(text string) string { return text + ` COLLATE "C"` }

func arrows(json string, names []string) string {
	var b strings.Builder
	b.WriteString(json)
	for _, name := range names {
		b.WriteString(" -> " + literal(name))
	}
	return b.String()
}
