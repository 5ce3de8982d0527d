package scimapi

import (
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
)

// params are the parameters of a call by folded name, from its query or from
// the body of a search.
type params map[string]string

// parseQuery reads a query as forms are encoded, and takes what other parsers
// stumble over: quotes that are not escaped, a percent sign that escapes
// nothing, an ampersand at the end. Names have any case. Of one that is given
// twice the first counts, but lists of attributes are joined.
func parseQuery(raw string) params {
	if raw == "" {
		return nil
	}
	p := params{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = scim.Fold(unescape(name)), unescape(value)
		if before, twice := p[name]; !twice {
			p[name] = value
		} else if name == "attributes" || name == "excludedattributes" {
			p[name] = before + "," + value
		}
	}
	return p
}

// unescape decodes what is escaped and leaves alone what only looks like it.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if code, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(code))
				i += 2
				continue
			}
		}
		if s[i] == '+' {
			b.WriteByte(' ')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// searchParams reads the body of a search request (RFC 7644 3.4.3).
func searchParams(body []byte, strict bool) (params, error) {
	doc, err := scim.Parse(body)
	if err != nil {
		return nil, err
	}
	if err := checkMessage(doc, scim.SearchRequestURN, strict); err != nil {
		return nil, err
	}
	p := params{}
	for name, value := range doc {
		switch name = scim.Fold(name); name {
		case "schemas":
		case "filter", "sortby", "sortorder", "startindex", "count", "cursor", "attributes", "excludedattributes":
			if p[name], err = paramText(name, value); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// paramText writes a member of a search request as it would stand in a query.
func paramText(name string, value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	case []any:
		texts := make([]string, len(value))
		for i, item := range value {
			text, ok := item.(string)
			if !ok {
				return "", scim.InvalidSyntaxf("The member %s of the search must hold strings only.", name)
			}
			texts[i] = text
		}
		return strings.Join(texts, ","), nil
	}
	return "", scim.InvalidSyntaxf("The member %s of the search has a value of the wrong type.", name)
}

// checkMessage checks the schemas of a message. A client that leaves them out
// is understood all the same, and told only where its connection is strict.
func checkMessage(doc scim.Document, urn string, strict bool) error {
	schemas, _ := doc.Get("schemas").([]any)
	if len(schemas) == 0 && !strict {
		return nil
	}
	for _, schema := range schemas {
		if text, ok := schema.(string); ok && strings.EqualFold(text, urn) {
			return nil
		}
	}
	return scim.InvalidSyntaxf("The schemas of the request must be [%q].", urn)
}

// filter parses the filter. A string without quotes is understood, unless the
// connection is strict.
func (p params) filter(strict bool, rec *web.Record) (filter.Node, error) {
	text := strings.TrimSpace(p["filter"])
	if text == "" {
		return nil, nil
	}
	if strict {
		return filter.Parse(text)
	}
	node, repaired, err := filter.ParseTolerant(text)
	if repaired {
		rec.AddRepair(idp.UnquotedString)
	}
	return node, err
}

// listQuery makes the part of a query that the parameters say.
func (p params) listQuery(strict bool, rec *web.Record) (q joinery.Query, err error) {
	if q.Filter, err = p.filter(strict, rec); err != nil {
		return q, err
	}
	q.SortBy = strings.TrimSpace(p["sortby"])
	switch order := strings.TrimSpace(p["sortorder"]); {
	case strings.EqualFold(order, "descending"):
		q.Descending = true
	case order != "" && !strings.EqualFold(order, "ascending"):
		return q, scim.InvalidValuef("The sortOrder is %q. It must be ascending or descending.", order)
	}
	return q, p.paging(&q)
}

// paging reads which page is asked for (RFC 7644 3.4.2.4, RFC 9865 2).
func (p params) paging(q *joinery.Query) error {
	countError := scim.InvalidValue
	if cursor, ok := p["cursor"]; ok {
		if _, ok := p["startindex"]; ok {
			return scim.InvalidValuef("The request has both startIndex and cursor. Page by one of them.")
		}
		q.Cursor, countError = &cursor, scim.InvalidCount
	}
	startIndex, err := p.number("startindex", scim.InvalidValue)
	if err != nil {
		return err
	}
	if startIndex != nil {
		q.StartIndex = *startIndex
	}
	q.Count, err = p.number("count", countError)
	return err
}

// number reads an integer. One that is too large for any page stands for the
// largest there is.
func (p params) number(name string, errorType scim.ErrorType) (*int, error) {
	text := strings.TrimSpace(p[name])
	if text == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(text)
	if errors.Is(err, strconv.ErrRange) {
		n, err = math.MaxInt32, nil
		if text[0] == '-' {
			n = -1
		}
	}
	if err != nil {
		return nil, scim.Errorf(400, errorType, "The %s is %q. It must be a whole number.", properName(name), text)
	}
	n = min(n, math.MaxInt32)
	return &n, nil
}

func properName(name string) string {
	if name == "startindex" {
		return "startIndex"
	}
	return name
}
