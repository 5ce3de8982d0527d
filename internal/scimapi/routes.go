package scimapi

import "net/http"

// handler answers a call, or returns an error and has written nothing.
type handler func(w http.ResponseWriter, c *call) error

// route is one method of one path. {type} stands for the endpoint of any
// resource type, {id} for any segment.
type route struct {
	method string
	path   string
	handle handler
	public bool // may be called without a token
}

// routes is the whole API. Of two paths that match, the first is taken.
func (a *api) routes() []route {
	return []route{
		{"GET", "/ServiceProviderConfig", a.serviceProviderConfig, true},
		{"GET", "/ResourceTypes", a.resourceTypes, true},
		{"GET", "/ResourceTypes/{id}", a.resourceType, true},
		{"GET", "/Schemas", a.schemas, true},
		{"GET", "/Schemas/{id}", a.schema, true},

		{"GET", "/", a.listAll, false},
		{"POST", "/.search", a.searchAll, false},
		{"POST", "/Bulk", a.bulk, false},
		{"GET", "/readiness", a.readiness, false},

		{"GET", "/Me", a.me, false},
		{"POST", "/Me", a.me, false},
		{"PUT", "/Me", a.me, false},
		{"PATCH", "/Me", a.me, false},
		{"DELETE", "/Me", a.me, false},

		{"GET", "/{type}", a.list, false},
		{"POST", "/{type}", a.create, false},
		{"POST", "/{type}/.search", a.search, false},
		{"GET", "/{type}/{id}", a.get, false},
		{"PUT", "/{type}/{id}", a.replace, false},
		{"PATCH", "/{type}/{id}", a.patch, false},
		{"DELETE", "/{type}/{id}", a.delete, false},
	}
}
