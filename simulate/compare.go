package simulate

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// differences says where got lacks something of want. An object must hold the
// members of want, an array an element like each element of want; both may hold
// more. A nil in want asks for nothing to be there.
func differences(path string, want, got any) []string {
	switch want := want.(type) {
	case nil:
		if !empty(got) {
			return []string{fmt.Sprintf("%s should be unassigned, is %s", path, show(got))}
		}
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s should be an object, is %s", path, show(got))}
		}
		return objectDifferences(path, want, object)
	case []any:
		array, ok := got.([]any)
		if !ok && len(want) > 0 {
			return []string{fmt.Sprintf("%s should be an array, is %s", path, show(got))}
		}
		return arrayDifferences(path, want, array)
	default:
		if !reflect.DeepEqual(want, got) {
			return []string{fmt.Sprintf("%s should be %s, is %s", path, show(want), show(got))}
		}
	}
	return nil
}

func objectDifferences(path string, want, got map[string]any) []string {
	var out []string
	for _, name := range sortedKeys(want) {
		full := name
		if path != "" {
			full = path + "." + name
		}
		out = append(out, differences(full, want[name], got[name])...)
	}
	return out
}

func arrayDifferences(path string, want, got []any) []string {
	var out []string
	for _, element := range want {
		if !slices.ContainsFunc(got, func(g any) bool { return len(differences("", element, g)) == 0 }) {
			out = append(out, fmt.Sprintf("%s should hold %s, is %s", path, show(element), show(got)))
		}
	}
	return out
}

func empty(v any) bool {
	array, ok := v.([]any)
	return v == nil || ok && len(array) == 0
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func show(v any) string {
	if v == nil {
		return "absent"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return clip(string(text))
}

// clip keeps a text short enough for a line of a report.
func clip(s string) string {
	const most = 300
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// sameSet says how the sets of values differ.
func sameSet(what string, want, got []string) string {
	missing := without(want, got)
	extra := without(got, want)
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, fmt.Sprintf("%d %s missing (%s)", len(missing), what, clip(strings.Join(missing, ", "))))
	}
	if len(extra) > 0 {
		parts = append(parts, fmt.Sprintf("%d %s too many (%s)", len(extra), what, clip(strings.Join(extra, ", "))))
	}
	if len(parts) == 0 && len(want) != len(got) {
		parts = append(parts, fmt.Sprintf("%s are repeated: %d listed, %d different", what, len(got), len(want)))
	}
	return strings.Join(parts, "; ")
}

func without(a, b []string) []string {
	var out []string
	for _, v := range a {
		if !slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}
