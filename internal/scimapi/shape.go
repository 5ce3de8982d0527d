package scimapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// shape says which attributes of a type's resources an answer has (RFC 7644 3.9).
type shape struct {
	t       *schema.Type
	include []string // the values of attributes
	exclude []string // the values of excludedAttributes
	rows    bool     // the answer has the attribute that is kept as rows
	// projection picks the attributes; nil where the answer has all, so that it
	// can be written from what is stored without being decoded.
	projection *schema.Projection
}

// rowsOf names the attribute of a type that is kept as rows, "" for none.
func rowsOf(t *schema.Type) string {
	switch t.Name {
	case "User":
		return "groups"
	case "Group":
		return "members"
	}
	return ""
}

// defaultShape is that of an answer where the client asked for no attributes.
func defaultShape(t *schema.Type) shape {
	s := shape{t: t, rows: rowsOf(t) != ""}
	if projection, err := t.Projection(nil, nil); err == nil && !projection.Everything() {
		s.projection = projection
	}
	return s
}

// shapeOf returns the shape that a call asks for.
func (a *api) shapeOf(c *call, t *schema.Type) (shape, error) {
	s := a.shapes[t]
	s.include, s.exclude = names(c.query["attributes"]), names(c.query["excludedattributes"])
	if !s.asked() {
		return s, nil
	}
	projection, err := t.Projection(s.include, s.exclude)
	if err != nil {
		return s, err
	}
	s.rows = s.rows && projection.Shows(rowsOf(t))
	if s.projection == nil && (projection.Everything() || s.onlyWithoutRows()) {
		return s, nil // to leave out rows takes no decoding
	}
	s.projection = projection
	return s, nil
}

// onlyWithoutRows reports whether the client asked for all but the rows.
func (s shape) onlyWithoutRows() bool {
	return len(s.include) == 0 && !slices.ContainsFunc(s.exclude, func(name string) bool { return !s.isRows(name) })
}

// asked reports whether the client asked for attributes, or to leave out some.
func (s shape) asked() bool { return len(s.include)+len(s.exclude) > 0 }

// namesRows reports whether the client asked for the rows, or a part of them.
func (s shape) namesRows() bool { return len(s.include) > 0 && s.rows }

// isRows reports whether a name is that of the rows as a whole.
func (s shape) isRows(name string) bool {
	ref, err := s.t.Resolve(name)
	return err == nil && ref.Schema == "" && ref.Attr.Name == rowsOf(s.t) && ref.Sub == nil
}

// names splits a list of attribute names.
func names(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// append writes a resource.
func (s shape) append(b []byte, r *joinery.Resource, baseURL string) ([]byte, error) {
	if s.projection == nil {
		return appendResource(b, s.t, r, s.rows, baseURL), nil
	}
	doc, err := document(s.t, r, s.rows, baseURL)
	if err != nil {
		return b, err
	}
	return appendJSON(b, s.projection.Apply(doc))
}

// document decodes a resource as a client sees it.
func document(t *schema.Type, r *joinery.Resource, rows bool, baseURL string) (scim.Document, error) {
	doc, err := r.Document()
	if err != nil {
		return nil, err
	}
	doc["id"] = r.ID
	var meta map[string]any
	if err := json.Unmarshal(appendMeta(nil, t, r, baseURL), &meta); err != nil {
		return nil, err
	}
	doc["meta"] = meta
	if rows && hasRows(r) {
		value, err := scim.ParseValue(r.Rows)
		if err != nil {
			return nil, err
		}
		doc[rowsOf(t)] = value
	}
	return doc, nil
}
