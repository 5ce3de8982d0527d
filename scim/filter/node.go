package filter

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Node is a parsed filter, not yet bound to a resource type. String writes it
// in canonical form, which parses to the same Node.
type Node interface {
	String() string
	node()
}

// junction is two or more conditions joined by "and" or "or". None of them is
// a junction by the same word.
type junction struct {
	word  string
	nodes []Node
}

type negation struct{ inner Node }

// comparison compares the attribute at path. The value is a string, bool,
// json.Number, or nil for null and with Pr.
type comparison struct {
	path  string
	op    Op
	value any
}

// valuePath holds for an attribute with an element that satisfies filter.
type valuePath struct {
	path   string
	filter Node
}

func (*junction) node()   {}
func (*negation) node()   {}
func (*comparison) node() {}
func (*valuePath) node()  {}

// join joins nodes by a word, and draws in those that are joined by the same.
func join(word string, nodes ...Node) Node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	flat := make([]Node, 0, len(nodes))
	for _, n := range nodes {
		if inner, ok := n.(*junction); ok && inner.word == word {
			flat = append(flat, inner.nodes...)
			continue
		}
		flat = append(flat, n)
	}
	return &junction{word, flat}
}

func (n *junction) String() string {
	parts := make([]string, len(n.nodes))
	for i, inner := range n.nodes {
		parts[i] = inner.String()
		if _, ok := inner.(*junction); ok && n.word == "and" {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " "+n.word+" ")
}

func (n *negation) String() string { return "not (" + n.inner.String() + ")" }

func (n *valuePath) String() string { return n.path + "[" + n.filter.String() + "]" }

func (n *comparison) String() string {
	if n.op == Pr {
		return n.path + " pr"
	}
	return n.path + " " + string(n.op) + " " + literalText(n.value)
}

// literalText writes a literal as it stands in a filter.
func literalText(value any) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // cannot fail on a literal
	return strings.TrimSuffix(buffer.String(), "\n")
}

// levels is how deep the canonical form of a node nests.
func levels(n Node) int {
	switch n := n.(type) {
	case *negation:
		return 1 + levels(n.inner)
	case *valuePath:
		return 1 + levels(n.filter)
	case *junction:
		deepest := 0
		for _, inner := range n.nodes {
			depth := levels(inner)
			if _, ok := inner.(*junction); ok && n.word == "and" {
				depth++
			}
			deepest = max(deepest, depth)
		}
		return deepest
	}
	return 0
}
