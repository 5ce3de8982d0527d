package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// URNs of messages and schemas.
const (
	listURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	patchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	bulkURN       = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	bulkAnswerURN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	searchURN     = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	errorURN      = "urn:ietf:params:scim:api:messages:2.0:Error"
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// features is what the server says of itself.
type features struct {
	config  *Answer // of /ServiceProviderConfig
	types   []map[string]any
	schemas []map[string]any
}

func discover(ctx context.Context, c *client) (*features, error) {
	config, err := c.send(ctx, http.MethodGet, "/ServiceProviderConfig", nil)
	if err != nil {
		return nil, fmt.Errorf("the server cannot be reached: %w", err)
	}
	users, err := c.send(ctx, http.MethodGet, "/Users?startIndex=1&count=1", nil)
	if err != nil {
		return nil, fmt.Errorf("the server cannot be reached: %w", err)
	}
	if users.Status == http.StatusUnauthorized || users.Status == http.StatusForbidden {
		return nil, fmt.Errorf("the server refuses the token: GET /Users answered %d: %s", users.Status, clip(string(users.Raw)))
	}
	if users.Status == http.StatusNotFound {
		return nil, fmt.Errorf("GET %s/Users answered 404: the base URL must be the one that ends before /Users", c.base)
	}
	f := &features{config: config}
	for path, into := range map[string]*[]map[string]any{"/ResourceTypes": &f.types, "/Schemas": &f.schemas} {
		answer, err := c.send(ctx, http.MethodGet, path, nil)
		if err != nil {
			return nil, err
		}
		*into = answer.Resources()
	}
	return f, nil
}

// supports reports whether the configuration advertises a feature. A server
// without a configuration is taken to have them all.
func (f *features) supports(feature string) bool {
	if f.config.Status != http.StatusOK {
		return true
	}
	name := feature + ".supported"
	if feature == "cursor" {
		name = "pagination.cursor"
	}
	supported, _ := f.config.Get(name).(bool)
	return supported
}

// resourceType finds the resource type with an endpoint.
func (f *features) resourceType(endpoint string) map[string]any {
	i := slices.IndexFunc(f.types, func(t map[string]any) bool {
		have, _ := t["endpoint"].(string)
		return strings.EqualFold(strings.Trim(have, "/"), strings.Trim(endpoint, "/")) ||
			strings.HasSuffix(have, endpoint)
	})
	if i < 0 {
		return nil
	}
	return f.types[i]
}

// schema finds a schema by its URN.
func (f *features) schema(urn string) map[string]any {
	for _, s := range f.schemas {
		if id, _ := s["id"].(string); strings.EqualFold(id, urn) {
			return s
		}
	}
	return nil
}

// attribute finds an attribute, and with a dot a sub-attribute, of a schema.
func (f *features) attribute(urn, path string) map[string]any {
	var list any = f.schema(urn)["attributes"]
	var found map[string]any
	for name := range strings.SplitSeq(path, ".") {
		found = nil
		for _, a := range objects(list) {
			if have, _ := a["name"].(string); strings.EqualFold(have, name) {
				found = a
			}
		}
		list = found["subAttributes"]
	}
	return found
}
