package idp

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

func stringBoolean() Fix {
	return Fix{
		Name:    "string-boolean",
		Summary: `Takes "True" and "false", in any case, for the boolean.`,
		Source:  "Microsoft Entra ID without aadOptscim062020 (Microsoft's documentation), Keycloak plugins (their source), OneLogin templates",
		Wants:   "RFC 7643 section 2.3.2 wants a JSON boolean, true or false without quotes.",
		Quirks:  []int{2, 3, 4, 73},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			text, ok := v.now.(string)
			if !ok || !v.single || v.attr.Type != schema.Boolean {
				return ""
			}
			switch scim.Fold(text) {
			case "true":
				v.set(true)
			case "false":
				v.set(false)
			default:
				return ""
			}
			return fmt.Sprintf("%s is the string %q", v.path, text)
		},
	}
}

func stringNumber() Fix {
	return Fix{
		Name:    "string-number",
		Summary: "Takes a number in quotes for the number.",
		Source:  "OneLogin templates, in which every macro stands in quotes",
		Wants:   "RFC 7643 section 2.3 wants a JSON number, without quotes.",
		Quirks:  []int{73},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			text, ok := v.now.(string)
			if !ok || !v.single || v.attr.Type != schema.Integer && v.attr.Type != schema.Decimal {
				return ""
			}
			number, err := scim.ParseValue([]byte(text))
			if _, ok := number.(json.Number); err != nil || !ok {
				return ""
			}
			v.set(number)
			return fmt.Sprintf("%s is the string %q", v.path, text)
		},
	}
}

func wrappedValue() Fix {
	return Fix{
		Name:    "wrapped-value",
		Summary: `Takes [x], {"value": x} and [{"value": x}] for x where one value is wanted.`,
		Source:  "Microsoft Entra ID: an older package for groups (public issue), and manager in its documentation",
		Wants:   "RFC 7643 section 2.4 wants the bare value of an attribute that is not multi-valued.",
		Quirks:  []int{16, 55},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			if !v.single || !unwrap(v) {
				return ""
			}
			return fmt.Sprintf("%s has one value, in a wrapping of its own", v.path)
		},
	}
}

// unwrap takes off every wrapping, and reports whether there was one.
func unwrap(v *value) (wrapped bool) {
	for {
		switch now := v.now.(type) {
		case []any:
			if len(now) != 1 {
				return wrapped
			}
			v.set(now[0])
		case map[string]any:
			inner := scim.Document(now).Get("value")
			if v.attr.Type == schema.Complex || inner == nil {
				return wrapped
			}
			v.set(inner)
		default:
			return wrapped
		}
		wrapped = true
	}
}

func singleObject() Fix {
	return Fix{
		Name:    "single-object",
		Summary: "Takes a single element for an array of one.",
		Source:  "older versions of OneLogin (comments in the source of a SCIM library)",
		Wants:   "RFC 7643 section 2.4 wants a JSON array of a multi-valued attribute, even for one value.",
		Quirks:  []int{72},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			if v.single || !element(v) {
				return ""
			}
			v.set([]any{v.now})
			if v.adding() {
				return ""
			}
			return fmt.Sprintf("%s is no array", v.path)
		},
	}
}

// element reports whether a value could stand in an array of its attribute.
func element(v *value) bool {
	switch v.now.(type) {
	case []any, nil:
		return false
	case map[string]any:
		return v.attr.Type == schema.Complex
	default:
		return v.attr.Type != schema.Complex
	}
}

func bareValue() Fix {
	return Fix{
		Name:    "bare-value",
		Summary: "Takes a bare string in place of a multi-valued complex attribute for the value of its primary or work element.",
		Source:  "Microsoft Entra ID at a change of e-mail (pull request to a product that it hit)",
		Wants:   `RFC 7643 section 2.4 wants an array of objects: [{"value": …}].`,
		Quirks:  []int{17},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			text, ok := v.now.(string)
			if !ok || !v.attr.MultiValued || v.attr.Type != schema.Complex || attribute(v.attr.SubAttributes, "value") == nil {
				return ""
			}
			switch {
			case v.single:
				v.set(map[string]any{"value": text})
			case v.op != nil: // the core takes it for the value of the main element
			case hasWork(v.attr):
				v.set([]any{map[string]any{"value": text, "type": "work"}})
			default:
				v.set([]any{map[string]any{"value": text}})
			}
			return fmt.Sprintf("%s is a bare string", v.path)
		},
	}
}

// hasWork reports whether elements of the attribute are told apart by the type "work".
func hasWork(a *schema.Attribute) bool {
	kind := attribute(a.SubAttributes, "type")
	if kind == nil {
		return false
	}
	for _, canonical := range kind.CanonicalValues {
		if strings.EqualFold(canonical, "work") {
			return true
		}
	}
	return false
}

func stringReference() Fix {
	return Fix{
		Name:    "string-reference",
		Summary: "Takes a bare string for a complex attribute such as manager for its value.",
		Source:  "Microsoft Entra ID (public issues of several SCIM libraries)",
		Wants:   `RFC 7643 section 4.3 has manager as an object: {"value": "id"}.`,
		Quirks:  []int{54, 55},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			text, ok := v.now.(string)
			if !ok || v.attr.MultiValued || v.attr.Type != schema.Complex || attribute(v.attr.SubAttributes, "value") == nil {
				return ""
			}
			v.set(map[string]any{"value": text})
			return fmt.Sprintf("%s is a bare string", v.path)
		},
	}
}

func managerID() Fix {
	return Fix{
		Name:    "manager-id",
		Summary: "Takes managerId in manager for its value.",
		Source:  "OneLogin templates after SCIM 1 (a product's setup guide)",
		Wants:   `RFC 7643 section 4.3 calls the id of a manager "value".`,
		Quirks:  []int{73},
		refuse:  scim.InvalidValue,
		value: func(v *value) string {
			object, ok := v.now.(map[string]any)
			if !ok || !v.single || v.attr.Type != schema.Complex || !strings.EqualFold(v.attr.Name, "manager") {
				return ""
			}
			return rename(v, object, "managerId", "value")
		},
	}
}

// rename gives a sub-attribute its right name, and drops it where that is there already.
func rename(v *value, object map[string]any, from, to string) string {
	key, ok := scim.Document(object).Key(from)
	if !ok {
		return ""
	}
	if scim.Document(object).Get(to) == nil {
		object[to] = object[key]
	}
	delete(object, key)
	return fmt.Sprintf("%s has %s for %s", v.path, key, to)
}
