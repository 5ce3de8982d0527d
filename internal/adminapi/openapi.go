package adminapi

import (
	"encoding/json"
	"maps"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func schemaOf[T any](h huma.API, ref bool) *huma.Schema {
	t := reflect.TypeFor[T]()
	return h.OpenAPI().Components.Schemas.Schema(t, ref, t.Name())
}

// describePolicy gives the policy of a request its schema: the keys of
// joinery.Policy, none of them required, so that there is one list of them.
func describePolicy(h huma.API) {
	policy := optional(schemaOf[joinery.Policy](h, false))
	policy.Properties["guard"] = optional(schemaOf[joinery.Guarding](h, false))
	policy.PrecomputeMessages()
	schemaOf[wire.NewConnection](h, false).Properties["policy"] = policy
	schemaOf[wire.ConnectionChange](h, false).Properties["policy"] = policy
}

// describePreview says that a line with an error has no verdict.
func describePreview(h huma.API) {
	line := schemaOf[wire.PreviewLine](h, true)
	h.OpenAPI().Components.Schemas.SchemaFromRef(line.Ref).Required = []string{"line"}
}

// optional returns a copy of an object's schema that requires nothing.
func optional(schema *huma.Schema) *huma.Schema {
	partial := *schema
	partial.Required, partial.Properties = nil, maps.Clone(schema.Properties)
	partial.PrecomputeMessages()
	return &partial
}

// openAPI returns the OpenAPI document, without the error type of huma that
// no answer has.
func openAPI(h huma.API) []byte {
	doc := h.OpenAPI()
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // the document is made from types known at build time
	}
	return text
}
