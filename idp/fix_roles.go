package idp

import (
	"fmt"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

func roleJSON() Fix {
	return Fix{
		Name:    "role-json",
		Summary: "Takes a role whose value is an object written as text for the value and the display within.",
		Source:  "Microsoft Entra ID with the mapping AppRoleAssignmentsComplex and no flag (its documentation, a public issue)",
		Wants:   "RFC 7643 section 4.1.2 has the role itself as the value of an element of roles.",
		Quirks:  []int{27},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			object, text := role(v)
			if !strings.HasPrefix(strings.TrimSpace(text), "{") {
				return ""
			}
			inner, err := scim.Parse([]byte(text))
			if err != nil || !unpackRole(object, inner) {
				return ""
			}
			return fmt.Sprintf("%s has a value that is JSON in text", v.path)
		},
	}
}

// unpackRole puts what was written as text into the element, and reports
// whether the text was a role at all.
func unpackRole(object, inner scim.Document) bool {
	value := inner.String("value")
	for _, name := range []string{"displayName", "id"} {
		if value == "" {
			value = inner.String(name)
		}
	}
	if value == "" {
		return false
	}
	object.Set("value", value)
	if display := inner.String("displayName"); display != "" && object.Get("display") == nil {
		object.Set("display", display)
	}
	return true
}

func roleDisplayName() Fix {
	return Fix{
		Name:    "role-display-name",
		Summary: "Takes displayName in roles for display.",
		Source:  "Microsoft Entra ID (its documentation on app role mappings)",
		Wants:   `RFC 7643 section 2.4 calls the name to show of an element "display".`,
		Quirks:  []int{28},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			object, _ := role(v)
			if object == nil {
				return ""
			}
			return rename(v, object, "displayName", "display")
		},
	}
}

func roleID() Fix {
	return Fix{
		Name:    "role-id",
		Summary: "Passes over the id of a role that has a value: it is the identity provider's own.",
		Source:  "Microsoft Entra ID (its documentation on app role mappings)",
		Wants:   `RFC 7643 section 4.1.2 gives roles "value", "display", "type" and "primary".`,
		Quirks:  []int{28},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			object, _ := role(v)
			if key, ok := object.Key("id"); ok {
				delete(object, key)
				return fmt.Sprintf("%s has an id", v.path)
			}
			return ""
		},
	}
}

// role returns an element of roles and its value, or nil.
func role(v *value) (scim.Document, string) {
	object, ok := v.now.(map[string]any)
	if !ok || !v.single || v.attr.Type != schema.Complex || !strings.EqualFold(v.attr.Name, "roles") {
		return nil, ""
	}
	return object, scim.Document(object).String("value")
}
