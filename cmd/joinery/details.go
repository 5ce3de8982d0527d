package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// members are the members of a JSON object.
type members map[string]json.RawMessage

// membersOf returns nil for what is no object.
func membersOf(object json.RawMessage) (m members) {
	_ = json.Unmarshal(object, &m)
	return m
}

// flat are the values in an object as people read them: by key, and by a dotted
// one where they are within others.
func flat(object json.RawMessage) map[string]string {
	values := map[string]string{}
	for key, value := range membersOf(object) {
		inner := flat(value)
		for name, text := range inner {
			values[key+"."+name] = text
		}
		if len(inner) == 0 {
			values[key] = brief(value)
		}
	}
	return values
}

// brief is a JSON value as people read it.
func brief(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		parts := make([]string, len(list))
		for i, item := range list {
			parts[i] = brief(item)
		}
		return strings.Join(parts, ", ")
	}
	if m := membersOf(value); m != nil {
		parts := make([]string, 0, len(m))
		for _, key := range slices.Sorted(maps.Keys(m)) {
			parts = append(parts, brief(m[key]))
		}
		return strings.Join(parts, " ")
	}
	return string(bytes.TrimSpace(value))
}

// listed writes texts by key, in the order of the keys.
func listed(texts map[string]string) string {
	parts := make([]string, 0, len(texts))
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		parts = append(parts, fmt.Sprintf("%s: %s", key, texts[key]))
	}
	return strings.Join(parts, ", ")
}

// difference says what changed between two objects. What both have alike, and
// what neither has, is left out.
func difference(before, after json.RawMessage) string {
	was, is := flat(before), flat(after)
	changed := map[string]string{}
	for _, values := range []map[string]string{was, is} {
		for key := range values {
			if was[key] != is[key] {
				changed[key] = cmp.Or(was[key], "-") + " → " + cmp.Or(is[key], "-")
			}
		}
	}
	return listed(changed)
}

// cut is the beginning of a text that is too long for a table.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
