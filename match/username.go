package match

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxUsername is the length of a username under the style verbatim; others have
// at most 32 characters.
const MaxUsername = 128

// maxLocalPart is the length of a username under the style local_part.
const maxLocalPart = 32

// verbatim is the style that takes a userName as it is.
const verbatim = "verbatim"

// reserved are the usernames that would pass for the product itself, for the
// mailboxes of RFC 2142, or for nothing.
var reserved = []string{
	"abuse", "account", "admin", "administrator", "anonymous", "api", "auth", "billing", "everyone", "ftp", "help",
	"hostmaster", "info", "legal", "login", "logout", "mail", "no-reply", "nobody", "noreply", "null", "oauth", "owner",
	"postmaster", "privacy", "root", "saml", "scim", "security", "settings", "signup", "sso", "staff", "status",
	"support", "system", "undefined", "webmaster", "www",
}

// Username derives the wanted account username from a userName, by a style of
// the policy: "verbatim" or "local_part".
//
// Under verbatim it is the userName, in its own case. Where that is no valid
// username, and under local_part, it is made of what stands before the first @:
// in lower case and without accents, any other character becomes a "-", several
// of them one. What stands before the first letter is left out, and a "-" at
// the end; it is cut at 32 characters. A single letter gets "user-" before it;
// where nothing is left the username is "user".
func Username(style, userName string) string {
	if style == verbatim && ValidUsername(userName) {
		return userName
	}
	local, _, _ := strings.Cut(userName, "@")
	name := strings.TrimLeftFunc(plain(local), func(r rune) bool { return r < 'a' || r > 'z' })
	name = strings.TrimRight(name[:min(len(name), maxLocalPart)], "-")
	switch len(name) {
	case 0:
		return "user"
	case 1:
		return "user-" + name
	}
	return name
}

// plain writes a text in lower case letters, digits and single hyphens.
func plain(text string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range strings.ToLower(norm.NFKD.String(text)) {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
			hyphen = false
		case !unicode.Is(unicode.Mn, r) && !hyphen: // Mn are the accents
			b.WriteByte('-')
			hyphen = true
		}
	}
	return b.String()
}

// NumberedUsername puts a number behind a username, within its length.
func NumberedUsername(style, username string, n int) string {
	number := strconv.Itoa(n)
	if style == verbatim {
		return cut(username, MaxUsername-len(number)) + number
	}
	return strings.TrimRight(cut(username, maxLocalPart-len(number)), "-") + number
}

// cut returns the first characters of a text.
func cut(text string, length int) string {
	for i := range text {
		if length == 0 {
			return text[:i]
		}
		length--
	}
	return text
}

// ReservedUsername reports whether no account may have a username (folded),
// because it is a reserved one, or one but for accents and forms of letters.
func ReservedUsername(username string) bool { return slices.Contains(reserved, plain(username)) }

// ValidUsername reports whether an account may be given a username by hand: one
// of local_part's form, or any text of at most MaxUsername characters that can
// all be seen, without spaces at its ends.
func ValidUsername(username string) bool {
	unseen := func(r rune) bool { return !unicode.IsGraphic(r) }
	return username != "" && utf8.ValidString(username) && utf8.RuneCountInString(username) <= MaxUsername &&
		strings.TrimSpace(username) == username && !strings.ContainsFunc(username, unseen)
}
