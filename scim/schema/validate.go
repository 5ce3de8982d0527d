package schema

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// Validate checks a document in canonical form: that values have the type of
// their attribute, that arrays are where they belong, that what is required is
// there, that at most one element of an attribute is primary, and that nothing
// is larger than can be kept. Canonical values are suggestions and not checked.
//
// Errors are *scim.Error and name the attribute. They are found in the order of
// the schema.
func (t *Type) Validate(doc scim.Document) error {
	for _, n := range t.root.list {
		value, ok := doc[n.attr.Name]
		if !ok {
			if err := t.absent(n); err != nil {
				return err
			}
			continue
		}
		if err := validate(n, value); err != nil {
			return err
		}
		if s, ok := value.(string); ok && n.attr == t.Unique && n.attr.Required && strings.TrimSpace(s) == "" {
			return scim.InvalidValuef("%s must not be blank. Send a value for it.", n.path)
		}
	}
	return nil
}

// absent checks whether the document may do without an attribute or extension.
func (t *Type) absent(n *node) error {
	switch {
	case n.common:
		return nil
	case n.extension:
		if t.requires(n.path) {
			return scim.InvalidValuef("A %s must have attributes of %s. Map them in the identity provider.", t.Name, n.path)
		}
		return nil
	}
	return missing(n)
}

func (t *Type) requires(extension string) bool {
	for _, e := range t.Extensions {
		if e.Schema == extension {
			return e.Required
		}
	}
	return false
}

// missing is the error for an attribute without a value, nil where it may have
// none or a client's value would not be kept.
func missing(n *node) error {
	if !n.attr.Required || n.dropped() {
		return nil
	}
	return scim.InvalidValuef("%s is required. Send a value for it.", n.path)
}

func validate(n *node, value any) error {
	if !n.attr.MultiValued {
		return validateOne(n, value)
	}
	list, ok := value.([]any)
	if !ok {
		return mismatch(n.path, "an array", value)
	}
	if len(list) > n.most {
		return scim.InvalidValuef("%s has %d values; at most %d can be kept.", n.path, len(list), n.most)
	}
	for _, item := range list {
		if err := validateOne(n, item); err != nil {
			return err
		}
	}
	return onePrimary(n, list)
}

func validateOne(n *node, value any) error {
	if n.attr.Type == Complex {
		return validateObject(n, value)
	}
	return validateSimple(n, value)
}

func validateObject(n *node, value any) error {
	object, ok := scim.Object(value)
	if !ok {
		return mismatch(n.path, "an object", value)
	}
	for _, sub := range n.list {
		inner, ok := object[sub.attr.Name]
		if !ok {
			if err := missing(sub); err != nil {
				return err
			}
			continue
		}
		if err := validate(sub, inner); err != nil {
			return err
		}
	}
	return nil
}

func validateSimple(n *node, value any) error {
	ok := false
	switch n.attr.Type {
	case Boolean:
		_, ok = value.(bool)
	case Integer:
		_, text := value.(string)
		_, number := normalInteger(value)
		ok = !text && number
	case Decimal:
		_, text := value.(string)
		_, number := normalDecimal(value)
		ok = !text && number
	default:
		return validateText(n, value)
	}
	if !ok {
		return mismatch(n.path, expected(n.attr), value)
	}
	return nil
}

func validateText(n *node, value any) error {
	s, ok := value.(string)
	if !ok {
		return mismatch(n.path, expected(n.attr), value)
	}
	if len(s) > maxString {
		return scim.InvalidValuef("%s is %d bytes long; at most %d can be kept.", n.path, len(s), maxString)
	}
	switch n.attr.Type {
	case DateTime:
		_, ok = normalTime(s)
	case Binary:
		ok = isBase64(s)
	}
	if !ok {
		return mismatch(n.path, expected(n.attr), value)
	}
	return nil
}

// onePrimary holds RFC 7643 2.4: primary may be true of one element only.
func onePrimary(n *node, list []any) error {
	if n.subs["primary"] == nil {
		return nil
	}
	count := 0
	for _, item := range list {
		object, _ := scim.Object(item)
		if object["primary"] == true {
			count++
		}
	}
	if count > 1 {
		return scim.InvalidValuef("%s has %d values with primary true; at most one may be primary.", n.path, count)
	}
	return nil
}

// isBase64 accepts both alphabets of RFC 4648, line breaks, and missing padding
// (RFC 7643 2.3.6).
func isBase64(s string) bool {
	digits := 0
	body := strings.TrimRight(s, "=\r\n")
	for i := range len(body) {
		switch c := body[i]; {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/', c == '-', c == '_':
			digits++
		case c != '\r' && c != '\n':
			return false
		}
	}
	return digits%4 != 1 && strings.Count(s, "=") <= 2
}

// expected says in words what the values of a simple attribute are.
func expected(a *Attribute) string {
	switch a.Type {
	case Boolean:
		return "true or false"
	case Integer:
		return "a whole number"
	case Decimal:
		return "a number"
	case DateTime:
		return "a date and time with a time zone, such as 2026-01-31T09:30:00Z"
	case Binary:
		return "base64 text"
	case Complex:
		return "one of its sub-attributes"
	}
	return "a string"
}

func mismatch(path, want string, value any) error {
	return scim.InvalidValuef("%s must be %s, not %s.", path, want, describe(value))
}

// describe says in words what a value is. It quotes no long text.
func describe(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		if len(value) > 40 {
			return "a long string"
		}
		return "the string " + strconv.Quote(value)
	case bool:
		if value {
			return "true"
		}
		return "false"
	case json.Number:
		if len(value) > 40 {
			return "a long number"
		}
		return "the number " + string(value)
	case []any:
		return "an array"
	case map[string]any, scim.Document:
		return "an object"
	}
	return "a number"
}
