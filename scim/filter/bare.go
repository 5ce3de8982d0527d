package filter

import "strings"

// bareValue reads a value that may lack its quotes. It ends before the next
// "and" or "or", or before the parenthesis or bracket that closes what it is in.
func (p *parser) bareValue() (any, error) {
	start := p.token.start
	stop := start + bareLength(p.source[start:], p.depth > 0)
	bare := strings.TrimRight(p.source[start:stop], " \t\r\n")
	if bare == "" || strings.Contains(bare, `"`) {
		return nil, p.expected("a value: text in double quotes, a number, true, false or null")
	}
	p.next = stop
	p.advance()
	if value, ok := literal(bare); ok {
		return value, nil
	}
	p.tolerated = true
	if len(bare) >= 2 && strings.HasPrefix(bare, "'") && strings.HasSuffix(bare, "'") {
		bare = bare[1 : len(bare)-1]
	}
	return bare, nil
}

// bareLength is the length of the bare value that s begins with.
func bareLength(s string, enclosed bool) int {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '(', '[':
			open++
		case ')', ']':
			if open == 0 && enclosed {
				return i
			}
			open = max(open-1, 0)
		case ' ', '\t', '\n', '\r':
			if startsJunction(s[i+1:]) {
				return i
			}
		}
	}
	return len(s)
}

// startsJunction reports whether s begins with the word "and" or "or".
func startsJunction(s string) bool {
	if s == "" || !isLetter(s[0]) {
		return false
	}
	t, _ := lex(s, 0)
	return strings.EqualFold(t.text, "and") || strings.EqualFold(t.text, "or")
}
