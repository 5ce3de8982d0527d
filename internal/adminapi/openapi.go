package adminapi

import (
	"encoding/json"
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
	partial := *schemaOf[joinery.Policy](h, false)
	partial.Required = nil
	partial.PrecomputeMessages()
	schemaOf[wire.NewConnection](h, false).Properties["policy"] = &partial
	schemaOf[wire.ConnectionChange](h, false).Properties["policy"] = &partial
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
