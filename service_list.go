package joinery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
	"github.com/joineryhq/joinery/scim/schema"
)

// Query is what a client asks of a list (RFC 7644 3.4.2, RFC 9865).
type Query struct {
	Types      []*schema.Type
	Filter     filter.Node // nil: all
	SortBy     string
	Descending bool
	StartIndex int     // 1-based; below 1 counts as 1
	Count      *int    // nil: the default page size; below 0 counts as 0
	Cursor     *string // "" asks for the first page; nil: paging by index
	Rows       bool    // fill Resource.Rows
}

// Page sizes.
const (
	DefaultPageSize = 100
	MaxPageSize     = 1000
)

// Listing is one page of a list.
type Listing struct {
	Resources  []*Resource
	Total      int
	StartIndex int    // of the first resource; 0 when paging by cursor
	NextCursor string // "" on the last page, or when paging by index
}

// ListResources returns one page of the resources that match a query. Their
// order is that of their ids, or of SortBy and then their ids, so that pages
// neither repeat nor lose what is there all the while.
func (s *Service) ListResources(ctx context.Context, c Caller, q Query) (*Listing, error) {
	query := ResourceQuery{ConnectionID: c.Connection.ID, BaseURL: c.BaseURL, Rows: q.Rows, Total: true, Limit: DefaultPageSize}
	if q.Count != nil {
		query.Limit = min(max(*q.Count, 0), MaxPageSize)
	}
	var err error
	if query.Parts, err = q.parts(); err != nil {
		return nil, err
	}
	if query.Sort, err = q.sort(); err != nil {
		return nil, err
	}
	startIndex := max(q.StartIndex, 1)
	query.Offset = startIndex - 1
	if q.Cursor != nil {
		query.Offset = 0
		if query.After, err = q.position(c); err != nil {
			return nil, err
		}
	}
	var page *ResourcePage
	err = s.store.View(ctx, func(tx Tx) error {
		page, err = tx.Resources(query)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.confirmServed(ctx, c, page.Resources...)
	listing := &Listing{Resources: page.Resources, Total: page.Total, StartIndex: startIndex}
	if q.Cursor != nil {
		listing.StartIndex = 0
		listing.NextCursor = q.cursor(c, page.Next)
	}
	return listing, nil
}

// parts binds the filter to each type.
func (q *Query) parts() ([]ResourcePart, error) {
	parts := make([]ResourcePart, len(q.Types))
	for i, t := range q.Types {
		parts[i].Type = t
	}
	if q.Filter == nil {
		return parts, nil
	}
	exprs, err := filter.BindAll(q.Filter, q.Types...)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		parts[i].Filter = exprs[i]
	}
	return parts, nil
}

func (q *Query) sort() (*ResourceSort, error) {
	if q.SortBy == "" {
		return nil, nil
	}
	if len(q.Types) != 1 {
		return nil, scim.InvalidValuef("sortBy needs one resource type. Ask /Users or /Groups, or leave sortBy out.")
	}
	ref, err := q.Types[0].Resolve(q.SortBy)
	if err != nil {
		return nil, err
	}
	if ref.Sub == nil && ref.Attr.Type == schema.Complex {
		i := slices.IndexFunc(ref.Attr.SubAttributes, func(a *schema.Attribute) bool { return a.Name == "value" })
		if i < 0 {
			return nil, scim.InvalidPathf("sortBy %q is a complex attribute. Name one of its sub-attributes.", q.SortBy)
		}
		ref.Sub = ref.Attr.SubAttributes[i]
	}
	if ref.Leaf().Returned == schema.Never {
		return nil, scim.InvalidPathf("sortBy %q is not an attribute that can be read.", q.SortBy)
	}
	return &ResourceSort{By: ref, Descending: q.Descending}, nil
}

// cursorToken is what a cursor holds, as JSON in base64. It needs no secret:
// it only says where to go on, and is used within what the token may see.
type cursorToken struct {
	Query    []byte           `json:"q"` // digest of the query it belongs to
	Position ResourcePosition `json:"a"`
}

func (q *Query) cursor(c Caller, next *ResourcePosition) string {
	if next == nil {
		return ""
	}
	data, _ := json.Marshal(cursorToken{Query: q.digest(c), Position: *next})
	return base64.RawURLEncoding.EncodeToString(data)
}

func (q *Query) position(c Caller) (*ResourcePosition, error) {
	if *q.Cursor == "" {
		return nil, nil
	}
	var token cursorToken
	data, err := base64.RawURLEncoding.DecodeString(*q.Cursor)
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber() // an int64 does not fit a float64
		err = decoder.Decode(&token)
	}
	if err != nil {
		return nil, &scim.Error{Status: http.StatusBadRequest, Type: scim.InvalidCursor, Detail: "The cursor is not one that this server gave. Begin again with an empty cursor.", Err: err}
	}
	if !slices.Equal(token.Query, q.digest(c)) || token.Position.Part < 0 || token.Position.Part >= len(q.Types) {
		return nil, scim.Errorf(http.StatusBadRequest, scim.InvalidCursor, "The cursor belongs to another query. Send the same filter and sort with each page, or begin again with an empty cursor.")
	}
	return &token.Position, nil
}

// digest tells queries apart that a cursor must not be carried between.
func (q *Query) digest(c Caller) []byte {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q %t", c.Connection.ID, q.SortBy, q.Descending)
	for _, t := range q.Types {
		fmt.Fprintf(hash, " %q", t.Name)
	}
	if q.Filter != nil {
		fmt.Fprintf(hash, " %q", q.Filter.String())
	}
	return hash.Sum(nil)[:8]
}
