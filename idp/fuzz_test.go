package idp_test

import (
	"slices"
	"testing"

	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// FuzzRepair wants that no document makes a fix panic, and that what was
// repaired needs no repair.
func FuzzRepair(f *testing.F) {
	for _, seed := range []string{
		`{"schemas":["urn:scim:schemas:core:1.0"],"userName":"a","active":"True","emails":{"value":["x"]}}`,
		`{"roles":"{\"id\":\"1\"}","emails":"a","name.givenName":"x","urn:ietf:params:scim:schemas:core:2.0:User":{"emails":["a"]}}`,
		`{"urn:ietf:params:scim:schemas:extension:enterprise:2.0User":{"manager":[{"managerId":"1"}]}}`,
		`{"members":{"members":[{"value":"1","displayName":"x"}]},"displayName":[{"value":{"value":["x"]}}]}`,
	} {
		f.Add([]byte(seed), "emails", true)
		f.Add([]byte(seed), `roles[primary eq "True"]`, false)
		f.Add([]byte(seed), "urn:scim:schemas:extension:enterprise:1.0:manager", true)
	}
	registry, err := schema.NewRegistry()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, path string, user bool) {
		value, err := scim.ParseValue(body)
		if err != nil {
			t.Skip()
		}
		kind := registry.Type("Group")
		if user {
			kind = registry.Type("User")
		}
		request := &idp.Request{Method: "PATCH", Type: kind, Operations: []scim.PatchOperation{
			{Op: "Replace", Path: path, Value: value}, {Op: "add", Value: value}, {Op: "remove", Path: path, Value: value},
		}}
		if object, ok := value.(map[string]any); ok && path == "" {
			request = &idp.Request{Method: "POST", Type: kind, Document: object}
		}
		for _, profile := range idp.Profiles() {
			if _, err := profile.Repair(request, false); err != nil {
				t.Fatal(err)
			}
			again, _ := profile.Repair(request, false)
			for _, repair := range again {
				if !slices.Contains([]string{"dotted-key", "qualified-key", "remove-values", "bare-value"}, repair.Fix) {
					t.Errorf("%s: still to repair: %v", profile.Name, repair)
				}
			}
		}
	})
}
