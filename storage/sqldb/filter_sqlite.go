package sqldb

import (
	"encoding/json"
	"strings"

	"github.com/joineryhq/joinery/scim/schema"
)

// sqliteFilter compiles filters for SQLite, with its JSON functions.
type sqliteFilter struct{}

func (sqliteFilter) value(json string, _ schema.DataType, names ...string) string {
	if len(names) == 0 {
		return json
	}
	return "json_extract(" + json + ", " + jsonPath(names) + ")"
}

func (sqliteFilter) elements(json, alias string, names ...string) (source, element, order string) {
	return "json_each(" + json + ", " + jsonPath(names) + ") " + alias, alias + ".value", alias + ".key"
}

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

// decimal has SQLite read the number from the same text as it stands in the
// JSON, since its own reading may differ in the last bit.
func (sqliteFilter) decimal(a *args, f float64) string {
	text, _ := json.Marshal(f) // normal form has no infinities
	return "CAST(" + a.add(string(text)) + " AS REAL)"
}

func jsonPath(names []string) string {
	var path strings.Builder
	path.WriteString("$")
	for _, name := range names {
		path.WriteString(`."` + name + `"`)
	}
	return literal(path.String())
}
