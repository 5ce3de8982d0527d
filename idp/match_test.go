package idp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// bindings holds the values of placeholders.
type bindings map[string]string

var placeholder = regexp.MustCompile(`\{\{(\w+|\*)\}\}`)

// fill replaces the placeholders that have a value.
func (b bindings) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if value, ok := b[found[2:len(found)-2]]; ok {
			return value
		}
		return found
	})
}

// escaped returns the values as they stand within a JSON string.
func (b bindings) escaped() bindings {
	quoted := bindings{}
	for name, value := range b {
		text, _ := json.Marshal(value)
		quoted[name] = string(text[1 : len(text)-1])
	}
	return quoted
}

// hide is the reverse of fill, for messages that people read.
func (b bindings) hide(text string) string {
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if value := b[name]; len(value) > 8 {
			text = strings.ReplaceAll(text, value, "{{"+name+"}}")
		}
	}
	return text
}

// text compares a string with a pattern. A pattern that is one new placeholder
// keeps the string.
func (b bindings) text(pattern, got string) bool {
	pattern = b.fill(pattern)
	if m := placeholder.FindStringSubmatch(pattern); m != nil && m[0] == pattern && m[1] != "*" && got != "" {
		b[m[1]] = got
		return true
	}
	parts := strings.Split(pattern, "{{*}}")
	switch {
	case len(parts) == 1:
		return pattern == got
	case pattern == "{{*}}":
		return got != ""
	}
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, `.*`) + `$`).MatchString(got)
}

// body compares an answer with what is expected of it, and returns what differs.
func (b bindings) body(want, got string) error {
	var wanted, present any
	if err := decodeJSON(b.escaped().fill(want), &wanted); err != nil {
		return fmt.Errorf("the expectation is not JSON: %w", err)
	}
	if err := decodeJSON(got, &present); err != nil {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	return b.value("", wanted, present)
}

func decodeJSON(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

func (b bindings) value(at string, want, got any) error {
	switch want := want.(type) {
	case nil:
		if got != nil {
			return fmt.Errorf("%s: is there, and should not be: %v", at, got)
		}
		return nil
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s: want an object, got %v", at, got)
		}
		return b.object(at, want, object)
	case []any:
		array, ok := got.([]any)
		if !ok || len(array) != len(want) {
			return fmt.Errorf("%s: want %d elements, got %v", at, len(want), got)
		}
		return b.array(at, want, array)
	case string:
		if s, ok := got.(string); ok && b.text(want, s) || want == "{{*}}" && got != nil && got != "" {
			return nil
		}
	default:
		if want == got {
			return nil
		}
	}
	return fmt.Errorf("%s: want %#v, got %#v", at, want, got)
}

func (b bindings) object(at string, want, got map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if err := b.value(at+"/"+name, want[name], got[name]); err != nil {
			return err
		}
	}
	return nil
}

// array compares in order, save where order means nothing.
func (b bindings) array(at string, want, got []any) error {
	if !strings.HasSuffix(at, "/members") && !strings.HasSuffix(at, "/groups") && !strings.HasSuffix(at, "/schemas") {
		for i := range want {
			if err := b.value(fmt.Sprintf("%s/%d", at, i), want[i], got[i]); err != nil {
				return err
			}
		}
		return nil
	}
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g any) bool { return b.value(at, w, g) == nil })
		if i < 0 {
			return fmt.Errorf("%s: no element like %v in %v", at, w, got)
		}
		left = slices.Delete(left, i, i+1)
	}
	return nil
}
