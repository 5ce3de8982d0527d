package filter

// Term is a comparison as it was written: the path of an attribute, and a
// string, bool, json.Number, or nil for null and with Pr.
type Term struct {
	Path  string
	Op    Op
	Value any
}

// Terms returns what a filter is made of, in its order, if it is one comparison
// or several joined by "and". Of any other filter it reports false.
func Terms(n Node) ([]Term, bool) {
	switch n := n.(type) {
	case *comparison:
		return []Term{{n.path, n.op, n.value}}, true
	case *junction:
		if n.word != "and" {
			return nil, false
		}
		var terms []Term
		for _, inner := range n.nodes {
			part, ok := Terms(inner)
			if !ok {
				return nil, false
			}
			terms = append(terms, part...)
		}
		return terms, true
	}
	return nil, false
}
