// Package archtest holds the rules of ARCHITECTURE.md about imports.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/joineryhq/joinery"

// layer is a set of packages and what of this module they may import beside
// one another's folder.
type layer struct {
	name     string
	packages []string // paths within the module; "x/..." means x and all below
	may      []string
	std      bool // nothing but the standard library, Unicode's tables, and this module
}

var layers = []layer{
	{name: "protocol", packages: []string{"scim"}, std: true},
	{name: "schemas", packages: []string{"scim/schema"}, may: []string{"scim"}, std: true},
	{name: "filters", packages: []string{"scim/filter"}, may: []string{"scim", "scim/schema"}, std: true},
	{name: "patches", packages: []string{"scim/patch"}, may: []string{"scim", "scim/schema", "scim/filter"}, std: true},
	{name: "rules", packages: []string{"match"}, may: []string{"scim"}, std: true},
	{name: "vendors", packages: []string{"idp/..."}, may: []string{"scim/..."}, std: true},
	{name: "service", packages: []string{""}, may: []string{"scim/...", "match"}},
	{name: "storage", packages: []string{"storage/..."}, may: []string{"", "scim/...", "storage/..."}},
	{name: "web", packages: []string{"internal/web"}, may: []string{"", "scim"}},
	{name: "SCIM API", packages: []string{"internal/scimapi"}, may: []string{"", "scim/...", "idp", "internal/web"}},
	{name: "admin API", packages: []string{"internal/adminapi"}, may: []string{"", "scim/...", "match", "idp", "internal/web", "internal/adminapi/wire"}},
	{name: "consent pages", packages: []string{"internal/consent"}, may: []string{"", "internal/web"}},
	{name: "server", packages: []string{"server"}, may: []string{"", "scim/...", "match", "idp", "storage/...", "internal/..."}},
}

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath string
	Imports    []string
}

func TestImportsPointDown(t *testing.T) {
	packages := list(t)
	for _, l := range layers {
		found := false
		for _, p := range packages {
			path, ours := local(p.ImportPath)
			if !ours || !matches(path, l.packages) {
				continue
			}
			found = true
			for _, imported := range p.Imports {
				check(t, l, path, imported)
			}
		}
		if !found {
			t.Errorf("layer %s has no package: %v", l.name, l.packages)
		}
	}
}

func check(t *testing.T, l layer, path, imported string) {
	t.Helper()
	target, ours := local(imported)
	switch {
	case ours && !matches(target, l.may) && !matches(target, l.packages):
		t.Errorf("%s (%s) imports %s: allowed are %v", path, l.name, target, l.may)
	case !ours && l.std && imported != "golang.org/x/text/unicode/norm" && strings.Contains(strings.Split(imported, "/")[0], "."):
		t.Errorf("%s (%s) imports %s: only the standard library is allowed", path, l.name, imported)
	}
}

// TestAPIsAreApart holds that the parts that talk to the outside do not import
// each other.
func TestAPIsAreApart(t *testing.T) {
	apis := []string{"internal/scimapi", "internal/adminapi", "internal/consent"}
	for _, p := range list(t) {
		path, ours := local(p.ImportPath)
		if !ours || !slices.Contains(apis, path) {
			continue
		}
		for _, imported := range p.Imports {
			if target, ours := local(imported); ours && target != path && slices.Contains(apis, target) {
				t.Errorf("%s imports %s", path, target)
			}
		}
	}
}

func local(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func matches(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if below, ok := strings.CutSuffix(pattern, "/..."); ok {
			return path == below || strings.HasPrefix(path, below+"/")
		}
		return path == pattern
	})
}

func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
