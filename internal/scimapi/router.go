package scimapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// path is all routes of one path.
type path struct {
	pattern  string
	segments []string
	methods  map[string]route
	allow    string // the value of the Allow header
}

// compile groups the routes by path, in their order.
func compile(routes []route) []path {
	var paths []path
	for _, r := range routes {
		i := slices.IndexFunc(paths, func(p path) bool { return p.pattern == r.path })
		if i < 0 {
			i = len(paths)
			paths = append(paths, path{pattern: r.path, segments: split(r.path), methods: map[string]route{}})
		}
		paths[i].methods[r.method] = r
		if r.method == http.MethodGet {
			paths[i].methods[http.MethodHead] = r
		}
	}
	for i := range paths {
		var methods []string
		for method := range paths[i].methods {
			methods = append(methods, method)
		}
		slices.Sort(methods)
		paths[i].allow = strings.Join(methods, ", ")
	}
	return paths
}

// split returns the segments of a path that are not empty, so that it matters
// neither how many slashes a base URL was typed with, nor where.
func split(path string) []string {
	segments := make([]string, 0, 4)
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" {
			segments = append(segments, segment)
		}
	}
	return segments
}

// requestSegments splits the path of a request below Prefix. An escaped slash
// stays within its segment.
func requestSegments(u *url.URL) []string {
	segments := split(u.EscapedPath())
	for i, segment := range segments {
		if plain, err := url.PathUnescape(segment); err == nil {
			segments[i] = plain
		}
	}
	return segments[min(2, len(segments)):]
}

// find sets the route of a call, with what its path names.
func (a *api) find(c *call) error {
	segments := requestSegments(c.URL)
	if len(segments) > 0 && !a.endpointKnown(segments[0]) && mayBeID(segments) {
		c.connectionID, segments = segments[0], segments[1:]
	}
	found, t, id := a.lookup(segments)
	if found == nil {
		return scim.Errorf(http.StatusNotFound, "", "There is nothing at this path. Check the base URL in the identity provider: it ends in %s, or in %s/ and the id of the connection; the client adds /Users or /Groups by itself.", Prefix, Prefix)
	}
	c.rec.Route = routeName(found.pattern, t)
	r, ok := found.methods[c.Method]
	if !ok {
		return &methodError{method: c.Method, allow: found.allow}
	}
	c.route, c.t, c.id = r, t, id
	return nil
}

// mayBeID reports whether the first segment can be the id of a connection. A
// lone word is rather a misspelt endpoint, and not to be answered as a token in
// the wrong place.
func mayBeID(segments []string) bool {
	return len(segments) > 1 || strings.ContainsAny(segments[0], "0123456789")
}

// lookup finds the path that segments match.
func (a *api) lookup(segments []string) (found *path, t *schema.Type, id string) {
	for i := range a.paths {
		if t, id, ok := a.match(&a.paths[i], segments); ok {
			return &a.paths[i], t, id
		}
	}
	return nil, nil, ""
}

func (a *api) match(p *path, segments []string) (t *schema.Type, id string, ok bool) {
	if len(segments) != len(p.segments) {
		return nil, "", false
	}
	for i, want := range p.segments {
		switch want {
		case "{type}":
			if t = a.types[scim.Fold(segments[i])]; t == nil {
				return nil, "", false
			}
		case "{id}":
			id = segments[i]
		default:
			if !strings.EqualFold(want, segments[i]) {
				return nil, "", false
			}
		}
	}
	return t, id, true
}

// endpointKnown reports whether some path begins with a segment. One that does
// not is the id of a connection.
func (a *api) endpointKnown(segment string) bool {
	if a.types[scim.Fold(segment)] != nil {
		return true
	}
	return slices.ContainsFunc(a.paths, func(p path) bool {
		return len(p.segments) > 0 && strings.EqualFold(p.segments[0], segment)
	})
}

// endpoint returns the endpoint of a type without its slash.
func endpoint(t *schema.Type) string { return strings.Trim(t.Endpoint, "/") }

// routeName is a pattern with its type's name put in, for logs and metrics.
func routeName(pattern string, t *schema.Type) string {
	if t == nil {
		return pattern
	}
	return strings.Replace(pattern, "{type}", endpoint(t), 1)
}
