package idp

import (
	"fmt"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

func firstPrimary() Fix {
	return Fix{
		Name:    "first-primary",
		Summary: "Marks the first e-mail as primary where none is.",
		Source:  "Okta, which wants one primary e-mail in what it reads back (its FAQ)",
		Wants:   "RFC 7643 section 2.4 allows elements without a primary one.",
		Quirks:  []int{75},
		lawful:  true,
		value: func(v *value) string {
			if v.single || v.adding() || !strings.EqualFold(v.attr.Name, "emails") {
				return ""
			}
			array, _ := v.now.([]any)
			if hasPrimary(array) {
				return ""
			}
			first, ok := array[0].(map[string]any)
			if !ok {
				return ""
			}
			scim.Document(first).Set("primary", true)
			return fmt.Sprintf("%s has no primary element", v.path)
		},
	}
}

// hasPrimary reports whether an element is primary; so it does where there is none to mark.
func hasPrimary(array []any) bool {
	for _, element := range array {
		object, _ := element.(map[string]any)
		switch primary := scim.Document(object).Get("primary").(type) {
		case bool:
			if primary {
				return true
			}
		case string:
			if strings.EqualFold(primary, "true") {
				return true
			}
		}
	}
	return len(array) == 0
}
