package main

import (
	"strings"
	"testing"
)

// TestShown: nothing that was pushed reaches the terminal as a command.
func TestShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "-",
		"Zoë 山田":                 "Zoë 山田",
		"a\tb\nc":                "a\uFFFDb\uFFFDc",
		"\x1b[2Jgone":            "\uFFFD[2Jgone",
		"\u202Eelpmaxe.emca@ael": "\uFFFDelpmaxe.emca@ael",
	} {
		if got := shown(text); got != want {
			t.Errorf("shown(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestQuoted: what is proposed to be typed reaches the command as it is.
func TestQuoted(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"":                      "''",
		"lea+work@acme.example": "lea+work@acme.example",
		"acme/Okta OIN":         "'acme/Okta OIN'",
		"it's; rm -rf $HOME":    `'it'\''s; rm -rf $HOME'`,
		"--yes":                 "'--yes'",
	} {
		if got := quoted(arg); got != want {
			t.Errorf("quoted(%q) = %s, want %s", arg, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestParagraph(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	paragraph(&b, "  → ", strings.Repeat("word ", 30))
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "  → word word ") || !strings.HasPrefix(lines[1], "    word ") {
		t.Errorf("got %q", lines)
	}
}
