package schema

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// checkSchema holds a schema to RFC 7643 7, except that it lets attributes nest
// more than two levels deep: the schema of schemas does.
func checkSchema(s *Schema) error {
	if s.ID == "" {
		return errors.New(`a schema needs an "id": its URN`)
	}
	if err := checkURN(s.ID); err != nil {
		return err
	}
	if len(s.Attributes) == 0 {
		return fmt.Errorf("schema %s has no attributes", s.ID)
	}
	if err := checkAttributes("", s.Attributes); err != nil {
		return fmt.Errorf("schema %s: %w", s.ID, err)
	}
	return nil
}

// checkURN is narrower than RFC 8141, so that a URN can stand in a path, in a
// filter and as a JSON name without quoting.
func checkURN(urn string) error {
	ok, err := regexp.MatchString(`^(?i:urn):[A-Za-z0-9][A-Za-z0-9-]{0,31}(:[A-Za-z0-9._~+=@/-]+)+$`, urn)
	if err != nil || !ok {
		return fmt.Errorf("%q is not a URN such as urn:example:scim:schemas:1.0:Device", urn)
	}
	return nil
}

// isName tells whether s is a letter, then letters, digits, - and _ (RFC 7643
// 2.1).
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		other := c >= '0' && c <= '9' || c == '-' || c == '_'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}

func checkAttributes(parent string, list []*Attribute) error {
	seen := map[string]bool{}
	for _, a := range list {
		path := parent + a.Name
		if err := checkAttribute(path, a); err != nil {
			return err
		}
		folded := strings.ToLower(a.Name)
		if seen[folded] {
			return fmt.Errorf("the attribute %s is defined twice (upper and lower case make no difference)", path)
		}
		seen[folded] = true
	}
	return nil
}

func checkAttribute(path string, a *Attribute) error {
	if !isName(strings.TrimPrefix(a.Name, "$")) {
		return fmt.Errorf("%q is not an attribute name: it needs a letter, then letters, digits, - and _", path)
	}
	if err := checkEnums(path, a); err != nil {
		return err
	}
	switch {
	case a.Type == Complex && len(a.SubAttributes) == 0:
		return fmt.Errorf("the attribute %s is complex and needs subAttributes", path)
	case a.Type != Complex && len(a.SubAttributes) > 0:
		return fmt.Errorf(`the attribute %s has subAttributes, so its type must be "complex", not %q`, path, a.Type)
	case a.Type != Reference && len(a.ReferenceTypes) > 0:
		return fmt.Errorf(`the attribute %s has referenceTypes, so its type must be "reference", not %q`, path, a.Type)
	case a.Mutability == WriteOnly && a.Returned != Never:
		return fmt.Errorf(`the attribute %s is writeOnly, so returned must be "never", not %q`, path, a.Returned)
	}
	return checkAttributes(path+".", a.SubAttributes)
}

func checkEnums(path string, a *Attribute) error {
	return errors.Join(
		oneOf(path, "type", a.Type, String, Boolean, Decimal, Integer, DateTime, Binary, Reference, Complex),
		oneOf(path, "mutability", a.Mutability, ReadWrite, ReadOnly, Immutable, WriteOnly),
		oneOf(path, "returned", a.Returned, Always, Never, Default, Request),
		oneOf(path, "uniqueness", a.Uniqueness, UniqueNone, UniqueServer, UniqueGlobal),
	)
}

func oneOf[T ~string](path, characteristic string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("the attribute %s has the unknown %s %q: it must be one of %q", path, characteristic, value, allowed)
}

// checkDefinition checks a resource type on its own. The built-in ones may have
// the endpoints that others may not.
func checkDefinition(d *Definition, builtin bool) error {
	if !isName(d.Name) {
		return fmt.Errorf("a resource type needs a name of letters, digits, - and _, not %q", d.Name)
	}
	if d.ID != d.Name {
		return fmt.Errorf("resource type %s: its id must be its name, not %q", d.Name, d.ID)
	}
	if d.Schema == "" {
		return fmt.Errorf(`resource type %s needs "schema": the URN of its core schema`, d.Name)
	}
	if endpoint, ok := strings.CutPrefix(d.Endpoint, "/"); !ok || !isName(endpoint) {
		return fmt.Errorf(`resource type %s: the endpoint %q must be a slash and one word of letters, digits, - and _, such as "/Devices"`, d.Name, d.Endpoint)
	}
	if !builtin && reserved(d.Endpoint[1:]) {
		return fmt.Errorf("resource type %s: the endpoint %s is taken by the service: choose another", d.Name, d.Endpoint)
	}
	for i, e := range d.Extensions {
		if strings.EqualFold(e.Schema, d.Schema) || slices.ContainsFunc(d.Extensions[:i], e.same) {
			return fmt.Errorf("resource type %s names the schema %s twice", d.Name, e.Schema)
		}
	}
	return nil
}

// reserved tells whether the service answers under this name itself.
func reserved(endpoint string) bool {
	return slices.Contains([]string{
		"users", "groups", "bulk", "me", "schemas", "resourcetypes", "serviceproviderconfig", ".search", "readiness",
	}, strings.ToLower(endpoint))
}
