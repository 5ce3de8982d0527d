package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
)

// The raw types are what a file may hold: more than the service needs, such as
// meta, and less, as omitted characteristics have defaults.

type rawSchema struct {
	Schemas     []string        `json:"schemas"`
	Meta        json.RawMessage `json:"meta"`
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Attributes  []*rawAttribute `json:"attributes"`
}

type rawAttribute struct {
	Name            string          `json:"name"`
	Type            DataType        `json:"type"`
	SubAttributes   []*rawAttribute `json:"subAttributes"`
	MultiValued     bool            `json:"multiValued"`
	Description     string          `json:"description"`
	Required        bool            `json:"required"`
	CanonicalValues []string        `json:"canonicalValues"`
	CaseExact       *bool           `json:"caseExact"`
	Mutability      Mutability      `json:"mutability"`
	Returned        Returned        `json:"returned"`
	Uniqueness      Uniqueness      `json:"uniqueness"`
	ReferenceTypes  []string        `json:"referenceTypes"`
}

type rawType struct {
	Schemas     []string        `json:"schemas"`
	Meta        json.RawMessage `json:"meta"`
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Endpoint    string          `json:"endpoint"`
	Schema      string          `json:"schema"`
	Extensions  []Extension     `json:"schemaExtensions"`
}

// decodeStrict refuses names it does not know, so that a misspelt
// characteristic is noticed rather than replaced by its default.
func decodeStrict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func decodeFile(files fs.FS, name string, into any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := decodeStrict(data, into); err != nil {
		return fmt.Errorf("schema file %s: %w", name, err)
	}
	return nil
}

func (r *rawSchema) schema() *Schema {
	return &Schema{
		ID:          r.ID,
		Name:        cmp.Or(r.Name, r.ID),
		Description: r.Description,
		Attributes:  attributes(r.Attributes),
	}
}

func (r *rawType) definition() *Definition {
	return &Definition{
		ID:          cmp.Or(r.ID, r.Name),
		Name:        r.Name,
		Description: r.Description,
		Endpoint:    r.Endpoint,
		Schema:      r.Schema,
		Extensions:  r.Extensions,
	}
}

func attributes(raw []*rawAttribute) []*Attribute {
	var list []*Attribute
	for _, r := range raw {
		if r != nil {
			list = append(list, r.attribute())
		}
	}
	return list
}

// attribute fills in the defaults of RFC 7643 2.2. What was never meant to be
// compared without case, references and binary data, is caseExact unless the
// file says otherwise (2.3.6, 2.3.7).
func (r *rawAttribute) attribute() *Attribute {
	a := &Attribute{
		Name:            r.Name,
		Type:            cmp.Or(r.Type, String),
		SubAttributes:   attributes(r.SubAttributes),
		MultiValued:     r.MultiValued,
		Description:     r.Description,
		Required:        r.Required,
		CanonicalValues: r.CanonicalValues,
		Mutability:      cmp.Or(r.Mutability, ReadWrite),
		Returned:        cmp.Or(r.Returned, Default),
		Uniqueness:      cmp.Or(r.Uniqueness, UniqueNone),
		ReferenceTypes:  r.ReferenceTypes,
	}
	if r.Returned == "" && a.Mutability == WriteOnly {
		a.Returned = Never
	}
	if r.CaseExact != nil {
		a.CaseExact = *r.CaseExact
	} else {
		a.CaseExact = a.Type == Binary || a.Type == Reference
	}
	return a
}
