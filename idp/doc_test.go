package idp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/idp"
)

// quirksDoc is written by this test when it is run with -update.
const quirksDoc = "../docs/idp-quirks.md"

// lastQuirk is the number of the last known habit.
const lastQuirk = 123

// habit is a line of the table: a number, and what shows it.
type habit struct {
	quirk                    int
	client, title, we, where string
}

// TestQuirksDoc holds docs/idp-quirks.md to the recordings and the fixes.
func TestQuirksDoc(t *testing.T) {
	t.Parallel()
	habits := append(recordedHabits(t), otherHabits(t)...)
	slices.SortStableFunc(habits, func(a, b habit) int { return a.quirk - b.quirk })
	checkComplete(t, habits)
	var doc strings.Builder
	doc.WriteString(docHead)
	writeHabits(&doc, habits)
	writeProfiles(&doc)
	writeFixes(&doc)
	if *update {
		if err := os.WriteFile(quirksDoc, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(quirksDoc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(written), doc.String()); diff != "" {
		t.Errorf("%s is stale: run go test ./idp -run TestQuirksDoc -update\n%s", quirksDoc, diff)
	}
}

func recordedHabits(t *testing.T) (habits []habit) {
	t.Helper()
	for _, r := range recordings(t) {
		for _, quirk := range r.quirks {
			where := fmt.Sprintf("[%s](../idp/%s)", r.name(), r.file)
			habits = append(habits, habit{quirk, r.client, r.title, r.we, where})
		}
	}
	return habits
}

// otherHabits reads those that no recording can show, or that do not concern
// the server yet. The tests that they name must exist.
func otherHabits(t *testing.T) (habits []habit) {
	t.Helper()
	data, err := os.ReadFile("testdata/elsewhere.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSpace(line), " | ")
		quirk, err := strconv.Atoi(parts[0])
		if err != nil || len(parts) != 5 {
			t.Fatalf("testdata/elsewhere.txt: %q", line)
		}
		habits = append(habits, habit{quirk, parts[1], parts[2], parts[3], link(t, parts[4])})
	}
	return habits
}

func link(t *testing.T, where string) string {
	t.Helper()
	file, name, ok := strings.Cut(where, ": ")
	if !ok {
		return ""
	}
	source, err := os.ReadFile(filepath.Join("..", file))
	if err != nil || !strings.Contains(string(source), "func "+name+"(") {
		t.Errorf("testdata/elsewhere.txt names %s, which does not exist (%v)", where, err)
	}
	return fmt.Sprintf("[%s](../%s)", name, file)
}

func checkComplete(t *testing.T, habits []habit) {
	t.Helper()
	for quirk := 1; quirk <= lastQuirk; quirk++ {
		if !slices.ContainsFunc(habits, func(h habit) bool { return h.quirk == quirk }) {
			t.Errorf("nothing is said of quirk %d", quirk)
		}
	}
	for _, p := range idp.Profiles() {
		for _, fix := range p.Fixes() {
			for _, quirk := range fix.Quirks {
				if quirk < 1 || quirk > lastQuirk {
					t.Errorf("the fix %q names the quirk %d", fix.Name, quirk)
				}
			}
		}
	}
}

const docHead = `# What identity providers do, and what we do

Real SCIM clients leave the standard in many small ways, and stay within it in
ways that many servers do not expect. This is the list of what is known, with
the answer that Joinery gives. A line is held by a recorded exchange, which is
played against the whole server on SQLite and on PostgreSQL, or by the test that
it names; one that names neither is a note.

This page is generated from the recordings: ` + "`go test ./idp -run TestQuirksDoc -update`" + `.

`

func writeHabits(doc *strings.Builder, habits []habit) {
	doc.WriteString("## Habits\n\n| # | What | Client | We | Shown by |\n|---|---|---|---|---|\n")
	for _, h := range habits {
		fmt.Fprintf(doc, "| %d | %s | %s | %s | %s |\n", h.quirk, cell(h.title), cell(h.client), cell(h.we), h.where)
	}
}

func writeProfiles(doc *strings.Builder) {
	doc.WriteString(`
## Profiles

Each connection has a profile. All of them have the same fixes but for those
named here; choose ` + "`generic`" + ` where none fits.

| Profile | Identity provider | Its own |
|---|---|---|
`)
	generic := names(idp.Find("generic"))
	for _, p := range idp.Profiles() {
		var own []string
		for _, name := range names(p) {
			if !slices.Contains(generic, name) {
				own = append(own, "the fix `"+name+"`")
			}
		}
		if p.MediaType != "" {
			own = append(own, "answers of type "+p.MediaType)
		}
		if p.KeepMembers {
			own = append(own, "a PUT of a group without members leaves them alone")
		}
		fmt.Fprintf(doc, "| `%s` | %s | %s |\n", p.Name, p.Title, strings.Join(own, "; "))
	}
}

func names(p *idp.Profile) (names []string) {
	for _, fix := range p.Fixes() {
		names = append(names, fix.Name)
	}
	return names
}

func writeFixes(doc *strings.Builder) {
	doc.WriteString(`
## Fixes

A fix takes what the standard does not allow for what is meant. Each use is
noted in the log of requests by the name of the fix. In strict mode there are
no fixes: the request is refused, and the answer says what the standard wants.

| Fix | What it does | # | The standard | Known from |
|---|---|---|---|---|
`)
	seen := map[string]bool{}
	for _, p := range idp.Profiles() {
		for _, fix := range p.Fixes() {
			if seen[fix.Name] {
				continue
			}
			seen[fix.Name] = true
			fmt.Fprintf(doc, "| `%s` | %s | %s | %s | %s |\n", fix.Name, cell(fix.Summary), list(fix.Quirks), cell(fix.Wants), cell(fix.Source))
		}
	}
}

func list(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// cell is a text as it can stand in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "[", `\[`, "<", `\<`).Replace(text)
}
