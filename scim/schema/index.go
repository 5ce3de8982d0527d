package schema

import (
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// node is an attribute, or a whole extension, as a place in a document.
type node struct {
	attr *Attribute
	path string           // as Ref.String writes it
	list []*node          // what is below, in the order of the schema
	subs map[string]*node // the same by name and by folded name
	most int              // elements it may have, where it is multi-valued
	// extension marks a whole extension: its path continues with a colon.
	extension bool
	// common marks id, externalId, meta and schemas.
	common bool
}

// The limits of one attribute, so that no document grows without bound.
const (
	maxString   = 64 << 10
	maxElements = 1000
	maxMembers  = 100_000
)

func newNode(a *Attribute, path string, most int) *node {
	n := &node{attr: a, path: path, most: most}
	for _, sub := range a.SubAttributes {
		n.add(newNode(sub, path+"."+sub.Name, maxElements))
	}
	return n
}

func (n *node) add(sub *node) {
	if n.subs == nil {
		n.subs = map[string]*node{}
	}
	n.list = append(n.list, sub)
	n.subs[sub.attr.Name] = sub
	n.subs[scim.Fold(sub.attr.Name)] = sub
}

// sub finds what is below n by name, whatever its case.
func (n *node) sub(name string) *node {
	if sub := n.subs[name]; sub != nil {
		return sub
	}
	return n.subs[scim.Fold(name)]
}

// dropped tells whether a client's value is not kept: what the service alone
// writes, and what is never to be read back.
func (n *node) dropped() bool {
	return n.attr.Mutability == ReadOnly || n.attr.Mutability == WriteOnly || n.attr.Returned == Never
}

// index prepares everything that is looked up by name.
func (t *Type) index(common []*Attribute, types []*Type) {
	t.root = &node{attr: &Attribute{Name: t.Name, Type: Complex}}
	t.refs = map[string]Ref{}
	t.others = map[string]string{}
	for _, a := range common {
		n := newNode(a, a.Name, maxElements)
		n.common = true
		t.root.add(n)
	}
	for _, a := range t.Core.Attributes {
		t.root.add(newNode(a, a.Name, t.limit(a)))
	}
	for _, s := range t.Extended {
		t.root.add(extensionNode(s))
	}
	t.indexPaths()
	for _, other := range types {
		if other.Core != t.Core {
			t.others[scim.Fold(other.Core.ID)] = other.Name
		}
	}
}

func (t *Type) limit(a *Attribute) int {
	if t.Core.ID == scim.GroupURN && a.Name == "members" {
		return maxMembers
	}
	return maxElements
}

// extensionNode presents an extension as the complex attribute that it is in a
// document.
func extensionNode(s *Schema) *node {
	a := &Attribute{
		Name:          s.ID,
		Type:          Complex,
		SubAttributes: s.Attributes,
		Description:   s.Description,
		Mutability:    ReadWrite,
		Returned:      Default,
		Uniqueness:    UniqueNone,
	}
	n := &node{attr: a, path: s.ID, extension: true}
	for _, sub := range s.Attributes {
		n.add(newNode(sub, s.ID+":"+sub.Name, maxElements))
	}
	return n
}

// indexPaths lists every path there is, so that Resolve is one look-up. Of two
// meanings of a path the first one listed wins: whole extensions come first, as
// the longest URN, and extension attributes without a URN last.
func (t *Type) indexPaths() {
	for _, n := range t.root.list {
		if n.extension {
			t.indexPath(n.path, Ref{Attr: n.attr})
		}
	}
	for _, n := range t.root.list {
		if !n.extension {
			t.indexAttribute("", "", n)
			t.indexAttribute(t.Core.ID+":", "", n)
		}
	}
	for _, prefix := range []bool{true, false} {
		for _, n := range t.root.list {
			t.indexExtension(n, prefix)
		}
	}
}

func (t *Type) indexExtension(n *node, prefix bool) {
	if !n.extension {
		return
	}
	for _, sub := range n.list {
		if prefix {
			t.indexAttribute(n.path+":", n.path, sub)
		} else {
			t.indexAttribute("", n.path, sub)
		}
	}
}

func (t *Type) indexAttribute(prefix, schema string, n *node) {
	path := prefix + n.attr.Name
	t.indexPath(path, Ref{Schema: schema, Attr: n.attr})
	for _, sub := range n.list {
		t.indexPath(path+"."+sub.attr.Name, Ref{Schema: schema, Attr: n.attr, Sub: sub.attr})
	}
}

func (t *Type) indexPath(path string, r Ref) {
	for _, key := range []string{path, scim.Fold(path)} {
		if _, ok := t.refs[key]; !ok {
			t.refs[key] = r
		}
	}
}

// Resolve finds the attribute that a path without a filter names, whatever its
// case (RFC 7644 3.10): name.givenName, a path with the URN of the core schema
// or of an extension before it, or the bare URN of an extension, for which
// Ref.IsExtension holds. An extension's attribute is also found without the
// URN, where nothing in the core schema has its name.
//
// The error is an *scim.Error with the type InvalidPath.
func (t *Type) Resolve(path string) (Ref, error) {
	if r, ok := t.refs[path]; ok {
		return r, nil
	}
	if r, ok := t.refs[scim.Fold(path)]; ok {
		return r, nil
	}
	return Ref{}, t.unknownPath(path)
}

func (t *Type) unknownPath(path string) error {
	if strings.HasPrefix(scim.Fold(path), "urn:") {
		return scim.InvalidPathf("%q is no attribute of a %s. An attribute of an extension is the extension's URN, a colon and the name; check both against /Schemas.", path, t.Name)
	}
	return scim.InvalidPathf("%q is no attribute of a %s. Check its name against /Schemas.", path, t.Name)
}
