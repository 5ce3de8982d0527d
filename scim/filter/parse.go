package filter

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/joineryhq/joinery/scim"
)

// Parse reads a filter. Operators and the words and, or, not are taken in any
// case, spaces in any number, and also none where that is clear. Errors are
// *scim.Error with status 400 and type InvalidFilter.
func Parse(s string) (Node, error) {
	p := newParser(s, "filter", scim.InvalidFilter)
	return p.parse()
}

// ParseTolerant is Parse that also takes text without quotes as a value, up to
// the next "and" or "or" or the end of its group: externalId eq jyoung. It
// reports whether the filter needed that.
func ParseTolerant(s string) (Node, bool, error) {
	p := newParser(s, "filter", scim.InvalidFilter)
	p.tolerant = true
	node, err := p.parse()
	return node, p.tolerated && err == nil, err
}

type parser struct {
	source      string
	what        string // what the source is called in messages
	errorType   scim.ErrorType
	tolerant    bool
	tolerated   bool // text without quotes was taken as a value
	token       token
	next        int // offset behind token
	depth       int
	comparisons int
}

func newParser(s, what string, errorType scim.ErrorType) *parser {
	return &parser{source: s, what: what, errorType: errorType}
}

// start checks the source as a whole and reads the first token.
func (p *parser) start() error {
	switch {
	case len(p.source) > MaxLength:
		return p.limit("longer than %d bytes", MaxLength)
	case !utf8.ValidString(p.source):
		return scim.Errorf(http.StatusBadRequest, p.errorType, "The %s is not valid UTF-8.", p.what)
	case strings.IndexByte(p.source, 0) >= 0:
		return scim.Errorf(http.StatusBadRequest, p.errorType, "The %s holds the character U+0000.", p.what)
	}
	p.advance()
	return nil
}

func (p *parser) parse() (Node, error) {
	if err := p.start(); err != nil {
		return nil, err
	}
	node, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.token.kind != end {
		return nil, p.expected(`"and", "or" or the end of the filter`)
	}
	return node, nil
}

func (p *parser) or() (Node, error) { return p.junction("or", p.and) }

func (p *parser) and() (Node, error) { return p.junction("and", p.term) }

func (p *parser) junction(joined string, operand func() (Node, error)) (Node, error) {
	var nodes []Node
	for {
		node, err := operand()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
		if !p.at(joined) {
			return join(joined, nodes...), nil
		}
		p.advance()
	}
}

func (p *parser) term() (Node, error) {
	switch {
	case p.token.kind == openGroup:
		return p.group()
	case p.at("not"):
		p.advance()
		if p.token.kind != openGroup {
			return nil, p.expected(`"(" after "not"`)
		}
		node, err := p.group()
		if err != nil {
			return nil, err
		}
		return &negation{node}, nil
	}
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	if p.token.kind == openBracket {
		return p.valuePath(path)
	}
	return p.comparison(path)
}

func (p *parser) group() (Node, error) {
	return p.enclosed(closeGroup, `"and", "or" or ")"`)
}

// enclosed reads a filter in parentheses or brackets.
func (p *parser) enclosed(closing kind, expected string) (Node, error) {
	if p.depth == MaxDepth {
		return nil, p.tooDeep()
	}
	p.depth++
	p.advance()
	node, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.token.kind != closing {
		return nil, p.expected(expected)
	}
	p.depth--
	p.advance()
	return node, nil
}

func (p *parser) path() (string, error) {
	path := p.token.text
	if p.token.kind != word || !isPath(path) || p.at("and") || p.at("or") || p.at("not") {
		return "", p.expected("the name of an attribute")
	}
	p.advance()
	return path, nil
}

// valuePath reads the brackets behind an attribute, and a comparison with a
// part of the same element that may follow them.
func (p *parser) valuePath(path string) (Node, error) {
	inner, err := p.brackets()
	if err != nil {
		return nil, err
	}
	sub, ok := p.dotted()
	if !ok {
		return &valuePath{path, inner}, nil
	}
	test, err := p.comparison(sub)
	if err != nil {
		return nil, err
	}
	node := &valuePath{path, join("and", inner, test)}
	if p.depth+levels(node) > MaxDepth {
		return nil, p.tooDeep()
	}
	return node, nil
}

func (p *parser) brackets() (Node, error) {
	start := p.token.start
	node, err := p.enclosed(closeBracket, `"and", "or" or "]"`)
	if err != nil {
		return nil, err
	}
	if holdsValuePath(node) {
		return nil, p.fail(start, "brackets cannot be used within brackets")
	}
	return node, nil
}

func holdsValuePath(n Node) bool {
	switch n := n.(type) {
	case *valuePath:
		return true
	case *negation:
		return holdsValuePath(n.inner)
	case *junction:
		for _, inner := range n.nodes {
			if holdsValuePath(inner) {
				return true
			}
		}
	}
	return false
}

// dotted reads the ".name" that may stand right behind a bracket.
func (p *parser) dotted() (string, bool) {
	name, ok := strings.CutPrefix(p.token.text, ".")
	if !ok || p.token.kind != word || !isName(name) {
		return "", false
	}
	p.advance()
	return name, true
}

func (p *parser) comparison(path string) (Node, error) {
	op := strings.ToLower(p.token.text)
	if p.token.kind != word || !isOp(op) {
		return nil, p.expected("a comparison (" + operatorList + ")")
	}
	if p.comparisons++; p.comparisons > MaxComparisons {
		return nil, p.limit("made of more than %d comparisons", MaxComparisons)
	}
	p.advance()
	if Op(op) == Pr {
		return &comparison{path, Pr, nil}, nil
	}
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	return &comparison{path, Op(op), value}, nil
}

func (p *parser) value() (any, error) {
	switch p.token.kind {
	case text:
		value := p.token.text
		p.advance()
		return value, nil
	case end, broken:
	default:
		if p.tolerant {
			return p.bareValue()
		}
		if value, ok := literal(p.token.text); ok {
			p.advance()
			return value, nil
		}
	}
	return nil, p.expected(`a value: text in double quotes, a number, true, false or null`)
}

// literal reads a number, true, false or null.
func literal(s string) (any, bool) {
	switch s {
	case "true":
		return true, true
	case "false":
		return false, true
	case "null":
		return nil, true
	}
	if s != "" && (s[0] == '-' || '0' <= s[0] && s[0] <= '9') && json.Valid([]byte(s)) {
		return json.Number(s), true
	}
	return nil, false
}

// at reports whether the next token is the given word, in any case.
func (p *parser) at(name string) bool {
	return p.token.kind == word && strings.EqualFold(p.token.text, name)
}

func (p *parser) advance() { p.token, p.next = lex(p.source, p.next) }
