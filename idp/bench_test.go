package idp_test

import (
	"testing"

	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// BenchmarkRepair is the cost of a create in which there is nothing to repair.
func BenchmarkRepair(b *testing.B) {
	registry, err := schema.NewRegistry()
	if err != nil {
		b.Fatal(err)
	}
	doc, err := scim.Parse([]byte(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
"externalId":"mira.holt","userName":"mira.holt@fjord.example","active":true,"displayName":"Mira Holt","title":"Pilot","name":{"familyName":"Holt","givenName":"Mira"},
"emails":[{"primary":true,"type":"work","value":"mira.holt@fjord.example"}],"phoneNumbers":[{"type":"mobile","value":"+4712345678"}],
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7001","department":"Fleet"}}`))
	if err != nil {
		b.Fatal(err)
	}
	profile := idp.Find("entra")
	request := &idp.Request{Method: "POST", Type: registry.Type("User"), Document: doc}
	b.ReportAllocs()
	for b.Loop() {
		if repairs, err := profile.Repair(request, false); err != nil || len(repairs) > 0 {
			b.Fatal(repairs, err)
		}
	}
}
