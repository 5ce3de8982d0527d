package scimapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery"
)

// etag is the entity tag of a version of a resource.
func etag(version int64) string { return `W/"` + strconv.FormatInt(version, 10) + `"` }

// expectOf returns the conditions of a write.
func expectOf(h http.Header) joinery.Expect {
	return joinery.Expect{
		IfMatch:     strings.Join(h.Values("If-Match"), ", "),
		IfNoneMatch: strings.Join(h.Values("If-None-Match"), ", "),
	}
}

// unchanged reports whether the client says that it has this version already.
func unchanged(h http.Header, version int64) bool {
	want := strings.TrimPrefix(etag(version), "W/")
	for _, list := range h.Values("If-None-Match") {
		for tag := range strings.SplitSeq(list, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == want {
				return true
			}
		}
	}
	return false
}
