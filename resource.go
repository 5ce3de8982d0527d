package joinery

import (
	"time"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// Resource is what an identity provider pushed: a User, a Group, or a resource
// of a type that the deployment registered. It belongs to its connection.
type Resource struct {
	ConnectionID string
	Type         string // the name of its schema.Type: "User", "Group", …
	ID           string // unique in the deployment
	Version      int64  // counts the changes; the ETag is W/"<version>"
	Created      time.Time
	LastModified time.Time
	Deleted      *time.Time // set on a tombstone

	// Body is the resource as JSON, in canonical form, without the parts that
	// are kept elsewhere: id, meta, and the attributes that are Rows.
	Body []byte
	// Keys are what the resource is found by. They follow from Body and are
	// written with it; reading leaves Search and Emails empty.
	Keys Keys
	// Rows is a JSON array: the members of a Group, or the groups of a User,
	// each with value, display, type and $ref. Nil where it was not asked for.
	Rows []byte
}

// Keys are the values of a resource that are indexed.
type Keys struct {
	Unique     string   // schema.Type.Unique, folded unless caseExact; "" for none
	ExternalID string   // "" for none
	Display    string   // the name to show: displayName, else userName
	Active     bool     // false only where active is false
	Emails     []string // of a User: the values of emails, folded, without repetition
	Search     []byte   // schema.Type.Search of the body as JSON: what filters are evaluated on
}

// Document decodes the body.
func (r *Resource) Document() (scim.Document, error) { return scim.Parse(r.Body) }

// ResourceQuery selects resources of one connection.
type ResourceQuery struct {
	ConnectionID string
	// Parts are the types to look through, each with a filter bound to it. They
	// are listed in this order, within one by Sort and then by id.
	Parts []ResourcePart
	// Sort may only be given where there is one part.
	Sort *ResourceSort
	// Offset skips that many matches; After skips all up to and with a position.
	// One of them at the most is given.
	Offset int
	After  *ResourcePosition
	// Limit is how many resources to return at the most; 0 asks for the total only.
	Limit int
	// Total asks for the number of all matches.
	Total bool
	// Rows asks for Resource.Rows, with references that begin with BaseURL.
	Rows bool
	// BaseURL is the base of the connection's resource URLs, without a slash at
	// its end. It is also what filters on meta.location and $ref compare with.
	BaseURL string
}

// ResourcePart is a type to look through. A nil Filter matches all.
type ResourcePart struct {
	Type   *schema.Type
	Filter filter.Expr
}

// ResourceSort orders by an attribute: of a multi-valued one by the primary or
// else the first value. Resources without a value come last, descending first
// (RFC 7644 3.4.2.3).
type ResourceSort struct {
	By         schema.Ref
	Descending bool
}

// ResourcePosition is a place in the order of a query: that of one resource.
type ResourcePosition struct {
	Part  int    `json:"p,omitempty"` // index in ResourceQuery.Parts
	ID    string `json:"i"`
	Value any    `json:"v,omitempty"` // of the sort attribute in normal form; nil for none
}

// ResourcePage is the answer to a ResourceQuery.
type ResourcePage struct {
	Resources []*Resource
	Total     int
	// Next is the position of the last resource, nil where none follows.
	Next *ResourcePosition
}

// ResourceTx is the part of a transaction that concerns resources. None of its
// calls sees another connection's, and none but Candidates sees tombstones.
type ResourceTx interface {
	// Resource returns one resource, or NotFound. With rows it fills Rows, with
	// references that begin with baseURL. In an Update the resource stays locked
	// until the end.
	Resource(connectionID, resourceType, id string, rows bool, baseURL string) (*Resource, error)
	// Resources runs a query. It leaves Keys empty.
	Resources(ResourceQuery) (*ResourcePage, error)
	// Candidates finds what a new or renamed resource could collide with or
	// return as: live resources and tombstones of the type with one of the
	// keys, and whether pending members may name one of the refs. In an Update,
	// whoever adds pending members or deletes the connection has done so before,
	// or does so after it; and tombstones stay locked, as do live resources that
	// share an email and have no ExternalID.
	Candidates(connectionID, resourceType string, keys Keys, refs MemberRefs) (*Candidates, error)
	// InsertResource adds a resource. Where Keys.Unique or Keys.ExternalID is
	// taken by a live resource of its type, the transaction fails with
	// ErrCollision, at this call or at any later one, its end included.
	InsertResource(*Resource) error
	// UpdateResource writes all but ConnectionID, Type, ID and Created, and
	// revives a tombstone where Deleted is nil. It fails like InsertResource.
	UpdateResource(*Resource) error
	// TouchResource raises the version of a resource and sets LastModified. Where
	// there is no live one, the transaction fails with NotFound, at this call or
	// at any later one, its end included.
	TouchResource(connectionID, resourceType, id string, at time.Time) error
	// TouchResources is TouchResource for several, and passes over those that are
	// not there.
	TouchResources(connectionID, resourceType string, ids []string, at time.Time) error
	// DeleteResource makes a tombstone of the resource.
	DeleteResource(r *Resource, at time.Time) error
}

// Candidates is the answer of ResourceTx.Candidates.
type Candidates struct {
	Resources []Candidate
	// Pending says that a pending member may name one of the refs.
	Pending bool
	// Gone says that the connection was deleted meanwhile.
	Gone bool
}

// Candidate is a resource that shares a key with another one.
type Candidate struct {
	ID         string
	Version    int64
	Created    time.Time
	Unique     string
	ExternalID string
	Email      bool // it shares an email
	Active     bool
	Deleted    *time.Time
}
