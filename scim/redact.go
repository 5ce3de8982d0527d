package scim

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Redacted stands where a Redactor has removed something.
const Redacted = "[redacted]"

// Redactor removes secrets from requests and answers, so that they can be kept
// and shown: the values of the attributes that it is told, password always
// among them, in whatever form a request may hold them, and bearer tokens
// wherever they stand. It is safe for concurrent use.
type Redactor struct {
	hints    [][]byte       // in lower case: without any of them there is no secret
	name     *regexp.Regexp // a name of a secret attribute
	assigned *regexp.Regexp // a text from such a name on that goes on with its value
	token    *regexp.Regexp
	bearer   *regexp.Regexp
}

// NewRedactor returns a Redactor for attributes, whatever their case, and for
// tokens that begin with one of the prefixes. Every name that contains
// "password" counts as one of the attributes.
func NewRedactor(attributes, tokenPrefixes []string) *Redactor {
	name := `(?:[\w$-]*password[\w$-]*|\baccess_token\b` + alternatives(attributes, `\b`) + `)`
	r := &Redactor{
		name:     regexp.MustCompile(`(?i)` + name),
		assigned: regexp.MustCompile(`(?is)(` + name + `(?:\.[\w$-]+)*["'\\\])\s]*(?:[:=[]|\s(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s)\s*).+`),
		token:    regexp.MustCompile(`(?i)(\x00` + alternatives(tokenPrefixes, "") + `)[\w-]+`),
		bearer:   regexp.MustCompile(`(?i)(bearer[\s+]+)[\w.~+/=-]{8,}`),
	}
	for _, hint := range slices.Concat([]string{"password", "access_token", "bearer", `\u`, "ſ"}, attributes, tokenPrefixes) {
		r.hints = append(r.hints, []byte(strings.ToLower(hint)))
	}
	return r
}

// alternatives writes texts as further alternatives of a regular expression.
func alternatives(texts []string, edge string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString("|" + edge + regexp.QuoteMeta(text) + edge)
	}
	return b.String()
}

// suspect reports whether a text may hold a secret at all. It is quick, for
// most hold none.
func (r *Redactor) suspect(text []byte) bool {
	lower := bytes.ToLower(text)
	return slices.ContainsFunc(r.hints, func(hint []byte) bool { return bytes.Contains(lower, hint) })
}

// secret reports whether an attribute name or path names a secret attribute.
func (r *Redactor) secret(name string) bool {
	return r.suspect([]byte(name)) && r.name.MatchString(name)
}

// Text removes tokens from a text, and what it says of a secret attribute, as
// a filter does: all behind the comparison.
func (r *Redactor) Text(s string) string {
	if !r.suspect([]byte(s)) {
		return s
	}
	if embedded := strings.TrimSpace(s); strings.HasPrefix(embedded, "{") || strings.HasPrefix(embedded, "[") {
		if kept, n := r.JSON([]byte(embedded)); n == len(embedded) {
			s = string(kept)
		}
	}
	s = r.token.ReplaceAllString(s, "${1}"+Redacted)
	s = r.bearer.ReplaceAllString(s, "${1}"+Redacted)
	return r.assigned.ReplaceAllString(s, "${1}"+Redacted)
}

// URL is Text for the path of a URL with its query. A part that cannot be
// decoded goes altogether.
func (r *Redactor) URL(s string) string {
	path, query, asks := strings.Cut(s, "?")
	path = r.escaped(path, url.PathUnescape, func(plain string) string { return (&url.URL{Path: plain}).EscapedPath() })
	if !asks {
		return path
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, assigns := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); assigns && (err != nil || r.secret(plain)) {
			value = Redacted
		}
		pairs[i] = r.escaped(name, url.QueryUnescape, url.QueryEscape)
		if assigns {
			pairs[i] += "=" + r.escaped(value, url.QueryUnescape, url.QueryEscape)
		}
	}
	return path + "?" + strings.Join(pairs, "&")
}

// escaped is Text for what is written with escapes, which stay where nothing is
// removed.
func (r *Redactor) escaped(s string, unescape func(string) (string, error), escape func(string) string) string {
	plain, err := unescape(s)
	if err != nil {
		return Redacted
	}
	clean := r.Text(plain)
	if clean == plain {
		return s
	}
	parts := strings.Split(clean, Redacted)
	for i, part := range parts {
		parts[i] = escape(part)
	}
	return strings.Join(parts, Redacted)
}
