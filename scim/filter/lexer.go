package filter

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	end  kind = iota
	word      // a path, an operator, a number, or anything else without quotes
	text      // a string in quotes, decoded
	openGroup
	closeGroup
	openBracket
	closeBracket
	broken // text explains what is wrong
)

type token struct {
	kind  kind
	start int // offset in the source
	text  string
}

// lex reads the token at offset i of s and returns the offset behind it.
func lex(s string, i int) (token, int) {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	if i == len(s) {
		return token{kind: end, start: i}, i
	}
	switch s[i] {
	case '(':
		return token{openGroup, i, "("}, i + 1
	case ')':
		return token{closeGroup, i, ")"}, i + 1
	case '[':
		return token{openBracket, i, "["}, i + 1
	case ']':
		return token{closeBracket, i, "]"}, i + 1
	case '"':
		return lexString(s, i)
	}
	start := i
	for i < len(s) && !isSpace(s[i]) && !strings.ContainsRune(`()[]"`, rune(s[i])) {
		i++
	}
	return token{word, start, s[start:i]}, i
}

// lexString reads a string that is written as in JSON.
func lexString(s string, start int) (token, int) {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			i++
			var decoded string
			if json.Unmarshal([]byte(s[start:i]), &decoded) != nil {
				return token{broken, start, `the text in quotes has an escape that is not valid; write \" for a quote and \\ for a backslash`}, i
			}
			if strings.IndexByte(decoded, 0) >= 0 {
				return token{broken, start, "the text holds the character U+0000, which no attribute can have"}, i
			}
			return token{text, start, decoded}, i
		}
	}
	return token{broken, start, `the text has no closing quote (")`}, len(s)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isPath reports whether a word can be an attribute path: a name, with a URN
// and a colon before it or a sub-attribute behind a dot.
func isPath(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '$' {
		return false
	}
	for i := range len(s) {
		if !isLetter(s[i]) && !strings.ContainsRune("0123456789_-$.:/~%+", rune(s[i])) {
			return false
		}
	}
	return !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ":") && !strings.Contains(s, "..")
}

// isName reports whether a word can be the name of an attribute.
func isName(s string) bool { return isPath(s) && !strings.ContainsAny(s, ".:/~%+") }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// position is the character at an offset, counted from one as people do.
func position(s string, offset int) int { return utf8.RuneCountInString(s[:offset]) + 1 }
