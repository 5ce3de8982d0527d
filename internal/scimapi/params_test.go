package scimapi

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
)

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}

func TestParseQuery(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]params{
		"":                                       nil,
		"&":                                      {},
		`filter=userName+eq+"a@b.example"&`:      {"filter": `userName eq "a@b.example"`},
		"filter=userName%20eq%20%22a%2Bb%22":     {"filter": `userName eq "a+b"`},
		"aadOptscim062020&Count=5":               {"aadoptscim062020": "", "count": "5"},
		"filter=a%zz+b%20c%":                     {"filter": "a%zz b c%"},
		"attributes=a&attributes=b,c":            {"attributes": "a,b,c"},
		"cursor":                                 {"cursor": ""},
		"count=1&count=2":                        {"count": "1"},
		"filter=a%20eq%20%22x=y;z%22&startIndex": {"filter": `a eq "x=y;z"`, "startindex": ""},
	} {
		if diff := cmp.Diff(want, parseQuery(raw)); diff != "" {
			t.Errorf("%q: %s", raw, diff)
		}
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	number := func(n int) *int { return &n }
	text := func(s string) *string { return &s }
	for raw, want := range map[string]joinery.Query{
		"":                                     {},
		"startIndex=3&count=10":                {StartIndex: 3, Count: number(10)},
		"startIndex=-3&count=-1":               {StartIndex: -3, Count: number(-1)},
		"count=99999999999999999999":           {Count: number(math.MaxInt32)},
		"count=-99999999999999999999":          {Count: number(-1)},
		"count=&startIndex=":                   {},
		"cursor&count=0":                       {Cursor: text(""), Count: number(0)},
		"cursor=abc":                           {Cursor: text("abc")},
		"sortBy=userName&sortOrder=Descending": {SortBy: "userName", Descending: true},
		"sortBy=userName&sortOrder=ascending":  {SortBy: "userName"},
		"filter=+":                             {},
	} {
		got, err := parseQuery(raw).listQuery(false, &web.Record{})
		if err != nil {
			t.Errorf("%q: %v", raw, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", raw, diff)
		}
	}
}

func TestListQueryRefuses(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]scim.ErrorType{
		"count=ten":            scim.InvalidValue,
		"startIndex=1.5":       scim.InvalidValue,
		"cursor=&count=ten":    scim.InvalidCount,
		"cursor=&startIndex=1": scim.InvalidValue,
		"sortOrder=up":         scim.InvalidValue,
		"filter=userName+eq":   scim.InvalidFilter,
	} {
		_, err := parseQuery(raw).listQuery(false, &web.Record{})
		if e, ok := errors.AsType[*scim.Error](err); !ok || e.Status != 400 || e.Type != want {
			t.Errorf("%q: %v, want %s", raw, err, want)
		}
	}
}

func TestUnquotedStringIsRepairedUnlessStrict(t *testing.T) {
	t.Parallel()
	rec := &web.Record{}
	q, err := parseQuery("filter=externalId+eq+jyoung").listQuery(false, rec)
	if err != nil || q.Filter == nil || q.Filter.String() != `externalId eq "jyoung"` {
		t.Errorf("filter %v, %v", q.Filter, err)
	}
	if diff := cmp.Diff([]string{"unquoted-string"}, rec.Repairs); diff != "" {
		t.Error(diff)
	}
	if _, err := parseQuery("filter=externalId+eq+jyoung").listQuery(true, rec); err == nil {
		t.Error("strict: taken")
	}
}

func TestSearchParams(t *testing.T) {
	t.Parallel()
	got, err := searchParams([]byte(`{"Schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
		"attributes":["userName","name.givenName"],"EXCLUDEDATTRIBUTES":[],"filter":"userName pr","startIndex":2,"count":"5","more":{"x":1}}`), true)
	want := params{"attributes": "userName,name.givenName", "filter": "userName pr", "startindex": "2", "count": "5"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for body, strict := range map[string]bool{
		`[]`:                         false,
		`{"filter":{"a":1}}`:         false,
		`{"attributes":[1]}`:         false,
		`{"schemas":["urn:other"]}`:  false,
		`{"filter":"userName pr"}`:   true,
		`{"schemas":"SearchRequest"`: false,
	} {
		_, err := searchParams([]byte(body), strict)
		if e, ok := errors.AsType[*scim.Error](err); !ok || e.Status != 400 {
			t.Errorf("%s: %v", body, err)
		}
	}
	if got, err := searchParams([]byte(`{"filter":"userName pr"}`), false); err != nil || got["filter"] == "" {
		t.Errorf("without schemas: %v, %v", got, err)
	}
}

func TestCheckMedia(t *testing.T) {
	t.Parallel()
	for given, ok := range map[string]bool{
		"":                                     true,
		"application/scim+json":                true,
		"application/scim+json; charset=utf-8": true,
		"Application/JSON;charset=UTF-8":       true,
		"application/json; charset=":           true,
		"application/xml":                      false,
		"text/plain":                           false,
		"application/x-www-form-urlencoded":    false,
		"application/merge-patch+json":         false,
		"nonsense":                             false,
	} {
		h := http.Header{}
		h.Set("Content-Type", given)
		err := checkMedia(h)
		if (err == nil) != ok {
			t.Errorf("%q: %v", given, err)
		} else if err != nil && scimError(err, "").Status != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %v", given, err)
		}
	}
	if checkMedia(http.Header{"Content-Encoding": {"gzip"}}) == nil {
		t.Error("a compressed body is taken")
	}
}

func TestUnchanged(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]bool{
		`W/"3"`: true, `"3"`: true, `"1", W/"3"`: true, "*": true, `W/"4"`: false, "": false, "3": false,
	} {
		if got := unchanged(http.Header{"If-None-Match": {given}}, 3); got != want {
			t.Errorf("%s: %t", given, got)
		}
	}
}

func TestMentions(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"members":[]}`: true, `{"Members":[{"value":"1"}]}`: true, `{"members":null}`: false, `{}`: false, `{"x":{"members":[]}}`: false,
	} {
		if got := mentions([]byte(body), "members"); got != want {
			t.Errorf("%s: %t", body, got)
		}
	}
}
