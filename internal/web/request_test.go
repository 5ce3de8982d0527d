package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadCredentials(t *testing.T) {
	t.Parallel()
	cases := map[string]Credentials{
		"Bearer abc":        {Given: true, Token: "abc"},
		"bearer abc":        {Given: true, Token: "abc"},
		"BEARER   abc  ":    {Given: true, Token: "abc"},
		"Bearer Bearer abc": {Given: true, Token: "abc"},
		"abc":               {Given: true, Token: "abc", Bare: true},
		"  abc ":            {Given: true, Token: "abc", Bare: true},
		"":                  {Given: true},
		"Bearer":            {Given: true},
		"Bearer ":           {Given: true},
		"Basic dTpw":        {Given: true},
		"a b c":             {Given: true},
	}
	for header, want := range cases {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Authorization"] = []string{header}
		if diff := cmp.Diff(want, ReadCredentials(r)); diff != "" {
			t.Errorf("%q: %s", header, diff)
		}
	}
	if got := ReadCredentials(httptest.NewRequest("GET", "/", nil)); got != (Credentials{}) {
		t.Errorf("no header: %+v", got)
	}
}

func TestReadBody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body    string
		chunked bool
		refused bool
	}{{"12345", false, false}, {"12345", true, false}, {"", false, false}, {"123456", false, true}, {"123456", true, true}} {
		r := httptest.NewRequest("POST", "/", io.NopCloser(strings.NewReader(c.body)))
		if !c.chunked {
			r.ContentLength = int64(len(c.body))
		}
		data, err := ReadBody(httptest.NewRecorder(), r, 5)
		if _, refused := errors.AsType[*http.MaxBytesError](err); refused != c.refused {
			t.Errorf("%+v: error %v", c, err)
		} else if !refused && (err != nil || string(data) != c.body) {
			t.Errorf("%+v: %q, %v", c, data, err)
		}
	}
}

func TestMounts(t *testing.T) {
	t.Parallel()
	serve := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) })
	}
	h := Mounts(serve("none"), Mount{"/scim/v2", serve("scim")}, Mount{"/api/v1", serve("admin")})
	for path, want := range map[string]string{
		"/scim/v2": "scim", "/scim/v2/": "scim", "/scim/v2//Users": "scim", "//scim//v2/Users": "scim", "/SCIM/V2/Users": "scim",
		"/scim/v20": "none", "/scim": "none", "/": "none", "/api/v1/events": "admin",
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/", nil)
		r.URL.Path = path
		h.ServeHTTP(w, r)
		if got := w.Body.String(); w.Code != 200 || got != want+" "+path {
			t.Errorf("%s: %d %q, want %s", path, w.Code, got, want)
		}
	}
}
