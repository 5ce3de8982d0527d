package scim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Document is a SCIM resource, or a complex value within one, as decoded JSON.
//
// Values are string, bool, json.Number, []any and map[string]any. Attribute
// names compare without case (RFC 7643 2.1); a document that went through
// schema.Type.Canonical has each name in the case of its schema, which makes
// look-ups direct. A name that is absent, null, or an empty array is the same
// state: unassigned (RFC 7643 2.5), and is not held in a Document.
type Document map[string]any

// MaxDepth is the nesting that Parse accepts. No schema of RFC 7643 needs more
// than four levels.
const MaxDepth = 32

// Parse decodes a JSON object. Nulls and empty arrays are dropped, numbers are
// kept as written. It refuses anything but one object, nesting beyond
// MaxDepth, two names that differ only in case, and strings with the character
// U+0000, which PostgreSQL cannot hold. Errors are *Error with status 400 and
// type InvalidSyntax.
func Parse(data []byte) (Document, error) {
	value, err := ParseValue(data)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, InvalidSyntaxf("The body must be a JSON object.")
	}
	return Document(object), nil
}

// ParseValue is Parse for any JSON value.
func ParseValue(data []byte) (any, error) { return parse(data, cleaner{}) }

// ParseKeepingNulls is ParseValue, but keeps members that are null or an empty array: in a PATCH
// request they say something.
func ParseKeepingNulls(data []byte) (any, error) { return parse(data, cleaner{keep: true}) }

func parse(data []byte, c cleaner) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, syntaxError(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, InvalidSyntaxf("The body holds more than one JSON value.")
	}
	return c.clean(value, 0)
}

// cleaner drops what is unassigned from a decoded value, in place, and refuses
// what a Document must not hold.
type cleaner struct{ keep bool }

func (c cleaner) clean(value any, depth int) (any, error) {
	switch value := value.(type) {
	case string:
		return value, checkString(value)
	case map[string]any:
		return value, c.object(value, depth+1)
	case []any:
		return c.array(value, depth+1)
	}
	return value, nil
}

func checkDepth(depth int) error {
	if depth > MaxDepth {
		return InvalidSyntaxf("The JSON is nested deeper than %d levels.", MaxDepth)
	}
	return nil
}

func (c cleaner) object(object map[string]any, depth int) error {
	if err := checkDepth(depth); err != nil {
		return err
	}
	if err := checkNames(object); err != nil {
		return err
	}
	for name, inner := range object {
		value, err := c.clean(inner, depth)
		if err != nil {
			return err
		}
		if !c.keep && Unassigned(value) {
			delete(object, name)
		} else if array, ok := value.([]any); ok {
			object[name] = array // nulls may have gone
		}
	}
	return nil
}

func (c cleaner) array(array []any, depth int) ([]any, error) {
	if err := checkDepth(depth); err != nil {
		return nil, err
	}
	kept := array[:0]
	for _, inner := range array {
		value, err := c.clean(inner, depth)
		if err != nil {
			return nil, err
		}
		if c.keep || value != nil {
			kept = append(kept, value)
		}
	}
	return kept, nil
}

// checkNames refuses two names that differ only in case.
func checkNames(object map[string]any) error {
	const few = 32 // up to here comparing all pairs costs less than a map
	names := make([]string, 0, few)
	var folded map[string]bool
	if len(object) > few {
		folded = make(map[string]bool, len(object))
	}
	for name := range object {
		if err := checkString(name); err != nil {
			return err
		}
		twice := false
		if folded != nil {
			key := Fold(name)
			twice = folded[key]
			folded[key] = true
		} else {
			twice = slices.ContainsFunc(names, func(other string) bool { return len(other) == len(name) && strings.EqualFold(other, name) })
			names = append(names, name)
		}
		if twice {
			return InvalidSyntaxf("The attribute %q is given twice.", name)
		}
	}
	return nil
}

func checkString(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return InvalidSyntaxf("A string holds the character U+0000, which cannot be stored.")
	}
	return nil
}

func syntaxError(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &Error{Status: 400, Type: InvalidSyntax, Detail: "The body is empty or ends before its JSON is complete.", Err: err}
	}
	return &Error{Status: 400, Type: InvalidSyntax, Detail: fmt.Sprintf("The body is not valid JSON: %v.", err), Err: err}
}

// Unassigned reports whether a value stands for "no value": null or an empty
// array (RFC 7643 2.5).
func Unassigned(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return len(value) == 0
	}
	return false
}

// Object returns a decoded value as a JSON object, and whether it is one.
func Object(value any) (map[string]any, bool) {
	switch value := value.(type) {
	case map[string]any:
		return value, true
	case Document:
		return value, true
	}
	return nil, false
}

// Key returns the name under which d holds the attribute, in whatever case.
func (d Document) Key(name string) (string, bool) {
	if _, ok := d[name]; ok {
		return name, true
	}
	for key := range d {
		if strings.EqualFold(key, name) {
			return key, true
		}
	}
	return "", false
}

// Get returns the value of an attribute, whatever the case of its name, or nil.
func (d Document) Get(name string) any {
	if value, ok := d[name]; ok {
		return value
	}
	if key, ok := d.Key(name); ok {
		return d[key]
	}
	return nil
}

// String returns the value of a string attribute, or "".
func (d Document) String(name string) string {
	s, _ := d.Get(name).(string)
	return s
}

// Set gives an attribute a value, whatever the case under which d holds it.
// An unassigned value removes it.
func (d Document) Set(name string, value any) {
	if key, ok := d.Key(name); ok && key != name {
		delete(d, key)
	}
	if Unassigned(value) {
		delete(d, name)
		return
	}
	d[name] = value
}

// Delete removes an attribute, whatever the case of its name.
func (d Document) Delete(name string) {
	if key, ok := d.Key(name); ok {
		delete(d, key)
	}
}

// Clone returns a deep copy.
func (d Document) Clone() Document {
	clone, _ := cloneValue(map[string]any(d)).(map[string]any)
	return clone
}

func cloneValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clone := maps.Clone(value)
		for name, inner := range clone {
			clone[name] = cloneValue(inner)
		}
		return clone
	case []any:
		clone := slices.Clone(value)
		for i, inner := range clone {
			clone[i] = cloneValue(inner)
		}
		return clone
	default:
		return value
	}
}

// Fold maps a string to the form in which SCIM compares strings that are not
// caseExact: in lower case, and with each character composed, so that it does
// not matter how an accent was typed (RFC 7644 5). It is the one definition of
// "without case": attribute names, handles, filters and the keys in a database
// all use it.
func Fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return norm.NFC.String(strings.ToLower(norm.NFC.String(s)))
		}
	}
	return strings.ToLower(s)
}
