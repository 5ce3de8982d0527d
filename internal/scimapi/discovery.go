package scimapi

import (
	"net/http"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// meta is the meta attribute of what discovery shows.
type meta struct {
	ResourceType string `json:"resourceType"`
	Location     string `json:"location"`
}

// described is a resource type as discovery shows it (RFC 7643 6).
type described struct {
	Schemas []string `json:"schemas"`
	schema.Definition
	Meta meta `json:"meta"`
}

// schemaResource is a schema as discovery shows it (RFC 7643 7).
type schemaResource struct {
	Schemas []string `json:"schemas"`
	*schema.Schema
	Meta meta `json:"meta"`
}

// listing is a ListResponse of discovery: always whole, on one page.
type listing struct {
	Schemas      []string `json:"schemas"`
	TotalResults int      `json:"totalResults"`
	ItemsPerPage int      `json:"itemsPerPage"`
	StartIndex   int      `json:"startIndex"`
	Resources    []any    `json:"Resources"`
}

// resourceTypes answers GET on /ResourceTypes (RFC 7644 4).
func (a *api) resourceTypes(w http.ResponseWriter, c *call) error {
	resources := []any{}
	for _, t := range a.service.Registry().Types() {
		resources = append(resources, describe(t, c.caller.BaseURL))
	}
	return c.replyDiscovery(w, list(resources))
}

// resourceType answers GET on /ResourceTypes/{name}.
func (a *api) resourceType(w http.ResponseWriter, c *call) error {
	for _, t := range a.service.Registry().Types() {
		if scim.Fold(t.ID) == scim.Fold(c.id) || scim.Fold(t.Name) == scim.Fold(c.id) {
			return c.replyDiscovery(w, describe(t, c.caller.BaseURL))
		}
	}
	return scim.Errorf(http.StatusNotFound, "", "There is no resource type %q. All are listed at /ResourceTypes.", c.id)
}

// schemas answers GET on /Schemas.
func (a *api) schemas(w http.ResponseWriter, c *call) error {
	resources := []any{}
	for _, s := range a.service.Registry().Schemas() {
		resources = append(resources, show(s, c.caller.BaseURL))
	}
	return c.replyDiscovery(w, list(resources))
}

// schema answers GET on /Schemas/{urn}.
func (a *api) schema(w http.ResponseWriter, c *call) error {
	s := a.service.Registry().Schema(c.id)
	if s == nil {
		return scim.Errorf(http.StatusNotFound, "", "There is no schema %q. All are listed at /Schemas.", c.id)
	}
	return c.replyDiscovery(w, show(s, c.caller.BaseURL))
}

// replyDiscovery answers with what discovery shows. A filter there is refused,
// so that nobody takes the whole for the matches (RFC 7644 4).
func (c *call) replyDiscovery(w http.ResponseWriter, value any) error {
	if _, ok := c.query["filter"]; ok {
		return scim.Errorf(http.StatusForbidden, "", "This endpoint takes no filter. Leave the filter out.")
	}
	return replyJSON(w, http.StatusOK, value)
}

func list(resources []any) listing {
	return listing{
		Schemas:      []string{scim.ListResponseURN},
		TotalResults: len(resources),
		ItemsPerPage: len(resources),
		StartIndex:   1,
		Resources:    resources,
	}
}

func describe(t *schema.Type, baseURL string) described {
	return described{
		Schemas:    []string{schema.ResourceTypeURN},
		Definition: t.Definition,
		Meta:       meta{ResourceType: "ResourceType", Location: baseURL + "/ResourceTypes/" + t.ID},
	}
}

func show(s *schema.Schema, baseURL string) schemaResource {
	return schemaResource{
		Schemas: []string{schema.SchemaURN},
		Schema:  s,
		Meta:    meta{ResourceType: "Schema", Location: baseURL + "/Schemas/" + s.ID},
	}
}
