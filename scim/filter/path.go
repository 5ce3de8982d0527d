package filter

import (
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// Path is the target of a PATCH operation (RFC 7644 3.5.2).
type Path struct {
	// Attr is the attribute, with its URN where the path has one.
	Attr string
	// Filter selects elements of the attribute; nil where there are no brackets.
	Filter Node
	// Sub is the sub-attribute, "" where the path names none.
	Sub string
}

// ParsePath reads a path such as
//
//	name.familyName
//	members[value eq "x"]
//	emails[type eq "work"].value
//	urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value
//
// A URN alone is a path too; it stands in Attr. Where a URN ends in something
// like ".x", only a schema can tell it from a sub-attribute: resolve String
// as a whole where Filter is nil. Errors are *scim.Error with status 400 and
// type InvalidPath.
func ParsePath(s string) (Path, error) {
	p := newParser(s, "path", scim.InvalidPath)
	if err := p.start(); err != nil {
		return Path{}, err
	}
	attr, err := p.path()
	if err != nil {
		return Path{}, err
	}
	path := Path{Attr: attr}
	if p.token.kind == openBracket {
		if path.Filter, err = p.brackets(); err != nil {
			return Path{}, err
		}
		path.Sub, _ = p.dotted()
	} else {
		path.Attr, path.Sub = splitSub(attr)
	}
	if p.token.kind != end {
		return Path{}, p.expected("the end of the path")
	}
	return path, nil
}

// String writes the path in canonical form, which parses to the same Path.
func (p Path) String() string {
	s := p.Attr
	if p.Filter != nil {
		s += "[" + p.Filter.String() + "]"
	}
	if p.Sub != "" {
		s += "." + p.Sub
	}
	return s
}

// splitSub splits a sub-attribute off. The dots of a URN such as the one in
// "2.0" are told apart by standing before a colon or a digit.
func splitSub(path string) (attr, sub string) {
	name := strings.LastIndexByte(path, ':') + 1
	dot := strings.LastIndexByte(path[name:], '.')
	if dot < 1 || !isName(path[name+dot+1:]) {
		return path, ""
	}
	return path[:name+dot], path[name+dot+1:]
}
