package adminapi

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// checkText fails where a URL holds what no database takes as text, and so no
// id and no cursor has: the character U+0000, and bytes that are not UTF-8.
func checkText(u *url.URL) error {
	if !isText(u.Path) {
		return problem(http.StatusNotFound, "not_found", "There is nothing with this id: the path holds characters that no id has.")
	}
	for name, values := range u.Query() {
		for _, value := range values {
			if !isText(value) {
				return invalid(name, name+": characters that are not allowed.")
			}
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
