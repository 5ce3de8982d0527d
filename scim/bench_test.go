package scim_test

import (
	"testing"

	"github.com/joineryhq/joinery/scim"
)

func BenchmarkParse(b *testing.B) {
	body := []byte(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"mira.holt","userName":"mira.holt@fjord.example","active":true,"displayName":"Mira Holt","emails":[{"primary":true,"type":"work","value":"mira.holt@fjord.example"}],"name":{"formatted":"Mira Holt","familyName":"Holt","givenName":"Mira"},"title":"Pilot","preferredLanguage":"nb-NO","addresses":[{"type":"work","formatted":"Berth 4","locality":"Bergen"}],"phoneNumbers":[{"type":"mobile","value":"+4712345678"}],"roles":[],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7001","department":"Fleet"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := scim.Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}
