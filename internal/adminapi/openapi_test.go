package adminapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func writeArchive(file string, archive *txtar.Archive) error {
	return os.WriteFile(file, txtar.Format(archive), 0o644)
}

// document is what the tests look at of the OpenAPI document.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]struct{ Properties map[string]any }
	}
	text string
}

type operation struct {
	OperationID string
	Parameters  []struct{ Name, In string }
	Responses   map[string]struct{ Content map[string]any }
}

// readDocument reads the document as anyone may, without a token.
func readDocument(t *testing.T) *document {
	t.Helper()
	server, _ := newServer(t)
	response, err := http.Get(server.URL + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc := &document{text: string(text)}
	if err := json.Unmarshal(text, doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestOpenAPI holds what generators and people rely on in the document: it names
// every call with its parameters, and problem documents as the only errors.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	doc := readDocument(t)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi is %q", doc.OpenAPI)
	}
	var got []string
	for path, methods := range doc.Paths {
		for method, op := range methods {
			got = append(got, op.OperationID+" "+strings.ToUpper(method)+" "+path)
			checkOperation(t, path, op)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(calls, got); diff != "" {
		t.Error(diff)
	}
	for name, schema := range doc.Components.Schemas {
		if schema.Properties["$schema"] != nil || name == "ErrorModel" {
			t.Errorf("the schema %s is not ours", name)
		}
	}
	for _, ref := range regexp.MustCompile(`"\$ref":"([^"]*)"`).FindAllStringSubmatch(doc.text, -1) {
		name, ours := strings.CutPrefix(ref[1], "#/components/schemas/")
		if _, found := doc.Components.Schemas[name]; !ours || !found {
			t.Errorf("there is no schema %s", ref[1])
		}
	}
}

func checkOperation(t *testing.T, path string, op operation) {
	t.Helper()
	for status, r := range op.Responses {
		if status[0] != '2' && r.Content["application/problem+json"] == nil {
			t.Errorf("%s: the answer %s is no problem document", op.OperationID, status)
		}
		if status == "200" && len(r.Content) == 0 {
			t.Errorf("%s: the answer has no content", op.OperationID)
		}
	}
	if op.Responses["default"].Content == nil {
		t.Errorf("%s: errors are not described", op.OperationID)
	}
	for _, name := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(path, -1) {
		if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.In == "path" && p.Name == name[1] }) {
			t.Errorf("%s: the parameter %s is not described", op.OperationID, name[1])
		}
	}
}

// calls are all calls of the API.
var calls = []string{
	"act-on-case POST /cases/{id}/actions",
	"add-domain POST /organizations/{id}/domains",
	"add-member POST /organizations/{id}/members",
	"create-account POST /accounts",
	"create-connection POST /organizations/{id}/connections",
	"create-mapping POST /connections/{id}/mappings",
	"create-organization POST /organizations",
	"create-token POST /connections/{id}/tokens",
	"decide-guard POST /connections/{id}/guard",
	"delete-connection DELETE /connections/{id}",
	"delete-mapping DELETE /connections/{id}/mappings/{mapping_id}",
	"explain POST /explain",
	"get-account GET /accounts/{id}",
	"get-case GET /cases/{id}",
	"get-connection GET /connections/{id}",
	"get-guard GET /connections/{id}/guard",
	"get-member GET /organizations/{id}/members/{account_id}",
	"get-organization GET /organizations/{id}",
	"get-readiness GET /connections/{id}/readiness",
	"get-request GET /connections/{id}/requests/{request_id}",
	"import-accounts POST /accounts:import",
	"list-accounts GET /accounts",
	"list-audit GET /audit",
	"list-cases GET /cases",
	"list-connections GET /organizations/{id}/connections",
	"list-domains GET /organizations/{id}/domains",
	"list-duplicates GET /organizations/{id}/duplicates",
	"list-events GET /events",
	"list-mappings GET /connections/{id}/mappings",
	"list-members GET /organizations/{id}/members",
	"list-observed GET /connections/{id}/observed",
	"list-organizations GET /organizations",
	"list-requests GET /connections/{id}/requests",
	"list-tokens GET /connections/{id}/tokens",
	"merge-accounts POST /merges",
	"preview POST /connections/{id}/preview",
	"preview-merge POST /merges/preview", "relink-user POST /connections/{id}/users/{user_id}/relink",
	"remove-domain DELETE /organizations/{id}/domains/{domain}",
	"remove-member DELETE /organizations/{id}/members/{account_id}",
	"revoke-token DELETE /connections/{id}/tokens/{token_id}",
	"sign-in POST /sign-ins",
	"sign-out POST /sign-outs",
	"undo-merge POST /merges/{id}/undo",
	"update-account PATCH /accounts/{id}",
	"update-connection PATCH /connections/{id}",
	"update-member PATCH /organizations/{id}/members/{account_id}",
	"verify-domain POST /organizations/{id}/domains/{domain}/verify",
}
