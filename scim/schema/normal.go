package schema

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/joineryhq/joinery/scim"
)

// timeFormat is the normal form of a dateTime: UTC and of fixed width, so that
// text in this form sorts by time.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

// Normal returns the form of one value of an attribute in which values compare:
// a string (folded unless the attribute is caseExact; a dateTime as UTC text of
// fixed width), a bool, an int64 or a float64. Booleans and numbers may also
// come as strings, whatever their case, as clients write them in filters.
//
// The error is an *scim.Error with the type InvalidValue: the value is none of
// the attribute's type, or the attribute is complex.
func Normal(a *Attribute, value any) (any, error) {
	var out any
	ok := false
	switch a.Type {
	case String, Reference, Binary:
		out, ok = normalText(a, value)
	case Boolean:
		out, ok = normalBool(value)
	case Integer:
		out, ok = normalInteger(value)
	case Decimal:
		out, ok = normalDecimal(value)
	case DateTime:
		out, ok = normalTime(value)
	}
	if !ok {
		return nil, mismatch(a.Name, expected(a), value)
	}
	return out, nil
}

func normalText(a *Attribute, value any) (any, bool) {
	s, ok := value.(string)
	if !ok {
		return nil, false
	}
	if !a.CaseExact {
		if folded := scim.Fold(s); folded != s {
			return folded, true
		}
	}
	return value, true // as it came, to spare an allocation
}

func normalBool(value any) (any, bool) {
	switch value := value.(type) {
	case bool:
		return value, true
	case string:
		if strings.EqualFold(value, "true") {
			return true, true
		}
		return false, strings.EqualFold(value, "false")
	}
	return nil, false
}

func normalInteger(value any) (any, bool) {
	switch value := value.(type) {
	case json.Number:
		return parseInteger(string(value))
	case string:
		return parseInteger(value)
	case int:
		return int64(value), true
	case int64:
		return value, true
	case float64:
		return int64(value), value == math.Trunc(value) && math.Abs(value) < 1<<53
	}
	return nil, false
}

func parseInteger(s string) (any, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func normalDecimal(value any) (any, bool) {
	switch value := value.(type) {
	case json.Number:
		return parseDecimal(string(value))
	case string:
		return parseDecimal(value)
	case int:
		return float64(value), true
	case int64:
		return float64(value), true
	case float64:
		return finite(value)
	}
	return nil, false
}

// parseDecimal takes decimal notation only: ParseFloat alone would also accept
// hexadecimal, infinities and underscores.
func parseDecimal(s string) (any, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return nil, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, false
	}
	return finite(f)
}

func finite(f float64) (any, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, false
	}
	if f == 0 {
		return 0.0, true // negative zero is no other value
	}
	return f, true
}

func normalTime(value any) (any, bool) {
	switch value := value.(type) {
	case time.Time:
		return formatTime(value)
	case string:
		if t, ok := parseTime(value); ok {
			return formatTime(t)
		}
	}
	return nil, false
}

// parseTime reads an xsd:dateTime with a time zone, in the profile of RFC 3339.
// UnmarshalText lets an hour of one digit and a decimal comma pass.
func parseTime(s string) (time.Time, bool) {
	var t time.Time
	if len(s) < len("2006-01-02T15:04:05Z") || s[13] != ':' || strings.Contains(s, ",") {
		return t, false
	}
	err := t.UnmarshalText([]byte(s))
	return t, err == nil
}

// formatTime refuses the few times whose year in UTC has not four digits.
func formatTime(t time.Time) (any, bool) {
	t = t.UTC()
	if t.Year() < 0 || t.Year() > 9999 {
		return nil, false
	}
	return t.Format(timeFormat), true
}
