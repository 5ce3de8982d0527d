package web

import (
	"net/http"
	"strings"
)

// Mount is a part of the URL space and who serves it.
type Mount struct {
	Prefix  string // such as "/scim/v2", in lower case, without a slash at its end
	Handler http.Handler
}

// Mounts serves each request by the first mount that its path lies under, else
// by fallback. Unlike http.ServeMux it never redirects: clients whose base URL
// was typed with a slash too many would lose the bodies of their requests. A
// prefix matches whatever the case and however many slashes; the path is left
// as it came.
func Mounts(fallback http.Handler, mounts ...Mount) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := collapse(r.URL.Path)
		for _, m := range mounts {
			if under(path, m.Prefix) {
				m.Handler.ServeHTTP(w, r)
				return
			}
		}
		fallback.ServeHTTP(w, r)
	})
}

func under(path, prefix string) bool {
	return len(path) >= len(prefix) && strings.EqualFold(path[:len(prefix)], prefix) &&
		(len(path) == len(prefix) || path[len(prefix)] == '/')
}

// collapse makes one slash of several.
func collapse(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}
