package schema

import (
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// Changed returns the paths in which two documents in canonical form differ,
// sorted: a sub-attribute of a single-valued complex attribute
// (name.givenName), an attribute of an extension under its URN, else the
// attribute as a whole. The attribute schemas is left out, as it follows from
// the others. Nothing has changed where there are no paths.
func Changed(a, b scim.Document) []string {
	var paths []string
	for _, name := range names(a, b) {
		if name == "schemas" {
			continue
		}
		separator := "."
		if strings.Contains(name, ":") {
			separator = ":"
		}
		paths = changed(paths, name, separator, a[name], b[name])
	}
	slices.Sort(paths)
	return paths
}

// changed compares two values of one attribute. An object is compared by its
// parts with an object, and with nothing.
func changed(paths []string, path, separator string, a, b any) []string {
	x, xok := scim.Object(a)
	y, yok := scim.Object(b)
	if !(xok || a == nil) || !(yok || b == nil) || !xok && !yok {
		if !equal(a, b) {
			paths = append(paths, path)
		}
		return paths
	}
	for _, name := range names(x, y) {
		paths = changed(paths, path+separator+name, ".", x[name], y[name])
	}
	return paths
}

// names lists the names of both objects, each once.
func names(a, b map[string]any) []string {
	list := make([]string, 0, max(len(a), len(b)))
	for name := range a {
		list = append(list, name)
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			list = append(list, name)
		}
	}
	return list
}

func equal(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case map[string]any, scim.Document:
		x, _ := scim.Object(a)
		y, ok := scim.Object(b)
		return ok && equalObjects(x, y)
	}
	switch b.(type) {
	case []any, map[string]any, scim.Document:
		return false
	}
	return a == b
}

func equalObjects(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		other, ok := b[name]
		if !ok || !equal(value, other) {
			return false
		}
	}
	return true
}
