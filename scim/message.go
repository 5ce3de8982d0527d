package scim

// Schema URNs of the protocol messages and of the resources of RFC 7643.
const (
	ListResponseURN  = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	PatchOpURN       = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	BulkRequestURN   = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	BulkResponseURN  = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	SearchRequestURN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	ErrorURN         = "urn:ietf:params:scim:api:messages:2.0:Error"

	UserURN           = "urn:ietf:params:scim:schemas:core:2.0:User"
	GroupURN          = "urn:ietf:params:scim:schemas:core:2.0:Group"
	EnterpriseUserURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// MediaType is the content type of every SCIM message (RFC 7644 8.1).
const MediaType = "application/scim+json"

// The operations of a PATCH request (RFC 7644 3.5.2).
const (
	OpAdd     = "add"
	OpRemove  = "remove"
	OpReplace = "replace"
)

// PatchOperation is one operation of a PATCH request. Value is decoded JSON as
// in a Document, nil where none was sent; Path is "" where none was sent.
type PatchOperation struct {
	Op    string
	Path  string
	Value any
}
