package scimapi

import (
	"net/http"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/schema"
)

// list answers GET on an endpoint (RFC 7644 3.4.2).
func (a *api) list(w http.ResponseWriter, c *call) error {
	return a.replyList(w, c, []*schema.Type{c.t})
}

// listAll answers GET on the base URL: a list over all types.
func (a *api) listAll(w http.ResponseWriter, c *call) error {
	return a.replyList(w, c, a.service.Registry().Types())
}

// search answers POST on .search of an endpoint (RFC 7644 3.4.3): a list whose
// parameters stand in the body, where no access log on the way sees them.
func (a *api) search(w http.ResponseWriter, c *call) error {
	return a.replySearch(w, c, []*schema.Type{c.t})
}

// searchAll answers POST on .search of the base URL.
func (a *api) searchAll(w http.ResponseWriter, c *call) error {
	return a.replySearch(w, c, a.service.Registry().Types())
}

func (a *api) replySearch(w http.ResponseWriter, c *call, types []*schema.Type) error {
	body, err := a.body(w, c)
	if err != nil {
		return err
	}
	if c.query, err = searchParams(body, c.strict()); err != nil {
		return err
	}
	return a.replyList(w, c, types)
}

func (a *api) replyList(w http.ResponseWriter, c *call, types []*schema.Type) error {
	shapes, rows, err := a.shapesOf(c, types)
	if err != nil {
		return err
	}
	q, err := c.query.listQuery(c.strict(), c.rec)
	if err != nil {
		return err
	}
	q.Types, q.Rows = types, rows
	listing, err := a.service.ListResources(c.Context(), c.caller, q)
	if err != nil {
		return err
	}
	if q.Filter != nil && listing.Total == 1 && len(listing.Resources) == 1 {
		c.touch(a.service.Registry().Type(listing.Resources[0].Type), listing.Resources[0].ID)
	}
	return c.replyListing(w, listing, q, shapes)
}

// shapesOf returns the shape of each type's resources, by the type's name, and
// whether any of them needs rows.
func (a *api) shapesOf(c *call, types []*schema.Type) (shapes map[string]shape, rows bool, err error) {
	shapes = make(map[string]shape, len(types))
	for _, t := range types {
		s, err := a.shapeOf(c, t)
		if err != nil {
			return nil, false, err
		}
		shapes[t.Name] = s
		rows = rows || s.rows
	}
	return shapes, rows, nil
}

// replyListing answers with a page (RFC 7644 3.4.2, RFC 9865 2).
func (c *call) replyListing(w http.ResponseWriter, l *joinery.Listing, q joinery.Query, shapes map[string]shape) error {
	buffer := takeBuffer()
	defer buffer.put()
	page := appendPageHead(buffer.bytes, l, q.Cursor != nil)
	for i, resource := range l.Resources {
		if i > 0 {
			page = append(page, ',')
		}
		var err error
		if page, err = shapes[resource.Type].append(page, resource, c.caller.BaseURL); err != nil {
			return err
		}
	}
	page = append(page, "]}"...)
	buffer.bytes = page
	return reply(w, http.StatusOK, page)
}
