package schema_test

import (
	"os"
	"testing"

	"github.com/joineryhq/joinery/scim/schema"
)

// BenchmarkUser is the work that each create and change of a User costs here.
func BenchmarkUser(b *testing.B) {
	data, err := os.ReadFile("testdata/typical_user.json")
	if err != nil {
		b.Fatal(err)
	}
	r, err := schema.NewRegistry()
	if err != nil {
		b.Fatal(err)
	}
	typ, doc := r.Type("User"), decode(b, string(data))
	b.ReportAllocs()
	for b.Loop() {
		canonical, _, err := typ.Canonical(doc)
		if err != nil {
			b.Fatal(err)
		}
		if err := typ.Validate(canonical); err != nil {
			b.Fatal(err)
		}
		typ.Search(canonical)
	}
}

func BenchmarkResolve(b *testing.B) {
	typ := typeOf(b, "User")
	b.ReportAllocs()
	for b.Loop() {
		for _, path := range []string{"userName", "emails.value", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"} {
			if _, err := typ.Resolve(path); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRegistry(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.NewRegistry(); err != nil {
			b.Fatal(err)
		}
	}
}
