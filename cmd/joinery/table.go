package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// row writes a row of a table. What is empty becomes "-".
func row(w io.Writer, cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		switch cell := cell.(type) {
		case time.Time:
			texts[i] = when(&cell)
		case *time.Time:
			texts[i] = when(cell)
		default:
			texts[i] = shown(fmt.Sprint(cell))
		}
	}
	fmt.Fprintln(w, strings.Join(texts, "\t"))
}

// fact writes a line of a page: what it is about, and a value.
func fact(w io.Writer, name string, value any) { row(w, name+":", value) }

// shown is a text as a table shows it: "-" where it is empty, and without the
// control characters that whoever pushed it may have put in for the terminal to
// obey.
func shown(text string) string {
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// number writes a number with its thousands apart.
func number[N int | int64](n N) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// counted is a number with what is counted: "1 line", "2 lines".
func counted[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// quoted is an argument as it is typed in a shell.
func quoted(arg string) string {
	safe := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("@%+=:,./_-", r)
	}
	if arg != "" && !strings.HasPrefix(arg, "-") && !strings.ContainsFunc(arg, func(r rune) bool { return !safe(r) }) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// paragraph writes a text in lines that fit on a screen. What stands before the
// first is left free before the others.
func paragraph(w io.Writer, before, text string) {
	const width = 96
	line, words := before, 0
	for _, word := range strings.Fields(shown(text)) {
		if words > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			fmt.Fprintln(w, line)
			line, words = strings.Repeat(" ", utf8.RuneCountInString(before)), 0
		}
		if words > 0 {
			line += " "
		}
		line, words = line+word, words+1
	}
	fmt.Fprintln(w, line)
}
