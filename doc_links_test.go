package joinery_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	linkPattern    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headingPattern = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fencePattern   = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// TestDocLinks: every link of the documents leads to a file that is there, and
// to a heading in it.
func TestDocLinks(t *testing.T) {
	t.Parallel()
	documents := done(filepath.Glob("*.md"))(t)
	for _, folder := range []string{"docs/*.md", "docs/decisions/*.md"} {
		documents = append(documents, done(filepath.Glob(folder))(t)...)
	}
	for _, path := range documents {
		for _, link := range linkPattern.FindAllStringSubmatch(withoutFences(part(t, path)), -1) {
			target, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := path
			if target != "" {
				file = filepath.Join(filepath.Dir(path), target)
			}
			if found := done(filepath.Glob(file))(t); len(found) == 0 {
				t.Errorf("%s links to %s, which is not there", path, link[1])
			} else if anchor != "" && !anchors(part(t, file))[anchor] {
				t.Errorf("%s links to %s, but there is no such heading", path, link[1])
			}
		}
	}
}

func withoutFences(text string) string { return fencePattern.ReplaceAllString(text, "") }

var unanchored = regexp.MustCompile(`[^\pL\pN _-]`)

// anchors are the headings of a document as links name them.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, heading := range headingPattern.FindAllStringSubmatch(withoutFences(text), -1) {
		name := unanchored.ReplaceAllString(strings.ToLower(heading[1]), "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	return found
}
