package adminapi

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	scimpatch "github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

const mediaCSV = "text/csv"

// maxColumns is how many columns a table has at the most.
const maxColumns = 200

// column is a column of a table: the path that its header names.
type column struct {
	path string
	kind schema.DataType
}

// table reads resources of a type from CSV with a header of SCIM paths.
type table struct {
	typ     *schema.Type
	columns []column
	records *csv.Reader
	limit   *recordLimit
	line    int // of the record that was read last
	ended   bool
}

// newTable reads the header. The error says what is wrong with it.
func newTable(body io.Reader, t *schema.Type) (*table, error) {
	limit := &recordLimit{reader: body, left: maxLine}
	buffer := bufio.NewReader(limit)
	skipBOM(buffer)
	records := csv.NewReader(buffer)
	records.LazyQuotes = true // many write emails[type eq "work"].value without quotes around it
	header, err := records.Read()
	records.LazyQuotes = false
	if err != nil {
		return nil, invalid("header", "The first line must name the columns by SCIM paths, such as userName,externalId,emails,active.")
	}
	columns, err := columnsOf(header, t)
	if err != nil {
		return nil, err
	}
	return &table{typ: t, columns: columns, records: records, limit: limit, line: 1}, nil
}

// next returns the next record, or fails with io.EOF.
func (t *table) next() (entry[scim.Document], error) {
	if t.ended {
		return entry[scim.Document]{}, io.EOF
	}
	t.limit.left = maxLine
	record, err := t.records.Read()
	if fault, ok := errors.AsType[*csv.ParseError](err); ok {
		t.line = fault.StartLine
		return unreadable[scim.Document](t.line, invalid("line", "The line is no CSV: "+fault.Err.Error()+".")), nil
	}
	if errors.Is(err, errLongRecord) { // where the next one begins cannot be told
		t.ended = true
		return unreadable[scim.Document](t.line+1, errLongRecord), nil
	}
	if err != nil {
		return entry[scim.Document]{}, err
	}
	t.line, _ = t.records.FieldPos(0)
	return entry[scim.Document]{t.line, sizeOf(record), func() (scim.Document, error) { return document(t.typ, t.columns, record) }}, nil
}

// recordLimit fails where one record is too long, as after a quotation mark
// that nothing closes. Whoever reads records sets left before each.
type recordLimit struct {
	reader io.Reader
	left   int
}

var errLongRecord = problem(http.StatusBadRequest, "invalid_line", fmt.Sprintf("A line is longer than %d bytes. Perhaps a quotation mark is missing.", maxLine))

func (r *recordLimit) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errLongRecord
	}
	n, err := r.reader.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

func sizeOf(record []string) (size int) {
	for _, cell := range record {
		size += len(cell)
	}
	return size
}

// columnsOf reads a header. Each of its paths must be one that can be written.
func columnsOf(header []string, t *schema.Type) ([]column, error) {
	if len(header) > maxColumns {
		return nil, invalid("header", fmt.Sprintf("The header names more than %d columns.", maxColumns))
	}
	columns := make([]column, len(header))
	samples := make([]string, len(header))
	seen := map[string]bool{}
	for i, cell := range header {
		name := strings.TrimSpace(cell)
		kind, err := kindOf(name, t)
		if err != nil {
			return nil, invalidColumn(name, err)
		}
		if seen[scim.Fold(name)] {
			return nil, invalid("header", fmt.Sprintf("The header names the column %q twice.", name))
		}
		seen[scim.Fold(name)] = true
		columns[i], samples[i] = column{name, kind}, sample(kind)
		if _, err := document(t, columns[i:i+1], samples[i:i+1]); err != nil {
			return nil, invalidColumn(name, err)
		}
	}
	return columns, nil
}

func invalidColumn(name string, err error) error {
	why := err.Error()
	if e, ok := errors.AsType[*scim.Error](err); ok {
		why = e.Detail
	}
	return invalid("header", fmt.Sprintf("The column %q cannot be read: %s", name, why))
}

// kindOf is the type of what a path names.
func kindOf(path string, t *schema.Type) (schema.DataType, error) {
	parsed, err := filter.ParsePath(path)
	if err != nil {
		return "", err
	}
	parsed.Filter = nil
	ref, err := t.Resolve(parsed.String())
	if err != nil {
		return "", err
	}
	return ref.Leaf().Type, nil
}

// sample is a cell that any attribute of a type takes.
func sample(kind schema.DataType) string {
	switch kind {
	case schema.Boolean:
		return "true"
	case schema.Integer, schema.Decimal:
		return "1"
	}
	return "x"
}

// document makes a resource of a record. An empty cell is no value.
func document(t *schema.Type, columns []column, record []string) (scim.Document, error) {
	ops := make([]scim.PatchOperation, 0, len(columns))
	for i, c := range columns {
		cell := strings.TrimSpace(record[i])
		if !isText(cell) {
			return nil, invalid("line", fmt.Sprintf("The column %q holds characters that are not allowed: send the table as UTF-8.", c.path))
		}
		if cell != "" {
			ops = append(ops, scim.PatchOperation{Op: scim.OpAdd, Path: c.path, Value: c.value(cell)})
		}
	}
	p, err := scimpatch.Compile(t, ops)
	if err != nil {
		return nil, ofColumn(err)
	}
	doc, err := p.Apply(scim.Document{})
	return doc, ofColumn(err)
}

// ofColumn takes "Operation 1 (add id): " off an error: nobody sees operations here.
func ofColumn(err error) error {
	if e, ok := errors.AsType[*scim.Error](err); ok {
		if _, detail, found := strings.Cut(e.Detail, "): "); found {
			return scim.Errorf(e.Status, e.Type, "%s", detail)
		}
	}
	return err
}

// value is what a cell says. What does not fit the column stays text, for the
// check of the resource to refuse.
func (c column) value(cell string) any {
	switch c.kind {
	case schema.Boolean:
		if value, err := strconv.ParseBool(strings.ToLower(cell)); err == nil {
			return value
		}
	case schema.Integer, schema.Decimal:
		if json.Valid([]byte(cell)) {
			return json.Number(cell)
		}
	}
	return cell
}
