package patch_test

import (
	"testing"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
)

const benchUser = `{
  "userName": "lea", "externalId": "7", "active": true, "title": "Pilot", "displayName": "Lea Ruiz", "nickName": "L",
  "locale": "nb-NO", "timezone": "Europe/Oslo", "userType": "Employee", "preferredLanguage": "nb", "profileUrl": "https://x.example/lea",
  "name": {"givenName": "Lea", "familyName": "Ruiz", "formatted": "Lea Ruiz"},
  "emails": [{"type": "work", "value": "lea@work.example", "primary": true}],
  "phoneNumbers": [{"type": "work", "value": "+47 1"}, {"type": "mobile", "value": "+47 2"}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Ops", "manager": {"value": "m1"}}
}`

func BenchmarkPatch(b *testing.B) {
	typ := newRegistry(b).Type("User")
	doc := canonical(b, typ, benchUser)
	for name, op := range map[string]scim.PatchOperation{
		"active":   {Op: "replace", Path: "active", Value: false},
		"email":    {Op: "replace", Path: `emails[type eq "work"].value`, Value: "new@work.example"},
		"pathless": {Op: "replace", Value: map[string]any{"displayName": "Lea", "name.givenName": "Lea"}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, err := patch.Compile(typ, []scim.PatchOperation{op})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := p.Apply(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
