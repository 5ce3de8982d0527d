package schema

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

//go:embed builtin/*.json
var builtin embed.FS

// Schemas that describe the service itself (RFC 7643 7).
const (
	ServiceProviderConfigURN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	ResourceTypeURN          = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	SchemaURN                = "urn:ietf:params:scim:schemas:core:2.0:Schema"
)

// Registry holds the schemas and resource types of a deployment. It is
// immutable and safe for concurrent use.
type Registry struct {
	types   []*Type
	schemas []*Schema
	byURN   map[string]*Schema // by folded URN
}

// NewRegistry makes a registry of the built-in schemas and of the JSON files
// at the root of each of the given file systems.
//
// A file holds a schema, a resource type, or an array or ListResponse of them,
// as the /Schemas and /ResourceTypes endpoints of RFC 7644 4 show them. Omitted
// characteristics get the defaults of RFC 7643 2.2. A resource type with the
// name User or Group adds its schemaExtensions to the built-in type; any other
// becomes a resource type with an endpoint of its own.
func NewRegistry(extra ...fs.FS) (*Registry, error) {
	b := newBuilder()
	if err := b.loadBuiltin(); err != nil {
		return nil, err
	}
	for _, files := range extra {
		if err := b.loadExtra(files); err != nil {
			return nil, err
		}
	}
	return b.registry()
}

// Types returns the resource types: User, Group, then the others by name.
func (r *Registry) Types() []*Type { return slices.Clone(r.types) }

// Type returns the resource type with a name, or nil.
func (r *Registry) Type(name string) *Type {
	for _, t := range r.types {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// TypeByEndpoint returns the resource type of an endpoint, written "/Users" or
// "Users", or nil.
func (r *Registry) TypeByEndpoint(endpoint string) *Type {
	endpoint = strings.TrimPrefix(endpoint, "/")
	for _, t := range r.types {
		if t.Endpoint[1:] == endpoint {
			return t
		}
	}
	return nil
}

// Schemas returns all schemas: User, Group, EnterpriseUser, those of the
// deployment by URN, then the ones that describe the service itself.
func (r *Registry) Schemas() []*Schema { return slices.Clone(r.schemas) }

// Schema returns the schema with a URN, whatever its case, or nil.
func (r *Registry) Schema(urn string) *Schema { return r.byURN[scim.Fold(urn)] }
