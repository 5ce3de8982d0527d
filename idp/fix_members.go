package idp

import (
	"fmt"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

func nestedMembers() Fix {
	return Fix{
		Name:    "nested-members",
		Summary: `Takes {"members": […]} as the value of members for the array within.`,
		Source:  "Salesforce's documentation on SCIM groups, and tools written after it",
		Wants:   `RFC 7644 section 3.5.2 wants the array itself; a member is removed by the path members[value eq "id"].`,
		Quirks:  []int{30},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			object, ok := v.now.(map[string]any)
			if !ok || v.single || len(object) != 1 {
				return ""
			}
			inner, ok := scim.Document(object).Get(v.attr.Name).([]any)
			if !ok {
				return ""
			}
			v.set(inner)
			return fmt.Sprintf("%s stands once more within its own value", v.path)
		},
	}
}

func memberDisplayName() Fix {
	return Fix{
		Name:    "member-display-name",
		Summary: "Passes over displayName in members: what a member is called is the server's to say.",
		Source:  "test collection of Microsoft's SCIM reference code (public issue)",
		Wants:   `RFC 7643 section 4.2 gives members "value", "$ref" and "type", and section 2.4 "display".`,
		Quirks:  []int{38},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			object, ok := v.now.(map[string]any)
			if !ok || !v.single || v.attr.Type != schema.Complex || !strings.EqualFold(v.attr.Name, "members") {
				return ""
			}
			return rename(v, object, "displayName", "display")
		},
	}
}
