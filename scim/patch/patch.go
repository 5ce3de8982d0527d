// Package patch applies PATCH requests to resources (RFC 7644 3.5.2).
//
// ParseJSON reads a request, Compile resolves it against a resource type, and
// Apply makes the changed resource of one that is stored. What can be refused
// without the resource is refused by Compile. Whether the result is a valid
// resource is for schema.Type.Validate to say, once, after the last operation.
//
// # Where the RFC leaves room
//
// An operation without a path has an object as its value, each name of which
// is a path: "name.givenName" and names qualified by a URN too. A URN may also
// stand alone, with an object of its attributes.
//
// Add and replace differ for multi-valued attributes only: add keeps the values
// that are there and replace does not. Both merge the parts of a complex value
// into those that are there, and replacing what has no value gives it one.
//
// Where no element of a multi-valued attribute matches the filter of a path,
// adding and replacing make one that does, if the filter consists of eq
// comparisons joined by and. Otherwise the operation has no target.
//
// Adding an element that is there already changes nothing: one that has all
// the parts given. An element with the same value and type takes over the
// parts given. A removal with values removes only these.
//
// To add or remove nothing, to add what is there, and to remove what is not,
// is success. To replace by null or an empty array is to remove.
//
// What no schema knows is passed over and named by Ignored, as are read-only
// attributes within a value, without being named. An operation whose path is
// read-only is an error, unless its value is what is there. Values of
// attributes that are never returned are accepted and not kept.
package patch

import (
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// Limits on one PATCH request.
const (
	MaxOperations = 10_000
	MaxValues     = 100_000 // in one operation
	// maxWork is how many elements all operations together may look at. Requests
	// of real clients stay a thousand times below.
	maxWork = 2_000_000
)

// Patch is a PATCH request resolved against a resource type. It is immutable
// and safe for concurrent use.
type Patch struct {
	typ     *schema.Type
	steps   []step
	rows    []RowChange
	ignored []string
	exact   bool
}

// RowChange is an operation on an attribute that is kept as rows, not in the document.
type RowChange struct {
	Op     string      // scim.OpAdd, scim.OpRemove, scim.OpReplace
	Values []string    // the "value" of each element, each once; for remove: only these; nil with nil Filter: all
	Filter *filter.Any // remove: the elements that match
}

// Compile resolves operations against a resource type. Operations on the
// attributes of the core schema named as rows do not become part of the
// document, but Rows. Errors are *scim.Error.
func Compile(t *schema.Type, ops []scim.PatchOperation, rows ...string) (*Patch, error) {
	if len(ops) > MaxOperations {
		return nil, tooLarge("The request has %d operations; send %d at the most.", len(ops), MaxOperations)
	}
	c := compiler{patch: &Patch{typ: t, steps: make([]step, 0, len(ops))}, rows: rows}
	for i, op := range ops {
		c.index = i
		if err := c.operation(op); err != nil {
			return nil, inOperation(i, op.Op, op.Path, err)
		}
	}
	return c.patch, nil
}

// Exact makes a replacement whose filter selects nothing an error, noTarget, as
// RFC 7644 3.5.2.3 has it. Otherwise the element that the filter describes is
// made: clients count on it when they set, for example, the first work email.
func (p *Patch) Exact() *Patch {
	exact := *p
	exact.exact = true
	return &exact
}

// Rows returns the operations on attributes that are kept as rows, in their order.
func (p *Patch) Rows() []RowChange { return p.rows }

// RowsOnly reports whether nothing but rows changes: the document stays as it is.
func (p *Patch) RowsOnly() bool { return len(p.steps) == 0 && len(p.rows) > 0 }

// Ignored names what no schema knows and was passed over, each once, in the
// order of the operations.
func (p *Patch) Ignored() []string { return p.ignored }

// step is an operation on one attribute.
type step struct {
	index int
	path  string // as the client wrote it
	op    string
	ref   schema.Ref

	// filter selects elements; nil where the path has none. seed is what an
	// element needs so that it matches, nil where that cannot be told.
	filter filter.Expr
	seed   map[string]any

	// value is what ref names: a scalar, a map of sub-attributes, of which nil
	// ones are to be removed, or, for a multi-valued attribute, a []any of its
	// elements or a mainValue. Nil for a removal of all.
	value any

	// compare says that ref is read-only: value must be what is there.
	compare bool
}

// mainValue is a scalar given for a multi-valued complex attribute. It stands
// for the value of its main element.
type mainValue struct{ value any }

// inOperation says in an error's detail which operation it is about.
func inOperation(index int, op, path string, err error) error {
	var e *scim.Error
	if !errors.As(err, &e) {
		return err
	}
	where := fmt.Sprintf("Operation %d", index+1)
	if op != "" {
		where += " (" + shorten(op)
		if path != "" {
			where += " " + shorten(path)
		}
		where += ")"
	}
	located := *e
	located.Detail = where + ": " + e.Detail
	return &located
}

func shorten(s string) string {
	const most = 100
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func tooLarge(format string, args ...any) error {
	return scim.Errorf(http.StatusRequestEntityTooLarge, "", format, args...)
}

func mutabilityf(format string, args ...any) error {
	return scim.Errorf(http.StatusBadRequest, scim.Mutability, format, args...)
}

func noTargetf(format string, args ...any) error {
	return scim.Errorf(http.StatusBadRequest, scim.NoTarget, format, args...)
}
