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

func (postgresFilter) decimal(a *args, f float64) string { return a.add(f) }

func arrows(json string, names []string) string {
	var b strings.Builder
	b.WriteString(json)
	for _, name := range names {
		b.WriteString(" -> " + literal(name))
	}
	return b.String()
}
