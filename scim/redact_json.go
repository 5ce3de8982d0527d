package scim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// JSON removes the secrets from a JSON object or array that may have been cut
// off: the values of secret attributes, be they members, operations of a PATCH
// whose path names one, or text that embeds either, and tokens. It returns what
// it keeps, and how many bytes of data that stands for: fewer than all where
// data is cut off or turns out to be no JSON. Nothing of what follows is kept,
// and nothing of a value that may prove to be a secret by what follows.
func (r *Redactor) JSON(data []byte) (kept []byte, n int) {
	first := bytes.TrimLeft(data, " \t\r\n")
	if len(first) == 0 || first[0] != '{' && first[0] != '[' {
		return nil, 0
	}
	s := &redaction{Redactor: r, data: data, plain: !r.suspect(data)}
	if s.plain && json.Valid(data) {
		return data, len(data)
	}
	if s.value(0) {
		s.space()
	}
	return s.kept(), s.at
}

// redaction is JSON on its way through a Redactor.
type redaction struct {
	*Redactor
	data   []byte
	plain  bool // no text needs to be looked at
	at     int  // all before is read
	hidden []span
}

// span is a part of the data, and the JSON that is kept in its place.
type span struct {
	from, to int
	instead  string
}

const hiddenValue = `"` + Redacted + `"`

// hide has a part of the data removed, up to where it was read.
func (s *redaction) hide(from int, instead string) {
	if from < s.at {
		s.hidden = append(s.hidden, span{from, s.at, instead})
	}
}

// kept is what was read without what is hidden.
func (s *redaction) kept() []byte {
	if len(s.hidden) == 0 {
		return s.data[:s.at]
	}
	slices.SortFunc(s.hidden, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	out, done := make([]byte, 0, s.at), 0
	for _, h := range s.hidden {
		if h.from < done { // within the one before
			continue
		}
		out = append(out, s.data[done:h.from]...)
		out = append(out, h.instead...)
		done = h.to
	}
	return append(out, s.data[done:s.at]...)
}

// value reads a value, and reports whether it did: it stops where the data ends
// or is no JSON, behind what it could read.
func (s *redaction) value(depth int) bool {
	if s.space(); s.at == len(s.data) || depth > 2*MaxDepth {
		return false
	}
	switch s.data[s.at] {
	case '{':
		return s.object(depth + 1)
	case '[':
		return s.array(depth + 1)
	case '"':
		_, ok := s.text()
		return ok
	}
	return s.word()
}

func (s *redaction) object(depth int) bool {
	if s.take('{'); s.take('}') {
		return true
	}
	var o operation
	ok := s.members(depth, &o)
	if o.secret || !ok && !o.path { // the path may follow
		for _, value := range o.values {
			s.hidden = append(s.hidden, value)
		}
	}
	return ok
}

// operation is what an object tells if it is one of a PATCH.
type operation struct {
	path   bool // it has one
	secret bool // and it names a secret, or cannot be read
	values []span
}

// members reads the members of an object and its end.
func (s *redaction) members(depth int, o *operation) bool {
	for {
		s.space()
		name, ok := s.text()
		if !ok || !s.take(':') {
			return false
		}
		s.space()
		from := s.at
		ok = s.value(depth)
		switch {
		case !s.plain && s.secret(string(name)):
			s.hide(from, hiddenValue)
		case bytes.EqualFold(name, []byte("path")):
			o.path = ok
			o.secret = o.secret || s.names(s.data[from:s.at])
		case bytes.EqualFold(name, []byte("value")) && from < s.at:
			o.values = append(o.values, span{from, s.at, hiddenValue})
		}
		if !ok {
			return false
		}
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// names reports whether the JSON of a path names a secret, or is no text.
func (s *redaction) names(path []byte) bool {
	var text string
	return json.Unmarshal(path, &text) != nil || s.secret(text)
}

func (s *redaction) array(depth int) bool {
	if s.take('['); s.take(']') {
		return true
	}
	for s.value(depth) {
		if s.take(']') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
	return false
}

// text reads a string, and has hidden what Text removes from it.
func (s *redaction) text() ([]byte, bool) {
	from, end := s.at, s.endOfText()
	if end < 0 {
		return nil, false
	}
	s.at = end
	if s.plain {
		return s.data[from+1 : end-1], true
	}
	var text string
	if json.Unmarshal(s.data[from:end], &text) != nil {
		s.at = from
		return nil, false
	}
	if clean := s.Text(text); clean != text {
		quoted, _ := json.Marshal(clean) // a string always encodes
		s.hide(from, string(quoted))
	}
	return []byte(text), true
}

// endOfText returns where a string ends that begins here, -1 for nowhere.
func (s *redaction) endOfText() int {
	if s.at == len(s.data) || s.data[s.at] != '"' {
		return -1
	}
	for i := s.at + 1; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			if i++; i < len(s.data) && strings.IndexByte(`"\/bfnrtu`, s.data[i]) < 0 {
				return -1
			}
		}
	}
	return -1
}

// word reads a number, true, false or null. One that the data ends in may be
// cut off.
func (s *redaction) word() bool {
	end := bytes.IndexAny(s.data[s.at:], ",]} \t\r\n")
	if end < 0 || !json.Valid(s.data[s.at:s.at+end]) {
		return false
	}
	s.at += end
	return true
}

// take reads a character, if it comes next, with the white space before it.
func (s *redaction) take(c byte) bool {
	s.space()
	if s.at == len(s.data) || s.data[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *redaction) space() {
	for s.at < len(s.data) && strings.IndexByte(" \t\r\n", s.data[s.at]) >= 0 {
		s.at++
	}
}
