package adminapi_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func writeArchive(file string, archive *txtar.Archive) error {
	return os.WriteFile(file, txtar.Format(archive), 0o644)
}

// TestOpenAPI holds what generators and people rely on in the document: it is
// there without a token, and names every call, with problem documents as the
// only errors.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t)
	response, err := http.Get(server.URL + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Responses   map[string]struct{ Content map[string]any }
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi is %q", doc.OpenAPI)
	}
	got := map[string]string{}
	for path, methods := range doc.Paths {
		for method, operation := range methods {
			got[strings.ToUpper(method)+" "+path] = operation.OperationID
			for status, r := range operation.Responses {
				if status[0] != '2' && r.Content["application/problem+json"] == nil {
					t.Errorf("%s %s: the answer %s is no problem document", method, path, status)
				}
			}
		}
	}
	want := map[string]string{
		"GET /organizations":                         "list-organizations",
		"POST /organizations":                        "create-organization",
		"GET /organizations/{id}":                    "get-organization",
		"GET /organizations/{id}/connections":        "list-connections",
		"POST /organizations/{id}/connections":       "create-connection",
		"GET /connections/{id}":                      "get-connection",
		"PATCH /connections/{id}":                    "update-connection",
		"DELETE /connections/{id}":                   "delete-connection",
		"GET /connections/{id}/tokens":               "list-tokens",
		"POST /connections/{id}/tokens":              "create-token",
		"DELETE /connections/{id}/tokens/{token_id}": "revoke-token",
		"GET /events":                                "list-events",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, schema := range doc.Components.Schemas {
		if schema.Properties["$schema"] != nil || name == "ErrorModel" {
			t.Errorf("the schema %s is not ours", name)
		}
	}
}
