package filter

import (
	"encoding/json"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// operand brings a literal into the normal form of the attribute, and checks
// that the operator fits.
func operand(ref schema.Ref, n *comparison) (any, error) {
	leaf := ref.Leaf()
	isText := leaf.Type == schema.String || leaf.Type == schema.Reference
	if n.op.substring() && !isText || n.op.ordering() && (leaf.Type == schema.Boolean || leaf.Type == schema.Binary) {
		return nil, scim.InvalidFilterf("The attribute %s is of type %s, which cannot be compared by %s.", ref, leaf.Type, n.op)
	}
	value := n.value
	if number, ok := value.(json.Number); ok && isText {
		value = number.String()
	}
	normal, err := schema.Normal(leaf, value)
	if err != nil || normal == nil {
		return nil, scim.InvalidFilterf("The attribute %s cannot be compared with %s: it must be %s.", ref, shorten(literalText(n.value)), typeHint(leaf.Type))
	}
	return normal, nil
}

func typeHint(t schema.DataType) string {
	switch t {
	case schema.Boolean:
		return "true or false"
	case schema.Decimal:
		return "a number"
	case schema.Integer:
		return "a whole number"
	case schema.DateTime:
		return `a time such as "2026-01-31T12:00:00Z"`
	case schema.Binary:
		return "text in Base64"
	}
	return "text in double quotes"
}
