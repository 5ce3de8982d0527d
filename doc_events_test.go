package joinery_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

// TestEventsDoc holds docs/events.md to the list of types, to their payloads,
// and to events as they are written.
func TestEventsDoc(t *testing.T) {
	t.Parallel()
	samples := eventSamples(t)
	source := parsePackage(t)
	checkKinds(t, source)
	var doc strings.Builder
	doc.WriteString(part(t, "testdata/docs/events.md"))
	kinds := joinery.EventKinds()
	for len(kinds) > 0 && !kinds[0].AuditOnly {
		n := slices.IndexFunc(kinds, func(k joinery.EventKind) bool {
			return k.AuditOnly || reflect.TypeOf(k.Data) != reflect.TypeOf(kinds[0].Data)
		})
		writeKinds(&doc, source, kinds[:n], samples)
		kinds = kinds[n:]
	}
	doc.WriteString(part(t, "testdata/docs/events-audit.md"))
	for _, k := range kinds {
		fmt.Fprintf(&doc, "| `%s` | %s | %s | %s |\n", k.Type, k.Subject, k.When, strings.Join(fieldNames(k.Data), ", "))
	}
	holdDocument(t, "docs/events.md", doc.String())
}

// eventSamples plays a story and returns the first event of each type. The data
// of each event must be what its type says.
func eventSamples(t *testing.T) map[joinery.EventType]*joinery.Event {
	t.Helper()
	kinds := map[joinery.EventType]joinery.EventKind{}
	for _, k := range joinery.EventKinds() {
		kinds[k.Type] = k
	}
	samples := map[joinery.EventType]*joinery.Event{}
	for _, e := range story(t) {
		k, known := kinds[e.Type]
		if !known {
			t.Errorf("EventKinds has no %s", e.Type)
			continue
		}
		if samples[e.Type] == nil {
			samples[e.Type] = e
		}
		if err := fits(e, k); err != nil {
			t.Errorf("%s: %v in %s", e.Type, err, e.Data)
		}
	}
	for _, k := range joinery.EventKinds() {
		if samples[k.Type] == nil {
			t.Errorf("the story has no %s", k.Type)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return samples
}

func fits(e *joinery.Event, k joinery.EventKind) error {
	if e.AuditOnly != k.AuditOnly {
		return fmt.Errorf("it is for the audit alone: %t", e.AuditOnly)
	}
	if k.Data == nil {
		if string(e.Data) != "null" {
			return fmt.Errorf("there is data")
		}
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(e.Data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(reflect.New(reflect.TypeOf(k.Data)).Interface())
}

var wordBegins = regexp.MustCompile(`[a-z][A-Z]`)

// writeKinds writes the types that have a payload in common.
func writeKinds(doc *strings.Builder, source *packageSource, kinds []joinery.EventKind, samples map[joinery.EventType]*joinery.Event) {
	payload := reflect.TypeOf(kinds[0].Data)
	title := wordBegins.ReplaceAllStringFunc(strings.TrimSuffix(payload.Name(), "Data"), func(s string) string { return s[:1] + "-" + strings.ToLower(s[1:]) })
	fmt.Fprintf(doc, "\n## %s\n\n| type | when |\n|---|---|\n", title)
	for _, k := range kinds {
		fmt.Fprintf(doc, "| `%s` | %s |\n", k.Type, k.When)
	}
	fmt.Fprintf(doc, "\nThe subject is the %s.\n\n| field | type | |\n|---|---|---|\n", kinds[0].Subject)
	writeFields(doc, source, payload, "")
	doc.WriteString("\n```json\n")
	for _, k := range kinds {
		fmt.Fprintf(doc, "{\"type\":%q,\"data\":%s}\n", k.Type, anonymous(string(samples[k.Type].Data)))
	}
	doc.WriteString("```\n")
}

// writeFields writes the fields of a payload, and those of the objects in it.
func writeFields(doc *strings.Builder, source *packageSource, payload reflect.Type, prefix string) {
	for i := range payload.NumField() {
		f := payload.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		what := source.comments[payload.Name()+"."+f.Name]
		if options == "" {
			what = strings.TrimSuffix("always; "+what, "; ")
		}
		fmt.Fprintf(doc, "| `%s%s` | %s | %s |\n", prefix, name, jsonType(f.Type), what)
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			writeFields(doc, source, f.Type.Elem(), prefix+name+"[].")
		}
	}
}

func fieldNames(data any) (names []string) {
	if data == nil {
		return nil
	}
	payload := reflect.TypeOf(data)
	for i := range payload.NumField() {
		name, _, _ := strings.Cut(payload.Field(i).Tag.Get("json"), ",")
		names = append(names, "`"+name+"`")
	}
	return names
}

func jsonType(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "time"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return "objects"
	case t.Kind() == reflect.Slice:
		return jsonType(t.Elem()) + "s"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Int64, t.Kind() == reflect.Int:
		return "number"
	}
	return "string"
}

// packageSource is what the documents tell from the source of this package.
type packageSource struct {
	types    []joinery.EventType
	comments map[string]string // behind fields of structs, by Struct.Field
}

func parsePackage(t *testing.T) *packageSource {
	t.Helper()
	source := &packageSource{comments: map[string]string{}}
	files := token.NewFileSet()
	for _, path := range done(filepath.Glob("*.go"))(t) {
		ast.Inspect(done(parser.ParseFile(files, path, nil, parser.ParseComments))(t), source.visit)
	}
	return source
}

func (s *packageSource) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.TypeSpec:
		if fields, ok := n.Type.(*ast.StructType); ok {
			s.addComments(n.Name.Name, fields)
		}
	case *ast.ValueSpec:
		if kind, ok := n.Type.(*ast.Ident); ok && kind.Name == "EventType" && len(n.Values) == 1 {
			value, _ := strconv.Unquote(n.Values[0].(*ast.BasicLit).Value)
			s.types = append(s.types, joinery.EventType(value))
		}
	}
	return true
}

func (s *packageSource) addComments(name string, fields *ast.StructType) {
	for _, f := range fields.Fields.List {
		for _, field := range f.Names {
			s.comments[name+"."+field.Name] = strings.TrimSpace(f.Comment.Text())
		}
	}
}

// checkKinds holds the list of types to the constants: each has one entry.
func checkKinds(t *testing.T, source *packageSource) {
	t.Helper()
	var listed []joinery.EventType
	for _, k := range joinery.EventKinds() {
		listed = append(listed, k.Type)
	}
	slices.Sort(listed)
	slices.Sort(source.types)
	if !slices.Equal(listed, source.types) {
		t.Errorf("EventKinds lists %v, the constants are %v", listed, source.types)
	}
}
