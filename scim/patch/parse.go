package patch

import (
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// ParseJSON reads the body of a PATCH request.
//
// A value that is null or an empty array was sent, and says "no value": it
// comes out as an empty []any, while Value is nil where none was sent. A
// removal has no such difference for null, which counts as not sent.
func ParseJSON(body []byte) ([]scim.PatchOperation, error) {
	value, err := scim.ParseKeepingNulls(body)
	if err != nil {
		return nil, err
	}
	message, ok := value.(map[string]any)
	if !ok {
		return nil, scim.InvalidSyntaxf("The body of a PATCH request must be a JSON object with the member Operations.")
	}
	return Parse(message)
}

// Parse reads a PATCH request that was decoded by scim.ParseKeepingNulls, such
// as the data of an operation in a bulk request. After scim.Parse the removal
// of an empty list of values would look like the removal of everything.
func Parse(message scim.Document) ([]scim.PatchOperation, error) {
	value := message.Get("Operations")
	if value == nil {
		return nil, scim.InvalidSyntaxf("The PATCH request has no Operations. Send {\"Operations\":[{\"op\":…,\"path\":…,\"value\":…}]}.")
	}
	list, ok := value.([]any)
	if !ok {
		return nil, scim.InvalidSyntaxf("Operations of a PATCH request must be an array.")
	}
	if len(list) == 0 {
		return nil, scim.InvalidValuef("Operations of a PATCH request is empty. Send at least one operation.")
	}
	ops := make([]scim.PatchOperation, len(list))
	for i, item := range list {
		op, err := parseOperation(item)
		if err != nil {
			return nil, inOperation(i, "", "", err)
		}
		ops[i] = op
	}
	return ops, nil
}

// parseOperation passes over names that the RFC does not know: clients add
// labels of their own.
func parseOperation(item any) (op scim.PatchOperation, err error) {
	members, ok := item.(map[string]any)
	if !ok {
		return op, scim.InvalidSyntaxf("It must be a JSON object.")
	}
	object := scim.Document(members)
	if op.Op, _ = object.Get("op").(string); op.Op == "" {
		return op, scim.InvalidSyntaxf("It has no op. Give it the op add, remove or replace.")
	}
	path := object.Get("path")
	if op.Path, ok = path.(string); !ok && path != nil {
		return op, scim.InvalidPathf("Its path must be a string.")
	}
	op.Value = object.Get("value")
	_, sent := object.Key("value")
	if sent && op.Value == nil && !strings.EqualFold(op.Op, scim.OpRemove) {
		op.Value = []any{}
	}
	return op, nil
}
