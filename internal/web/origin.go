package web

import (
	"net/http"
	"strings"
)

// Origin tells under which URL clients reach the server.
type Origin struct {
	PublicURL  string // taken as it is, if not ""
	TrustProxy bool   // X-Forwarded-Proto and X-Forwarded-Host are a proxy's own
}

// Of returns the URL, without a slash at its end, as the client of a request
// sees it.
func (o Origin) Of(r *http.Request) string {
	if o.PublicURL != "" {
		return strings.TrimRight(o.PublicURL, "/")
	}
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if o.TrustProxy {
		if proto := firstOf(r.Header.Get("X-Forwarded-Proto")); strings.EqualFold(proto, "http") || strings.EqualFold(proto, "https") {
			scheme = strings.ToLower(proto)
		}
		if forwarded := firstOf(r.Header.Get("X-Forwarded-Host")); forwarded != "" && !strings.ContainsAny(forwarded, "/\\\"<> ") {
			host = forwarded
		}
	}
	return scheme + "://" + host
}

// firstOf returns the first value of a list: that of the proxy nearest to the client.
func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}
