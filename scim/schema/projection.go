package schema

import (
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// Projection is the choice of attributes that an answer shows (RFC 7644 3.9).
// It is immutable and safe for concurrent use.
type Projection struct{ top *pick }

// pick is what is shown of an object: everything, or the names listed.
type pick struct {
	all  bool
	subs map[string]*pick
}

// Projection makes the choice that the parameters attributes and
// excludedAttributes ask for. Names that the type does not know are ignored, as
// a list may go over several types. With neither, the choice is the default.
//
// The error is an *scim.Error: both were given.
func (t *Type) Projection(attributes, excluded []string) (*Projection, error) {
	attributes, excluded = given(attributes), given(excluded)
	if len(attributes) > 0 && len(excluded) > 0 {
		return nil, scim.InvalidValuef("attributes and excludedAttributes cannot be used together. Send one of them.")
	}
	s := selector{named: map[*node]bool{}, above: map[*node]bool{}}
	for _, name := range append(attributes, excluded...) {
		s.name(t.walk(name))
	}
	choose := s.exclude
	if len(attributes) > 0 {
		choose = s.include
	}
	return &Projection{s.below(t.root, choose)}, nil
}

// given drops empty names: "attributes=" asks for nothing.
func given(names []string) []string {
	var list []string
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// walk returns the nodes that a path leads through, the last one being what it
// names, or nil.
func (t *Type) walk(path string) []*node {
	ref, err := t.Resolve(path)
	if err != nil {
		return nil
	}
	var nodes []*node
	at := t.root
	if ref.Schema != "" {
		at = at.sub(ref.Schema)
		nodes = append(nodes, at)
	}
	at = at.sub(ref.Attr.Name)
	nodes = append(nodes, at)
	if ref.Sub != nil {
		nodes = append(nodes, at.sub(ref.Sub.Name))
	}
	return nodes
}

// selector turns names into picks.
type selector struct {
	named map[*node]bool // what a parameter names
	above map[*node]bool // what holds something that is named
}

func (s *selector) name(nodes []*node) {
	for i, n := range nodes {
		if i == len(nodes)-1 {
			s.named[n] = true
		} else {
			s.above[n] = true
		}
	}
}

// below makes the pick of an object out of the picks of what it holds. It is
// nil where nothing is shown.
func (s *selector) below(n *node, choose func(*node) *pick) *pick {
	p := &pick{all: true, subs: make(map[string]*pick, len(n.list))}
	for _, sub := range n.list {
		if sub.attr.Mutability == WriteOnly {
			continue // no document has it
		}
		chosen := choose(sub)
		if chosen != nil {
			p.subs[sub.attr.Name] = chosen
		}
		p.all = p.all && chosen != nil && chosen.all
	}
	if len(p.subs) == 0 {
		return nil
	}
	return p
}

// include is the pick with the parameter attributes: what is named, what is
// always returned, and of what is named in part, that part.
func (s *selector) include(n *node) *pick {
	switch {
	case n.attr.Returned == Never:
		return nil
	case s.named[n], n.attr.Returned == Always:
		return s.whole(n)
	case s.above[n], n.extension:
		return s.below(n, s.include)
	}
	return nil
}

// whole is the pick of an attribute that is shown as a whole: all of it but
// what only comes on request.
func (s *selector) whole(n *node) *pick {
	if len(n.list) == 0 {
		return &pick{all: true}
	}
	return s.below(n, func(sub *node) *pick {
		if sub.attr.Returned == Never || sub.attr.Returned == Request {
			return s.include(sub)
		}
		return s.whole(sub)
	})
}

// exclude is the pick with the parameter excludedAttributes, or with none: what
// is returned by default without what is named, except what is always returned.
func (s *selector) exclude(n *node) *pick {
	always := n.attr.Returned == Always
	switch {
	case n.attr.Returned == Never, n.attr.Returned == Request:
		return nil
	case s.named[n] && n.extension:
		return s.below(n, func(sub *node) *pick {
			if sub.attr.Returned != Always {
				return nil
			}
			return s.whole(sub)
		})
	case s.named[n] && !always:
		return nil
	case len(n.list) == 0:
		return &pick{all: true}
	}
	return s.below(n, s.exclude)
}

// Everything tells whether Apply would change nothing, whatever the document.
func (p *Projection) Everything() bool { return p.top.all }

// Shows tells whether any of a top-level attribute is shown, so that what is
// expensive need not be fetched. The name is in schema case.
func (p *Projection) Shows(name string) bool { return p.top.all || p.top.subs[name] != nil }

// Apply returns the part of a document that is shown. The document is complete:
// in canonical form with id, meta and what else the service adds. It is not
// changed, and the answer shares with it what is shown unchanged.
func (p *Projection) Apply(doc scim.Document) scim.Document {
	object, _ := p.top.of(map[string]any(doc)).(map[string]any)
	return object
}

// of returns nil where nothing of the value is shown.
func (p *pick) of(value any) any {
	if p.all {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		return p.object(value)
	case scim.Document:
		return p.object(value)
	case []any:
		out := make([]any, 0, len(value))
		for _, item := range value {
			if item = p.of(item); item != nil {
				out = append(out, item)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func (p *pick) object(object map[string]any) any {
	out := make(map[string]any, len(p.subs))
	for name, value := range object {
		if sub := p.subs[name]; sub != nil {
			if value = sub.of(value); value != nil {
				out[name] = value
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
