package sqldb

import (
	"strings"

	"github.com/joineryhq/joinery/scim/schema"
)

// sqliteFilter compiles filters for SQLite, with its JSON functions.
type sqliteFilter struct{}

// value casts decimals: SQLite takes one without a fraction as a whole number,
// exactly as it is written, which is not the number that Go and PostgreSQL read.
func (sqliteFilter) value(json string, t schema.DataType, names ...string) string {
	value := json
	if len(names) > 0 {
		value = "json_extract(" + json + ", " + jsonPath(names) + ")"
	}
	if t == schema.Decimal {
		return "CAST(" + value + " AS REAL)"
	}
	return value
}

func (sqliteFilter) elements(json, alias string, names ...string) (source, element, order string) {
	return "json_each(" + json + ", " + jsonPath(names) + ") " + alias, alias + ".value", alias + ".key"
}

func (sqliteFilter) exists(from string) string { return "EXISTS (SELECT 1 " + from + ")" }

func (sqliteFilter) among(expr, subselect string) string { return expr + " IN (" + subselect + ")" }

func (sqliteFilter) contains(text, part string) string {
	return "instr(" + text + ", " + part + ") > 0"
}

func (sqliteFilter) startsWith(text, part string) string {
	return "substr(" + text + ", 1, length(" + part + ")) = " + part
}

func (sqliteFilter) endsWith(text, part string) string {
	return "substr(" + text + ", -length(" + part + ")) = " + part
}

func (sqliteFilter) bytewise(text string) string { return text }

func jsonPath(names []string) string {
	var path strings.Builder
	path.WriteString("$")
	for _, name := range names {
		path.WriteString(`."` + name + `"`)
	}
	return literal(path.String())
}
