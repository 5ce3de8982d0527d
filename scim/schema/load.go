package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// builder collects what the files define, and where, until a Registry can be
// made of it.
type builder struct {
	common  []*Attribute
	schemas []loaded[*Schema]
	types   []loaded[*Definition]
	builtin int // how many of schemas are built in

	// extended holds the file that added an extension to a resource type of
	// another file.
	extended map[extended]string
}

type extended struct{ resourceType, urn string }

// loaded is a definition with the file it comes from, for error messages.
type loaded[T any] struct {
	def  T
	file string
}

func newBuilder() *builder { return &builder{extended: map[extended]string{}} }

// loadBuiltin reads the embedded files, in the order in which discovery lists them.
func (b *builder) loadBuiltin() error {
	var common []*rawAttribute
	if err := decodeFile(builtin, "builtin/common.json", &common); err != nil {
		return err
	}
	b.common = attributes(common)
	for _, name := range []string{
		"user", "group", "enterprise_user", "service_provider_config", "resource_type", "schema", "resource_types",
	} {
		if err := b.loadFile(builtin, "builtin/"+name+".json"); err != nil {
			return err
		}
	}
	b.builtin = len(b.schemas)
	return nil
}

func (b *builder) loadExtra(files fs.FS) error {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return fmt.Errorf("read schema files: %w", err)
	}
	for _, entry := range entries {
		if entry.IsDir() || !strings.EqualFold(path.Ext(entry.Name()), ".json") {
			continue
		}
		if err := b.loadFile(files, entry.Name()); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) loadFile(files fs.FS, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read schema file: %w", err)
	}
	if err := b.loadValue(data, path.Base(name)); err != nil {
		return fmt.Errorf("schema file %s: %w", path.Base(name), err)
	}
	return nil
}

// loadValue reads one definition, or each of a list of them.
func (b *builder) loadValue(data []byte, file string) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return b.loadList(data, file)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return fmt.Errorf("must be a JSON object or an array of them: %w", err)
	}
	switch kindOf(keys) {
	case scim.ListResponseURN:
		return b.loadList(keys["Resources"], file)
	case SchemaURN:
		return b.addSchema(data, file)
	case ResourceTypeURN:
		return b.addType(data, file)
	}
	return errors.New(`is neither a schema nor a resource type: a schema has "id" and "attributes", a resource type has "name", "endpoint" and "schema"`)
}

func (b *builder) loadList(data []byte, file string) error {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("must be a list of schemas and resource types: %w", err)
	}
	for i, item := range list {
		if err := b.loadValue(item, file); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return nil
}

// kindOf tells what an object is by its schemas, else by its shape.
func kindOf(keys map[string]json.RawMessage) string {
	var schemas []string
	if err := json.Unmarshal(keys["schemas"], &schemas); err == nil {
		for _, known := range []string{scim.ListResponseURN, SchemaURN, ResourceTypeURN} {
			if slices.Contains(schemas, known) {
				return known
			}
		}
	}
	for _, shape := range []struct{ key, kind string }{
		{"Resources", scim.ListResponseURN},
		{"attributes", SchemaURN},
		{"endpoint", ResourceTypeURN},
		{"schemaExtensions", ResourceTypeURN},
		{"schema", ResourceTypeURN},
	} {
		if _, ok := keys[shape.key]; ok {
			return shape.kind
		}
	}
	return ""
}

func (b *builder) addSchema(data []byte, file string) error {
	var raw rawSchema
	if err := decodeStrict(data, &raw); err != nil {
		return err
	}
	s := raw.schema()
	if err := checkSchema(s); err != nil {
		return err
	}
	for _, other := range b.schemas {
		if strings.EqualFold(other.def.ID, s.ID) {
			return fmt.Errorf("schema %s is already defined in %s", s.ID, other.file)
		}
	}
	b.schemas = append(b.schemas, loaded[*Schema]{s, file})
	return nil
}

func (b *builder) addType(data []byte, file string) error {
	var raw rawType
	if err := decodeStrict(data, &raw); err != nil {
		return err
	}
	d := raw.definition()
	for _, other := range b.types {
		if other.def.Name == d.Name {
			return b.extend(other, d, file)
		}
		if strings.EqualFold(other.def.Name, d.Name) {
			return fmt.Errorf("the name %s differs from the resource type %s of %s in upper and lower case only", d.Name, other.def.Name, other.file)
		}
		if strings.EqualFold(other.def.Endpoint, d.Endpoint) {
			return fmt.Errorf("resource type %s: the endpoint %s belongs to the resource type %s of %s", d.Name, d.Endpoint, other.def.Name, other.file)
		}
	}
	if err := checkDefinition(d, len(b.types) < 2); err != nil {
		return err
	}
	b.types = append(b.types, loaded[*Definition]{d, file})
	return nil
}

// extend adds the extensions of d to a resource type defined before. Where both
// name an extension, the later word on whether it is required counts.
func (b *builder) extend(to loaded[*Definition], d *Definition, file string) error {
	if d.Endpoint != "" && d.Endpoint != to.def.Endpoint || d.Schema != "" && !strings.EqualFold(d.Schema, to.def.Schema) {
		return fmt.Errorf("resource type %s is defined in %s with another endpoint or schema: leave them out to add schemaExtensions, or choose another name", d.Name, to.file)
	}
	for i, e := range d.Extensions {
		if strings.EqualFold(e.Schema, to.def.Schema) || slices.ContainsFunc(d.Extensions[:i], e.same) {
			return fmt.Errorf("resource type %s names the schema %s twice", d.Name, e.Schema)
		}
		if at := slices.IndexFunc(to.def.Extensions, e.same); at >= 0 {
			to.def.Extensions[at].Required = e.Required
			continue
		}
		to.def.Extensions = append(to.def.Extensions, e)
		b.extended[extended{d.Name, e.Schema}] = file
	}
	return nil
}

func (e Extension) same(other Extension) bool { return strings.EqualFold(e.Schema, other.Schema) }
