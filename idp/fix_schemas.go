package idp

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

func urnAlias() Fix {
	return Fix{
		Name:    "urn-alias",
		Summary: "Takes SCIM 1 URNs and misspelt ones for the URNs of SCIM 2.",
		Source:  "Google (core:1.0) and OneLogin (core:2.0, extension:enterprise:2.0) in public logs; enterprise:2.0User in an old sample of Microsoft's",
		Wants:   "RFC 7643 section 10 lists the URNs.",
		Quirks:  []int{61},
		refuse:  scim.InvalidValue,
		whole: func(r *Request) (found []string) {
			found = aliasSchemas(r)
			found = append(found, aliasKeys(r.Type, r.Document)...)
			for i := range r.Operations {
				found = append(found, aliasOperation(r.Type, &r.Operations[i])...)
			}
			return found
		},
	}
}

// alias returns the URN that is meant by another one of the type, or "".
func alias(t *schema.Type, urn string) string {
	if !isURN(urn) || schemaOf(t, urn) != nil {
		return ""
	}
	switch scim.Fold(urn) {
	case "urn:scim:schemas:core:1.0", "urn:scim:schemas:core:2.0", "urn:ietf:params:scim:schemas:core:2.0",
		scim.Fold("urn:scim:schemas:core:2.0:" + t.Name):
		return t.Core.ID
	case "urn:scim:schemas:extension:enterprise:1.0", "urn:scim:schemas:extension:enterprise:2.0",
		"urn:scim:schemas:extension:enterprise:2.0:user", "urn:ietf:params:scim:schemas:extension:enterprise:2.0":
		if schemaOf(t, scim.EnterpriseUserURN) != nil {
			return scim.EnterpriseUserURN
		}
		return ""
	}
	for _, s := range schemas(t) {
		if letters(s.ID) == letters(urn) {
			return s.ID
		}
	}
	return ""
}

// letters is a URN without its punctuation, which is what gets misspelt.
func letters(urn string) string {
	return strings.Map(func(r rune) rune {
		if r == ':' || r == '.' || r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return r
	}, scim.Fold(urn))
}

func aliasSchemas(r *Request) (found []string) {
	if r.Document == nil {
		return nil
	}
	var urns []any
	for _, urn := range schemasOf(r.Document) {
		if meant := alias(r.Type, urn); meant != "" {
			found = append(found, fmt.Sprintf("The schemas have %q for %q", urn, meant))
			urn = meant
		}
		if !slices.Contains(urns, any(urn)) {
			urns = append(urns, urn)
		}
	}
	if found != nil {
		r.Document.Set("schemas", urns)
	}
	return found
}

// aliasKeys renames the keys of an object that are aliases.
func aliasKeys(t *schema.Type, object map[string]any) (found []string) {
	for _, key := range sorted(object) {
		meant, rest := aliasPath(t, key)
		if meant == "" {
			continue
		}
		found = append(found, fmt.Sprintf("The body has %q for %q", key, meant+rest))
		merge(object, meant+rest, object[key])
		delete(object, key)
	}
	return found
}

func aliasOperation(t *schema.Type, op *scim.PatchOperation) []string {
	if op.Path == "" {
		object, _ := op.Value.(map[string]any)
		return aliasKeys(t, object)
	}
	meant, rest := aliasPath(t, op.Path)
	if meant == "" {
		return nil
	}
	found := fmt.Sprintf("A path has %q for %q", op.Path, meant+rest)
	op.Path = meant + rest
	return []string{found}
}

// aliasPath splits a path behind an alias: what the alias means, and the rest
// of the path with its colon. What would name no attribute is left alone.
func aliasPath(t *schema.Type, path string) (meant, rest string) {
	if !isURN(path) || schemaOf(t, path) != nil {
		return "", ""
	}
	if _, _, known := resolve(t, path); known {
		return "", ""
	}
	end := len(path)
	if open := strings.IndexByte(path, '['); open >= 0 {
		end = open
	}
	for ; end > 0; end = strings.LastIndexByte(path[:end], ':') {
		meant, rest = alias(t, path[:end]), path[end:]
		if meant == "" {
			continue
		}
		if _, _, known := resolve(t, meant+rest); known || rest == "" {
			return meant, rest
		}
	}
	return "", ""
}

// merge puts a value under a key; where both are objects, what is there wins.
func merge(object map[string]any, key string, add any) {
	present, ok := scim.Document(object).Get(key).(map[string]any)
	added, both := add.(map[string]any)
	if !ok || !both {
		if scim.Document(object).Get(key) == nil {
			object[key] = add
		}
		return
	}
	for name, value := range added {
		if scim.Document(present).Get(name) == nil {
			present[name] = value
		}
	}
}

func coreUnderURN() Fix {
	return Fix{
		Name:    "core-under-urn",
		Summary: "Takes core attributes that stand in an object under the core URN for the top-level attributes they are.",
		Source:  "tolerance: home-made clients; the counterpart of a fault seen in servers",
		Wants:   "RFC 7643 section 3.3 has core attributes at the top level, and only extensions under their URN.",
		refuse:  scim.InvalidSyntax,
		whole: func(r *Request) (found []string) {
			found = liftCore(r.Type, r.Document)
			for _, op := range r.Operations {
				if object, ok := op.Value.(map[string]any); ok && op.Path == "" {
					found = append(found, liftCore(r.Type, object)...)
				}
			}
			return found
		},
	}
}

func liftCore(t *schema.Type, object map[string]any) []string {
	key, ok := scim.Document(object).Key(t.Core.ID)
	if !ok {
		return nil
	}
	inner, ok := object[key].(map[string]any)
	if !ok {
		return nil
	}
	delete(object, key)
	for name, value := range inner {
		merge(object, name, value)
	}
	return []string{fmt.Sprintf("Core attributes stand under %q", key)}
}

func missingSchemas() Fix {
	return Fix{
		Name:    "missing-schemas",
		Summary: "Adds the core URN to schemas that lack it.",
		Source:  "unconfirmed reports on Entra; home-made clients",
		Wants:   "RFC 7643 section 3 wants schemas in every resource, with the URN of its core schema.",
		refuse:  scim.InvalidSyntax,
		whole: func(r *Request) []string {
			if r.Document == nil || listed(r.Document, r.Type.Core.ID) || foreign(r) {
				return nil
			}
			addSchema(r.Document, r.Type.Core.ID)
			return []string{fmt.Sprintf("The schemas lack %q", r.Type.Core.ID)}
		},
	}
}

// foreign reports whether the schemas name one that the type does not have, or
// hold what is no name: then it is for the core to refuse.
func foreign(r *Request) bool {
	if array, ok := r.Document.Get("schemas").([]any); ok && len(array) != len(schemasOf(r.Document)) {
		return true
	}
	return slices.ContainsFunc(schemasOf(r.Document), func(urn string) bool { return schemaOf(r.Type, urn) == nil })
}

func missingExtension() Fix {
	return Fix{
		Name:    "missing-extension",
		Summary: "Adds the URN of an extension that has data to the schemas.",
		Source:  "Microsoft Entra ID (its documentation on custom extension attributes)",
		Wants:   "RFC 7643 section 3 wants the URN of every schema with data in schemas.",
		Quirks:  []int{60},
		refuse:  scim.InvalidSyntax,
		whole: func(r *Request) (found []string) {
			if r.Document == nil {
				return nil
			}
			for _, s := range r.Type.Extended {
				if r.Document.Get(s.ID) != nil && !listed(r.Document, s.ID) {
					addSchema(r.Document, s.ID)
					found = append(found, fmt.Sprintf("The schemas lack %q, which has data", s.ID))
				}
			}
			return found
		},
	}
}

func unknownSchema() Fix {
	return Fix{
		Name:    "unknown-schema",
		Summary: "Passes over URNs in schemas that are unknown here and have no data.",
		Source:  "Microsoft Entra ID: its ADSCIM group URN (Microsoft's documentation)",
		Wants:   "RFC 7643 section 3 wants only URNs of schemas that the resource type has: GET /ResourceTypes lists them.",
		Quirks:  []int{47},
		refuse:  scim.InvalidValue,
		whole: func(r *Request) (found []string) {
			if r.Document == nil || !listed(r.Document, r.Type.Core.ID) {
				return nil // it may be a resource of another type
			}
			var kept []any
			for _, urn := range schemasOf(r.Document) {
				if schemaOf(r.Type, urn) == nil && r.Document.Get(urn) == nil {
					found = append(found, fmt.Sprintf("The schemas have the unknown %q", urn))
					continue
				}
				kept = append(kept, urn)
			}
			if found != nil {
				r.Document.Set("schemas", kept)
			}
			return found
		},
	}
}

// schemas lists the schemas of a type, the core first.
func schemas(t *schema.Type) []*schema.Schema {
	return append([]*schema.Schema{t.Core}, t.Extended...)
}

// schemasOf reads the attribute schemas, which may be a single string.
func schemasOf(doc scim.Document) (urns []string) {
	switch value := doc.Get("schemas").(type) {
	case string:
		urns = append(urns, value)
	case []any:
		for _, element := range value {
			if urn, ok := element.(string); ok {
				urns = append(urns, urn)
			}
		}
	}
	return urns
}

func listed(doc scim.Document, urn string) bool {
	return slices.ContainsFunc(schemasOf(doc), func(s string) bool { return strings.EqualFold(s, urn) })
}

func addSchema(doc scim.Document, urn string) {
	var urns []any
	for _, s := range schemasOf(doc) {
		urns = append(urns, s)
	}
	doc.Set("schemas", append(urns, urn))
}

func sorted(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }
