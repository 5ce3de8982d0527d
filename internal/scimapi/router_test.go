package scimapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim/schema"
)

// deviceFiles register a resource type besides User and Group.
var deviceFiles = fstest.MapFS{"device.json": {Data: []byte(`[
	{"id":"urn:example:Device","name":"Device","description":"A device.","attributes":[
		{"name":"serial","type":"string","required":true,"uniqueness":"server","description":"Its serial number."},
		{"name":"owner","type":"string","returned":"request","description":"Who has it."}]},
	{"id":"Device","name":"Device","endpoint":"/Devices","description":"Devices.","schema":"urn:example:Device"}]`)}}

func testRegistry(t testing.TB) *schema.Registry {
	t.Helper()
	registry, err := schema.NewRegistry(deviceFiles)
	if err != nil {
		t.Fatal(err)
	}
	return registry
}

// storeless returns an API that can answer all that needs no store.
func storeless(t *testing.T, o Options) *api {
	t.Helper()
	o.Service = joinery.NewService(joinery.Options{Registry: testRegistry(t)})
	return newAPI(o)
}

func TestFind(t *testing.T) {
	t.Parallel()
	type found struct{ Route, Connection, Type, ID string }
	cases := []struct {
		method, path string
		want         found
	}{
		{"GET", "/scim/v2/Users", found{"/Users", "", "User", ""}},
		{"GET", "/scim/v2//Users/", found{"/Users", "", "User", ""}},
		{"GET", "//scim/v2/users", found{"/Users", "", "User", ""}},
		{"HEAD", "/scim/v2/Users/u1", found{"/Users/{id}", "", "User", "u1"}},
		{"DELETE", "/scim/v2/GROUPS/G1", found{"/Groups/{id}", "", "Group", "G1"}},
		{"POST", "/scim/v2/c-1/Users/.search", found{"/Users/.search", "c-1", "User", ""}},
		{"POST", "/scim/v2/c-1//.Search", found{"/.search", "c-1", "", ""}},
		{"POST", "/scim/v2/.search", found{"/.search", "", "", ""}},
		{"GET", "/scim/v2", found{"/", "", "", ""}},
		{"GET", "/scim/v2/c-1/", found{"/", "c-1", "", ""}},
		{"PATCH", "/scim/v2/devices/7", found{"/Devices/{id}", "", "Device", "7"}},
		{"GET", "/scim/v2/Users/a%2Fb%20c", found{"/Users/{id}", "", "User", "a/b c"}},
		{"GET", "/scim/v2/Schemas/urn:example:Device", found{"/Schemas/{id}", "", "", "urn:example:Device"}},
		{"PUT", "/scim/v2/me", found{"/Me", "", "", ""}},
		{"POST", "/scim/v2/bulk", found{"/Bulk", "", "", ""}},
	}
	a := storeless(t, Options{})
	for _, test := range cases {
		u, err := url.Parse("http://x" + test.path)
		if err != nil {
			t.Fatal(err)
		}
		c := &call{Request: &http.Request{Method: test.method, URL: u}, rec: &web.Record{}}
		if err := a.find(c); err != nil {
			t.Errorf("%s %s: %v", test.method, test.path, err)
			continue
		}
		got := found{c.rec.Route, c.connectionID, "", c.id}
		if c.t != nil {
			got.Type = c.t.Name
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s: %s", test.method, test.path, diff)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	h := New(Options{Service: joinery.NewService(joinery.Options{Registry: testRegistry(t)})})
	cases := []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/scim/v2/Users/u1/emails", 404, ""},
		{"POST", "/scim/v2/c-1/Nonsense", 404, ""},
		{"GET", "/scim/v2/Users/../Groups", 404, ""},
		{"PUT", "/scim/v2/Users", 405, "GET, HEAD, POST"},
		{"POST", "/scim/v2/Users/u1", 405, "DELETE, GET, HEAD, PATCH, PUT"},
		{"GET", "/scim/v2/Users/.search", 405, "POST"},
		{"GET", "/scim/v2/Bulk", 405, "POST"},
		{"DELETE", "/scim/v2/ServiceProviderConfig", 405, "GET, HEAD"},
		{"OPTIONS", "/scim/v2/c-1/Groups", 405, "GET, HEAD, POST"},
		{"BREW", "/scim/v2/Me", 405, "DELETE, GET, HEAD, PATCH, POST, PUT"},
		{"GET", "/scim/v2/Users", 401, ""},
		{"GET", "/scim/v2/Me", 401, ""},
	}
	for _, test := range cases {
		r := httptest.NewRequest("GET", "http://x/", nil)
		r.Method, r.URL.Path = test.method, test.path
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		wantError(t, test.method+" "+test.path, w, test.status, "")
		if got := w.Header().Get("Allow"); got != test.allow {
			t.Errorf("%s %s: Allow %q, want %q", test.method, test.path, got, test.allow)
		}
		if got := w.Header().Get("WWW-Authenticate") != ""; got != (test.status == 401) {
			t.Errorf("%s %s: WWW-Authenticate present: %t", test.method, test.path, got)
		}
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	forwarded := http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"id.example, inner"}}
	cases := []struct {
		options    Options
		header     http.Header
		connection string
		want       string
	}{
		{Options{}, nil, "", "http://host:81/scim/v2"},
		{Options{}, forwarded, "c-1", "http://host:81/scim/v2/c-1"},
		{Options{TrustProxy: true}, forwarded, "c-1", "https://id.example/scim/v2/c-1"},
		{Options{TrustProxy: true}, http.Header{"X-Forwarded-Host": {`a"b`}, "X-Forwarded-Proto": {"ftp"}}, "", "http://host:81/scim/v2"},
		{Options{PublicURL: "https://scim.example/"}, forwarded, "", "https://scim.example/scim/v2"},
	}
	for _, test := range cases {
		r := httptest.NewRequest("GET", "http://host:81/", nil)
		r.Header = test.header
		c := &call{Request: r, connectionID: test.connection}
		if got := storeless(t, test.options).baseURL(c); got != test.want {
			t.Errorf("%+v: %s, want %s", test, got, test.want)
		}
	}
}

func TestProfilesAreAllKnown(t *testing.T) {
	t.Parallel()
	a := storeless(t, Options{})
	if len(a.profiles) != len(idp.Profiles()) || a.profiles["generic"] == nil {
		t.Errorf("profiles %v", a.profiles)
	}
}
