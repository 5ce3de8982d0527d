package idp

import (
	"fmt"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

func opCase() Fix {
	return Fix{
		Name:    "op-case",
		Summary: "Takes an operation whose op is not in lower case.",
		Source:  "Microsoft Entra ID without aadOptscim062020 (Microsoft's documentation on SCIM compatibility)",
		Wants:   `RFC 7644 section 3.5.2 has "add", "remove" and "replace" in lower case.`,
		Quirks:  []int{1},
		refuse:  scim.InvalidSyntax,
		whole: func(r *Request) (found []string) {
			for i := range r.Operations {
				op := &r.Operations[i]
				if lower := scim.Fold(op.Op); lower != op.Op {
					found = append(found, fmt.Sprintf("The op of operation %d is %q", i+1, op.Op))
					op.Op = lower
				}
			}
			return found
		},
	}
}

func removeValues() Fix {
	return Fix{
		Name:    "remove-values",
		Summary: "A remove with a list of values removes these only, never the whole attribute.",
		Source:  "Microsoft Entra ID without aadOptscim062020, JumpCloud, authentik (its source)",
		Wants:   `RFC 7644 section 3.5.2.2 knows no value for remove: use a path with a filter, such as members[value eq "id"].`,
		Quirks:  []int{32},
		refuse:  scim.InvalidValue,
		whole: func(r *Request) (found []string) {
			for i, op := range r.Operations {
				if op.Op == scim.OpRemove && op.Value != nil {
					found = append(found, fmt.Sprintf("Operation %d removes %s and has a value", i+1, op.Path))
				}
			}
			return found
		},
	}
}

func dottedKey() Fix {
	return Fix{
		Name:    "dotted-key",
		Summary: "Takes a key such as name.givenName in the value of an operation without a path for the path it is.",
		Source:  "Microsoft Entra ID with aadOptscim062020 (Microsoft's documentation on SCIM compatibility)",
		Wants:   "RFC 7644 section 3.5.2 wants an object with the shape of the resource in an operation without a path.",
		Quirks:  []int{6},
		refuse:  scim.InvalidPath,
		whole: func(r *Request) []string {
			return keys(r, func(key string) bool { return !isURN(key) && strings.ContainsAny(key, ".[") })
		},
	}
}

func qualifiedKey() Fix {
	return Fix{
		Name:    "qualified-key",
		Summary: "Takes a key that is a schema's URN with an attribute, in the value of an operation without a path, for the path it is.",
		Source:  "Microsoft Entra ID with aadOptscim062020 (Microsoft's documentation on SCIM compatibility)",
		Wants:   "RFC 7644 section 3.5.2 wants an object with the shape of the resource in an operation without a path: the URN as a key, and the attributes in an object under it.",
		Quirks:  []int{7, 8},
		refuse:  scim.InvalidPath,
		whole: func(r *Request) []string {
			return keys(r, func(key string) bool { return isURN(key) && schemaOf(r.Type, key) == nil })
		},
	}
}

// keys finds keys in the values of operations without a path. The core takes
// every such key for a path, so that there is nothing to change.
func keys(r *Request, wanted func(string) bool) (found []string) {
	for i, op := range r.Operations {
		object, ok := op.Value.(map[string]any)
		if op.Path != "" || !ok {
			continue
		}
		for _, key := range sorted(object) {
			if wanted(key) {
				found = append(found, fmt.Sprintf("Operation %d has no path, and the key %q", i+1, key))
			}
		}
	}
	return found
}

func isURN(s string) bool { return len(s) > 4 && strings.EqualFold(s[:4], "urn:") }
