package scimapi

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
)

func discover(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	h := New(Options{Service: joinery.NewService(joinery.Options{Registry: testRegistry(t)})})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://host"+path, nil))
	return w
}

func TestServiceProviderConfig(t *testing.T) {
	t.Parallel()
	got := decode(t, "config", discover(t, "/scim/v2/c-1/serviceproviderconfig"))
	yes := map[string]any{"supported": true}
	want := map[string]any{
		"schemas":        []any{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"patch":          yes,
		"bulk":           map[string]any{"supported": true, "maxOperations": 1000.0, "maxPayloadSize": float64(DefaultMaxBody)},
		"filter":         map[string]any{"supported": true, "maxResults": 1000.0},
		"changePassword": map[string]any{"supported": false},
		"sort":           yes,
		"etag":           yes,
		"pagination": map[string]any{
			"cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100.0, "maxPageSize": 1000.0,
		},
		"authenticationSchemes": []any{map[string]any{
			"type": "oauthbearertoken", "name": "Bearer token", "primary": true,
			"description": "The SCIM token of the connection, in the Authorization header with the scheme Bearer.",
			"specUri":     "https://www.rfc-editor.org/info/rfc6750",
		}},
		"meta": map[string]any{"resourceType": "ServiceProviderConfig", "location": "http://host/scim/v2/c-1/ServiceProviderConfig"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDiscoveryLists(t *testing.T) {
	t.Parallel()
	for path, items := range map[string][]string{
		"/scim/v2/ResourceTypes": {"User", "Group", "Device"},
		"/scim/v2/Schemas": {
			"urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Group",
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:example:Device",
		},
	} {
		list := decode(t, path, discover(t, path))
		resources, _ := list["Resources"].([]any)
		delete(list, "Resources")
		count := float64(len(resources))
		want := map[string]any{
			"schemas":      []any{"urn:ietf:params:scim:api:messages:2.0:ListResponse"},
			"totalResults": count, "itemsPerPage": count, "startIndex": 1.0,
		}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
		byID := map[string]any{}
		for _, resource := range resources {
			id, _ := resource.(map[string]any)["id"].(string)
			byID[id] = resource
			wantNoNull(t, path+"/"+id, resource)
		}
		for _, id := range items {
			item := decode(t, path, discover(t, path+"/"+strings.ToUpper(id)))
			if diff := cmp.Diff(byID[id], any(item)); diff != "" {
				t.Errorf("%s/%s: the list and the item differ: %s", path, id, diff)
			}
			if got := item["meta"].(map[string]any)["location"]; got != "http://host"+path+"/"+id {
				t.Errorf("%s/%s: location %v", path, id, got)
			}
		}
	}
}

// wantNoNull checks that no member is null.
func wantNoNull(t *testing.T, where string, value any) {
	t.Helper()
	switch value := value.(type) {
	case nil:
		t.Errorf("%s is null", where)
	case map[string]any:
		for name, inner := range value {
			wantNoNull(t, where+"."+name, inner)
		}
	case []any:
		for _, inner := range value {
			wantNoNull(t, where+"[]", inner)
		}
	}
}

func TestResourceTypeIsWhole(t *testing.T) {
	t.Parallel()
	got := decode(t, "User", discover(t, "/scim/v2/ResourceTypes/User"))
	if description, _ := got["description"].(string); description == "" {
		t.Error("no description")
	}
	delete(got, "description")
	want := map[string]any{
		"schemas": []any{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"},
		"id":      "User", "name": "User", "endpoint": "/Users",
		"schema": "urn:ietf:params:scim:schemas:core:2.0:User",
		"schemaExtensions": []any{map[string]any{
			"schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "required": false,
		}},
		"meta": map[string]any{"resourceType": "ResourceType", "location": "http://host/scim/v2/ResourceTypes/User"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDiscoveryRefusals(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]int{
		"/scim/v2/Schemas?filter=id+pr":         403,
		"/scim/v2/ResourceTypes?Filter=id%20pr": 403,
		"/scim/v2/Schemas/urn:example:None":     404,
		"/scim/v2/ResourceTypes/None":           404,
	} {
		wantError(t, path, discover(t, path), status, "")
	}
	if w := discover(t, "/scim/v2/Schemas?aadOptscim062020&count=1"); w.Code != 200 {
		t.Errorf("parameters that mean nothing here: %d", w.Code)
	}
}
