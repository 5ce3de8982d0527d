package sqldb

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/schema"
)

func digits(n int) string { return strconv.Itoa(n) }

// sortValue is a value of the sort attribute as it goes into a position. SQLite
// has no booleans.
func sortValue(value any, by schema.Ref) any {
	if n, ok := value.(int64); ok && by.Leaf().Type == schema.Boolean {
		return n != 0
	}
	return value
}

// sortParameter is the parameter to compare with, of a position that may have
// been JSON in between, in the hands of a client.
func sortParameter(value any, by schema.Ref) (any, error) {
	if n, ok := value.(json.Number); ok {
		if whole, err := n.Int64(); err == nil && by.Leaf().Type != schema.Decimal {
			value = whole
		} else {
			value, _ = n.Float64() // out of range is infinite, which compares well
		}
	}
	kind := by.Leaf().Type
	if kind == schema.DateTime && by.Schema == "" && by.Attr.Name == "meta" {
		kind = schema.Integer // the column is in milliseconds
	}
	switch value := value.(type) {
	case bool:
		if kind == schema.Boolean {
			return value, nil
		}
	case int64:
		if kind == schema.Integer {
			return value, nil
		}
	case float64:
		switch kind {
		case schema.Integer:
			return int64(value), nil
		case schema.Decimal:
			return value, nil
		}
	case string:
		if kind != schema.Boolean && kind != schema.Integer && kind != schema.Decimal && storable(value) {
			return value, nil
		}
	}
	return nil, errPosition()
}

func errPosition() error {
	return joinery.Errorf(joinery.Invalid, "invalid_cursor", "The cursor is none of this server's for this query. Begin again without one.")
}

// storable reports whether a text can be compared with stored ones at all:
// PostgreSQL refuses others.
func storable(s string) bool { return strings.ToValidUTF8(s, "") == s && !strings.Contains(s, "\x00") }
