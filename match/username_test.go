package match_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/joineryhq/joinery/match"
)

// usernameExamples also stand in docs/matching.md.
var usernameExamples = []struct{ userName, localPart, verbatim, what string }{
	{"mira@fjord.example", "mira", "mira@fjord.example", "what stands before the @"},
	{"Mira.Holm@Fjord.example", "mira-holm", "Mira.Holm@Fjord.example", "lower case; another character becomes a hyphen"},
	{"mira+o'holm_@fjord.example", "mira-o-holm", "mira+o'holm_@fjord.example", "several of them one, and none at the end"},
	{"Zoë Müller", "zoe-muller", "Zoë Müller", "letters lose their accents"},
	{"Jørgen", "j-rgen", "Jørgen", "a letter that is more than an accent away is another character"},
	{"美羅@fjord.example", "user", "美羅@fjord.example", "nothing is left"},
	{"42mira@fjord.example", "mira", "42mira@fjord.example", "it begins with a letter"},
	{"4711", "user", "4711", "without any letter nothing is left"},
	{"m@fjord.example", "user-m", "m@fjord.example", "a single letter is too short"},
	{"a-very-long-name-that-is-cut-to-fit@fjord.example", "a-very-long-name-that-is-cut-to", "a-very-long-name-that-is-cut-to-fit@fjord.example", "at most 32 characters, the hyphen at the end left out"},
	{" mira ", "mira", "mira", "spaces at the ends, which verbatim does not take either"},
}

func TestUsername(t *testing.T) {
	t.Parallel()
	for _, e := range usernameExamples {
		if got := match.Username("local_part", e.userName); got != e.localPart {
			t.Errorf("local_part of %q is %q, want %q", e.userName, got, e.localPart)
		}
		if got := match.Username("verbatim", e.userName); got != e.verbatim {
			t.Errorf("verbatim of %q is %q, want %q", e.userName, got, e.verbatim)
		}
	}
}

// odd are userNames that no username can be made of as they are.
var odd = []struct{ userName, localPart string }{
	{"", "user"},
	{"mi\u0000ra", "mi-ra"},
	{"mi\u200bra", "mi-ra"},
	{"mira\xff", "mira"},
	{strings.Repeat("m", 129), strings.Repeat("m", 32)},
}

func TestVerbatimFallsBack(t *testing.T) {
	t.Parallel()
	for _, e := range odd {
		for _, style := range []string{"verbatim", "local_part"} {
			if got := match.Username(style, e.userName); got != e.localPart {
				t.Errorf("%s of %q is %q, want %q", style, e.userName, got, e.localPart)
			}
		}
	}
	long := strings.Repeat("é", match.MaxUsername)
	if got := match.Username("verbatim", long); got != long {
		t.Errorf("%d characters become %q", match.MaxUsername, got)
	}
}

func TestNumberedUsername(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		style, username string
		n               int
		want            string
	}{
		{"local_part", "ada", 2, "ada2"},
		{"local_part", strings.Repeat("a", 32), 10, strings.Repeat("a", 30) + "10"},
		{"local_part", strings.Repeat("a", 30) + "-b", 2, strings.Repeat("a", 30) + "2"},
		{"verbatim", "Ada@fjord.example", 2, "Ada@fjord.example2"},
		{"verbatim", strings.Repeat("é", 128), 2, strings.Repeat("é", 127) + "2"},
	} {
		if got := match.NumberedUsername(c.style, c.username, c.n); got != c.want {
			t.Errorf("%s %q with %d is %q, want %q", c.style, c.username, c.n, got, c.want)
		}
	}
}

func TestReservedUsername(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"admin", "root", "support", "system", "api", "scim", "postmaster", "undefined", "no-reply", "ádmin", "ａｄｍｉｎ"} {
		if !match.ReservedUsername(name) {
			t.Errorf("%q is not reserved", name)
		}
	}
	for _, name := range []string{"", "mira", "admin2", "admins", "user", "admin@fjord.example"} {
		if match.ReservedUsername(name) {
			t.Errorf("%q is reserved", name)
		}
	}
}

func TestValidUsername(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mira", "m", "Mira Holm", "mira@fjord.example", "美羅", strings.Repeat("é", 128)} {
		if !match.ValidUsername(name) {
			t.Errorf("%q is not valid", name)
		}
	}
	for _, name := range []string{"", " ", " mira", "mira\u00a0", "mi\nra", "mi\u202era", "mira\xff", strings.Repeat("m", 129)} {
		if match.ValidUsername(name) {
			t.Errorf("%q is valid", name)
		}
	}
}

var localPart = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}[a-z0-9]$`)

// FuzzUsername holds that whatever is pushed makes a username that may be
// given, and so does any number behind it.
func FuzzUsername(f *testing.F) {
	for _, e := range usernameExamples {
		f.Add(e.userName, 2)
	}
	for _, e := range odd {
		f.Add(e.userName, 1<<40)
	}
	f.Fuzz(func(t *testing.T, userName string, n int) {
		n = max(n, 0)
		for style, limit := range map[string]int{"verbatim": match.MaxUsername, "local_part": 32} {
			name := match.Username(style, userName)
			numbered := match.NumberedUsername(style, name, n)
			for _, got := range []string{name, numbered} {
				if !match.ValidUsername(got) || utf8.RuneCountInString(got) > limit || style == "local_part" && !localPart.MatchString(got) {
					t.Errorf("%s of %q makes %q, which is not valid", style, userName, got)
				}
			}
			if !strings.HasSuffix(numbered, strconv.Itoa(n)) || numbered == name && n > 0 && !strings.HasSuffix(name, strconv.Itoa(n)) {
				t.Errorf("%s %q with the number %d is %q", style, name, n, numbered)
			}
		}
	})
}
