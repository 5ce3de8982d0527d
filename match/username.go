package match

// MaxUsername is the length of a username under the style verbatim; others have
// at most 32 characters.
const MaxUsername = 128

// Username derives the wanted account username from a userName, by a style of
// the policy: "verbatim" or "local_part".
func Username(style, userName string) string { panic("to be written") }

// NumberedUsername puts a number behind a username, within its length.
func NumberedUsername(style, username string, n int) string { panic("to be written") }

// ReservedUsername reports whether no account may have a username (folded).
func ReservedUsername(username string) bool { panic("to be written") }

// ValidUsername reports whether an account may be given a username by hand: one
// of local_part's form, or any text without spaces at its ends or control
// characters, of at most MaxUsername characters.
func ValidUsername(username string) bool { panic("to be written") }
