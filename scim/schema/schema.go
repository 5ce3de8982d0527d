// Package schema describes SCIM resource types and checks documents against
// them (RFC 7643).
//
// A Registry holds the schemas and resource types of a deployment: the core
// User and Group, the Enterprise User extension, and whatever JSON files add.
// A Type is one resource type with its schemas resolved; it is what the rest
// of the program works with: it finds attributes by path, brings documents into
// canonical form, validates them, projects them for an answer, and maps their
// values to the form in which they compare.
package schema

import "strings"

// DataType is the type of an attribute (RFC 7643 2.3).
type DataType string

// The data types of RFC 7643 2.3.
const (
	String    DataType = "string"
	Boolean   DataType = "boolean"
	Decimal   DataType = "decimal"
	Integer   DataType = "integer"
	DateTime  DataType = "dateTime"
	Binary    DataType = "binary"
	Reference DataType = "reference"
	Complex   DataType = "complex"
)

// Mutability says who may write an attribute, and when (RFC 7643 7).
type Mutability string

// The mutabilities of RFC 7643 7.
const (
	ReadWrite Mutability = "readWrite"
	ReadOnly  Mutability = "readOnly"
	Immutable Mutability = "immutable"
	WriteOnly Mutability = "writeOnly"
)

// Returned says when an attribute is part of an answer (RFC 7643 7).
type Returned string

// The values of "returned" of RFC 7643 7.
const (
	Always  Returned = "always"
	Never   Returned = "never"
	Default Returned = "default"
	Request Returned = "request"
)

// Uniqueness says within what an attribute's value is unique (RFC 7643 7).
type Uniqueness string

// The values of "uniqueness" of RFC 7643 7.
const (
	UniqueNone   Uniqueness = "none"
	UniqueServer Uniqueness = "server"
	UniqueGlobal Uniqueness = "global"
)

// Attribute defines one attribute of a schema (RFC 7643 7).
type Attribute struct {
	Name            string       `json:"name"`
	Type            DataType     `json:"type"`
	SubAttributes   []*Attribute `json:"subAttributes,omitempty"`
	MultiValued     bool         `json:"multiValued"`
	Description     string       `json:"description"`
	Required        bool         `json:"required"`
	CanonicalValues []string     `json:"canonicalValues,omitempty"`
	CaseExact       bool         `json:"caseExact"`
	Mutability      Mutability   `json:"mutability"`
	Returned        Returned     `json:"returned"`
	Uniqueness      Uniqueness   `json:"uniqueness"`
	ReferenceTypes  []string     `json:"referenceTypes,omitempty"`
}

// Sub returns the sub-attribute with a name, whatever its case, or nil.
func (a *Attribute) Sub(name string) *Attribute { return find(a.SubAttributes, name) }

// Schema is a set of attributes with a URN (RFC 7643 7).
type Schema struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Attributes  []*Attribute `json:"attributes"`
}

// Extension names a schema that a resource type adds to its core schema.
type Extension struct {
	Schema   string `json:"schema"`
	Required bool   `json:"required"`
}

// Definition is a resource type as discovery shows it (RFC 7643 6).
type Definition struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Endpoint    string      `json:"endpoint"`
	Schema      string      `json:"schema"`
	Extensions  []Extension `json:"schemaExtensions,omitempty"`
}

// Type is a resource type with its schemas resolved. It is immutable and safe
// for concurrent use.
type Type struct {
	Definition
	Core     *Schema
	Extended []*Schema // in the order of Definition.Extensions

	// Unique is the attribute that no two live resources of this type in one
	// connection share: userName, displayName of a Group, or the first
	// attribute of the core schema whose uniqueness is not "none". It may be nil.
	Unique *Attribute

	root   *node             // what a document of the type may hold
	refs   map[string]Ref    // every path, as written and folded
	others map[string]string // names of the other resource types by folded core URN
}

// Ref is an attribute path resolved against a Type.
type Ref struct {
	// Schema is the URN under whose key the attribute stands in a document, ""
	// for attributes of the core schema and the common ones (id, externalId,
	// meta, schemas).
	Schema string
	// Attr is the top-level attribute.
	Attr *Attribute
	// Sub is the sub-attribute, nil where the path names the whole attribute.
	Sub *Attribute
}

// Leaf is the attribute that the path ends in.
func (r Ref) Leaf() *Attribute {
	if r.Sub != nil {
		return r.Sub
	}
	return r.Attr
}

// IsExtension tells whether the path is the bare URN of an extension: Attr then
// describes the whole extension as a complex attribute with the URN as its name.
func (r Ref) IsExtension() bool { return strings.Contains(r.Attr.Name, ":") }

// String writes the path as a client would: qualified by its URN where it is
// an extension's.
func (r Ref) String() string {
	s := r.Attr.Name
	if r.Schema != "" {
		s = r.Schema + ":" + s
	}
	if r.Sub != nil {
		s += "." + r.Sub.Name
	}
	return s
}
