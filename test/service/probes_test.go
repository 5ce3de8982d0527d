package service

import "net/url"

// probe is a request that names a subject: {id}, {external}, {name} and others
// of subject.replacer, {own} for a group of the caller, {base} for his base
// URL, {n} for a number that no other request has.
type probe struct {
	method, path, filter, body, header string
	// stored says that what is named is only stored, so that nothing tells an
	// own resource from one that does not exist.
	stored bool
}

// url is the path with the filter.
func (p probe) url() string {
	if p.filter == "" {
		return p.path
	}
	return p.path + "?filter=" + url.QueryEscape(p.filter)
}

const (
	search  = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"id eq \"{id}\""}`
	rename  = `{"Operations":[{"op":"replace","path":"{key}","value":"renamed-{n}"}]}`
	replace = `{"{key}":"renamed-{n}"}`
)

// probesByID ask each route that takes an id.
var probesByID = []probe{
	{method: "GET", path: "{endpoint}/{id}"},
	{method: "HEAD", path: "{endpoint}/{id}"},
	{method: "GET", path: "{endpoint}/{id}?attributes=id,{key}"},
	{method: "GET", path: "{endpoint}/{id}?excludedAttributes=meta"},
	{method: "GET", path: "{endpoint}/{id}", header: `If-None-Match: W/"1"`},
	{method: "PUT", path: "{endpoint}/{id}", body: replace},
	{method: "PUT", path: "{endpoint}/{id}", body: replace, header: `If-Match: *`},
	{method: "PUT", path: "{endpoint}/{id}", body: replace, header: `If-Match: W/"1"`},
	{method: "PATCH", path: "{endpoint}/{id}", body: rename},
	{method: "PATCH", path: "{endpoint}/{id}", body: rename, header: `If-Match: *`},
	{method: "PATCH", path: "{endpoint}/{id}?attributes=id,{key}", body: rename},
	{method: "DELETE", path: "{endpoint}/{id}"},
	{method: "DELETE", path: "{endpoint}/{id}", header: `If-Match: *`},
	{method: "POST", path: "/Bulk", body: bulk(`{"method":"PUT","path":"{endpoint}/{id}","data":` + replace + `}`)},
	{method: "POST", path: "/Bulk", body: bulk(`{"method":"PATCH","path":"{endpoint}/{id}","data":` + rename + `}`)},
	{method: "POST", path: "/Bulk", body: bulk(`{"method":"DELETE","path":"{endpoint}/{id}"}`)},
	{method: "POST", path: "/Bulk", body: bulk(`{"method":"DELETE","path":"{endpoint}/{id}","version":"*"}`)},
	{method: "DELETE", path: "{endpoint}/bulkId:{id}", stored: true},
}

// probesByFilter look for the subject.
var probesByFilter = []probe{
	{method: "GET", path: "{endpoint}", filter: `id eq "{id}"`},
	{method: "GET", path: "{endpoint}", filter: `not (id ne "{id}") and meta.created gt "2000-01-01T00:00:00Z"`},
	{method: "GET", path: "{endpoint}", filter: `id ge "{id}" and id le "{id}"`},
	{method: "GET", path: "{endpoint}", filter: `externalId eq "{external}"`},
	{method: "GET", path: "{endpoint}", filter: `externalId co "{external}" or {key} sw "{name}"`},
	{method: "GET", path: "{endpoint}", filter: `{key} eq "{name}"`},
	{method: "GET", path: "{endpoint}", filter: `meta.location eq "{base}{endpoint}/{id}"`},
	{method: "GET", path: "/", filter: `id eq "{id}"`},
	{method: "GET", path: "/", filter: `externalId eq "{external}"`},
	{method: "POST", path: "/.search", body: search},
	{method: "POST", path: "{endpoint}/.search", body: search},
}

// probesOfUsers name a User where others refer to it.
var probesOfUsers = []probe{
	{method: "GET", path: "/Users", filter: `emails eq "{name}"`},
	{method: "GET", path: "/Users", filter: `emails[type eq "work" and value eq "{name}"]`},
	{method: "GET", path: "/Users", filter: `manager.value eq "{id}"`},
	{method: "POST", path: "/Users", body: `{"userName":"clerk-{n}","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"{id}","$ref":"../Users/{id}"}}}`, stored: true},
}

// probesOfGroups name a Group where its members refer to it.
var probesOfGroups = []probe{
	{method: "GET", path: "/Users", filter: `groups.value eq "{id}"`},
	{method: "GET", path: "/Users", filter: `groups eq "{id}"`},
	{method: "GET", path: "/Users", filter: `groups[display eq "{name}"]`},
	{method: "GET", path: "/Users", filter: `groups.$ref eq "{base}/Groups/{id}"`},
	{method: "POST", path: "/Users", body: `{"userName":"guest-{n}","groups":[{"value":"{id}"}]}`, stored: true},
}

// probesOfMembers name a User or Group as a member.
var probesOfMembers = []probe{
	{method: "GET", path: "/Groups", filter: `members.value eq "{id}"`},
	{method: "GET", path: "/Groups", filter: `members[value eq "{id}"]`},
	{method: "GET", path: "/Groups", filter: `members[display eq "{name}"]`},
	{method: "GET", path: "/Groups", filter: `members.$ref eq "{base}{endpoint}/{id}"`},
	{method: "POST", path: "/Groups", body: `{"displayName":"Circle {n}","members":[{"value":"{id}","type":"{kind}"}]}`},
	{method: "PUT", path: "/Groups/{own}", body: `{"displayName":"Circle {n}","members":[{"value":"{id}"}]}`},
	{method: "PATCH", path: "/Groups/{own}?attributes=members", body: addMembers("{id}")},
	{method: "PATCH", path: "/Groups/{own}?attributes=members", body: patch(`{"op":"replace","value":{"members":[{"value":"{id}"}]}}`)},
	{method: "PATCH", path: "/Groups/{own}?attributes=members", body: patch(`{"op":"add","path":"members","value":{"value":"{id}","$ref":"{base}{endpoint}/{id}"}}`)},
	{method: "PATCH", path: "/Groups/{own}", body: removeMember("{id}"), stored: true},
	{method: "PATCH", path: "/Groups/{own}", body: patch(`{"op":"remove","path":"members","value":[{"value":"{id}"}]}`), stored: true},
	{method: "POST", path: "/Bulk", body: bulk(`{"method":"PATCH","path":"/Groups/{own}","version":"*","data":` + addMembers("{id}") + `}`)},
	{method: "POST", path: "/Bulk", stored: true, body: bulk(
		`{"method":"POST","path":"/Users","bulkId":"{id}","data":{"userName":"bulk-{n}"}}`,
		`{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"Bulk {n}","members":[{"value":"bulkId:{id}"},{"value":"{id}"}]}}`)},
}

// probesOf are all that make sense for a type.
func probesOf(endpoint string) []probe {
	list := append(append([]probe{}, probesByID...), probesByFilter...)
	switch endpoint {
	case "/Users":
		list = append(append(list, probesOfUsers...), probesOfMembers...)
	case "/Groups":
		list = append(append(list, probesOfGroups...), probesOfMembers...)
	}
	return list
}
