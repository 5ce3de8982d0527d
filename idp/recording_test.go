package idp_test

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery/idp"
)

// A recording is an exchange with one kind of client: a txtar file
// testdata/<profile>/NN-name.txtar. Its comment begins with a title and has
// "key: value" lines:
//
//	quirk:    numbers, separated by commas
//	client:   who does it
//	we:       one sentence that says what we do
//	profile:  of the connection, where it is not the folder's name
//	policy:   JSON, where it is not the default
//	strict:   true for strict mode
//
// Its sections are played in order:
//
//	-- before: METHOD /path => name --    a request that must succeed; name keeps the id of the answer
//	-- elsewhere: METHOD /path => name -- the same, on another connection of the organization
//	-- operator: METHOD /path => name --  the same, by the admin API
//	-- request: METHOD /path => name --   what the client sends
//	-- answer: STATUS --                  what it gets
//	-- after: GET /path --                what is there in the end; "after: 404 GET /path" for what is not
//	-- events --                          what was emitted since the first request, in order; "none"
//
// A body is JSON; headers stand before it, a blank line between. What is
// expected is a part of what there is: members may be missing, but not
// elements. null says that a member must be absent. {{name}} is a value kept
// before, or keeps it where the name is new; {{*}} is anything, where it stands alone anything but nothing;
// {{base}} and {{token}} are those of the connection, {{organization}} is its organization's id.
type recording struct {
	file, title         string
	quirks              []int
	client, we, profile string
	policy              string
	strict              bool
	steps               []step
	events              []string
}

// step is a request and what is expected of its answer.
type step struct {
	kind         string // "before", "elsewhere", "operator", "request", "after"
	method, path string
	keep         string
	header       []string
	body         string
	status       int // 0: any that means success
	wantHeader   []string
	wantBody     string
}

// recordings reads all recordings in the order of their first quirk.
func recordings(t *testing.T) []*recording {
	t.Helper()
	files, err := filepath.Glob("testdata/*/[0-9]*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	var all []*recording
	for _, file := range files {
		r, err := readRecording(file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *recording) int {
		return cmp.Or(a.quirks[0]-b.quirks[0], strings.Compare(a.name(), b.name()))
	})
	return all
}

// name is the folder and the file, as tests and the documentation call it.
func (r *recording) name() string {
	return strings.TrimPrefix(strings.TrimSuffix(r.file, ".txtar"), "testdata/")
}

func readRecording(file string) (*recording, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	r := &recording{file: filepath.ToSlash(file), profile: filepath.Base(filepath.Dir(file))}
	if err := r.readComment(string(archive.Comment)); err != nil {
		return nil, err
	}
	for _, section := range archive.Files {
		if err := r.readSection(section.Name, section.Data); err != nil {
			return nil, fmt.Errorf("section %q: %w", section.Name, err)
		}
	}
	return r, r.check()
}

func (r *recording) readComment(comment string) (err error) {
	for line := range strings.Lines(comment) {
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "quirk":
			r.quirks, err = numbers(value)
		case "client":
			r.client = value
		case "we":
			r.we = value
		case "profile":
			r.profile = value
		case "policy":
			r.policy = value
		case "strict":
			r.strict, err = strconv.ParseBool(value)
		default:
			r.title = strings.TrimSpace(r.title + " " + line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func numbers(list string) (numbers []int, err error) {
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

func (r *recording) readSection(name string, data []byte) error {
	kind, rest, _ := strings.Cut(name, ":")
	rest = strings.TrimSpace(rest)
	header, body := split(data)
	switch kind {
	case "before", "elsewhere", "operator", "request":
		line, keep, _ := strings.Cut(rest, "=>")
		method, path, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			return fmt.Errorf("want a method and a path")
		}
		r.steps = append(r.steps, step{kind: kind, method: method, path: path, keep: strings.TrimSpace(keep), header: header, body: body})
	case "answer":
		return r.readAnswer(rest, header, body)
	case "after":
		return r.readAfter(rest, header, body)
	case "events":
		r.events = []string{}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && line != "none" {
				r.events = append(r.events, line)
			}
		}
	default:
		return fmt.Errorf("no such kind of section")
	}
	return nil
}

func (r *recording) readAnswer(status string, header []string, body string) (err error) {
	if len(r.steps) == 0 || r.steps[len(r.steps)-1].kind != "request" || r.steps[len(r.steps)-1].status != 0 {
		return fmt.Errorf("an answer without a request")
	}
	last := &r.steps[len(r.steps)-1]
	last.wantHeader, last.wantBody = header, body
	last.status, err = strconv.Atoi(status)
	return err
}

func (r *recording) readAfter(line string, header []string, body string) error {
	words := strings.SplitN(line, " ", 3)
	status := 200
	if n, err := strconv.Atoi(words[0]); err == nil {
		status, words = n, strings.SplitN(strings.Join(words[1:], " "), " ", 2)
	} else {
		words = strings.SplitN(line, " ", 2)
	}
	if len(words) != 2 || words[0] != "GET" {
		return fmt.Errorf("want GET and a path")
	}
	r.steps = append(r.steps, step{kind: "after", method: "GET", path: words[1], status: status, wantHeader: header, wantBody: body})
	return nil
}

// split parts the lines of headers from the body behind a blank line.
func split(data []byte) (header []string, body string) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] == '{' || data[0] == '[' || data[0] == '!' {
		return nil, strings.TrimPrefix(string(data), "!")
	}
	head, rest, _ := strings.Cut(string(data), "\n\n")
	for line := range strings.Lines(head) {
		header = append(header, strings.TrimSpace(line))
	}
	return header, strings.TrimPrefix(strings.TrimSpace(rest), "!")
}

func (r *recording) check() error {
	switch {
	case r.title == "", r.client == "", r.we == "", len(r.quirks) == 0:
		return fmt.Errorf("want a title, quirk, client and we")
	case idp.Find(r.profile) == nil:
		return fmt.Errorf("no such profile: %q", r.profile)
	case r.events == nil:
		return fmt.Errorf("want a section of events")
	}
	asked := false
	for _, s := range r.steps {
		asked = asked || s.kind == "request"
		if s.kind == "request" && s.status == 0 {
			return fmt.Errorf("the request %s %s has no answer", s.method, s.path)
		}
	}
	if !asked {
		return fmt.Errorf("want a request")
	}
	return nil
}
