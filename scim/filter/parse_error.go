package filter

import (
	"fmt"
	"net/http"

	"github.com/joineryhq/joinery/scim"
)

// expected is the error for a token that should be something else.
func (p *parser) expected(what string) error {
	switch p.token.kind {
	case broken:
		return p.fail(p.token.start, p.token.text)
	case end:
		return p.fail(p.token.start, "it ends where there should be "+what)
	}
	found := p.source[p.token.start:p.next]
	return p.fail(p.token.start, fmt.Sprintf("there should be %s, not %s", what, shorten(found)))
}

func (p *parser) fail(offset int, why string) error {
	return scim.Errorf(http.StatusBadRequest, p.errorType, "The %s is wrong at character %d: %s.", p.what, position(p.source, offset), why)
}

func (p *parser) tooDeep() error {
	return p.limit("nested deeper than %d levels of parentheses and brackets", MaxDepth)
}

func (p *parser) limit(format string, limit int) error {
	return scim.Errorf(http.StatusBadRequest, p.errorType, "The %s is "+format+"; make it smaller or split it into several requests.", p.what, limit)
}
