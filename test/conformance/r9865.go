package conformance

import (
	"net/http"
	"regexp"
	"slices"
)

// cursors covers RFC 9865 sections 2, 3 and 4.
func cursors() []Requirement {
	return []Requirement{
		check("9865-2-1", Must, "An empty cursor asks for the first page.", func(t *T) {
			c := t.cursorCrew()
			answer := t.list("/Users", "filter", c.filter, "cursor", "", "count", "2")
			t.equal("the number of results", len(answer.Resources()), 2)
		}),
		check("9865-2-2", Must, "Each page but the last has nextCursor.", func(t *T) {
			c := t.cursorCrew()
			if t.list("/Users", "filter", c.filter, "cursor", "", "count", "2").Text("nextCursor") == "" {
				t.failf("the first of two pages has no nextCursor")
			}
		}),
		check("9865-2-3", Must, "The last page, and it alone, has no nextCursor.", func(t *T) {
			c := t.cursorCrew()
			pages := t.pages(c.filter, "2")
			t.equal("the number of pages", len(pages), 2)
		}),
		check("9865-2-4", Must, "nextCursor leads through all results, each once.", func(t *T) {
			c := t.cursorCrew()
			var ids []string
			for _, page := range t.pages(c.filter, "1") {
				ids = append(ids, page.IDs()...)
			}
			slices.Sort(ids)
			want := c.ids(0, 1, 2)
			slices.Sort(want)
			t.equal("the ids", ids, want)
		}),
		check("9865-2-5", Must, "A cursor holds only characters that need no escape in a URL.", func(t *T) {
			c := t.cursorCrew()
			cursor := t.list("/Users", "filter", c.filter, "cursor", "", "count", "1").Text("nextCursor")
			if !regexp.MustCompile(`^[A-Za-z0-9._~-]+$`).MatchString(cursor) {
				t.failf("the cursor is %q", cursor)
			}
		}),
		check("9865-2-6", Must, "A negative count is taken as 0.", func(t *T) {
			c := t.cursorCrew()
			answer := t.list("/Users", "filter", c.filter, "cursor", "", "count", "-3")
			t.equal("the number of results", len(answer.Resources()), 0)
		}),
		check("9865-2-7", Must, "A count of 0 returns no results but totalResults.", func(t *T) {
			c := t.cursorCrew()
			answer := t.list("/Users", "filter", c.filter, "cursor", "", "count", "0")
			t.equal("the number of results", len(answer.Resources()), 0)
			if _, there := answer.Body["totalResults"]; there {
				t.equal("totalResults", answer.Get("totalResults"), 3)
			}
		}),
		check("9865-2-8", MustNot, "No more results are returned than count asks for.", func(t *T) {
			c := t.cursorCrew()
			for _, page := range t.pages(c.filter, "2") {
				if len(page.Resources()) > 2 {
					t.failf("%d results for a count of 2", len(page.Resources()))
				}
			}
		}),
		check("9865-2-9", Must, "Without count the server decides how many results there are.", func(t *T) {
			c := t.cursorCrew()
			if answer := t.list("/Users", "filter", c.filter, "cursor", ""); len(answer.Resources()) == 0 {
				t.failf("there are none")
			}
		}),
		check("9865-2-10", MustNot, "The first page has no previousCursor.", func(t *T) {
			c := t.cursorCrew()
			t.lacks(t.list("/Users", "filter", c.filter, "cursor", "", "count", "1").Body, "previousCursor")
		}),
		check("9865-2-11", Must, "previousCursor leads to the page before.", func(t *T) {
			c := t.cursorCrew()
			pages := t.pages(c.filter, "1")
			back := pages[1].Text("previousCursor")
			if back == "" {
				t.skipf("the server has no previousCursor, as it may")
			}
			t.equal("the page before", t.list("/Users", "filter", c.filter, "cursor", back, "count", "1").IDs(), pages[0].IDs())
		}),
		check("9865-2-12", Should, "totalResults is exact where it is given.", func(t *T) {
			c := t.cursorCrew()
			for _, page := range t.pages(c.filter, "2") {
				if _, there := page.Body["totalResults"]; there {
					t.equal("totalResults", page.Get("totalResults"), 3)
				}
			}
		}),
		check("9865-2.2-1", Should, "Where sorting is supported, pages by cursor are sorted.", func(t *T) {
			t.need("sort")
			c := t.cursorCrew()
			var ids []string
			for _, page := range t.pages(c.filter, "1", "sortBy", "userType", "sortOrder", "descending") {
				ids = append(ids, page.IDs()...)
			}
			t.equal("the order", ids, c.ids(2, 1, 0))
		}),
		check("9865-2.4-1", Must, "A server with both methods has one that it uses where the client names none.", func(t *T) {
			t.need("cursor")
			if index, _ := t.features.config.Get("pagination.index").(bool); !index {
				t.skipf("the server pages by cursor only")
			}
			c := t.crew(3)
			answer := t.list("/Users", "filter", c.filter, "count", "1")
			byCursor := answer.Text("nextCursor") != ""
			if method := t.features.config.Text("pagination.defaultPaginationMethod"); method != "" {
				t.equal("pages by cursor", byCursor, method == "cursor")
			}
		}),
		check("9865-2.4-2", Must, "A server with both methods still pages by startIndex.", func(t *T) {
			t.need("cursor")
			if index, _ := t.features.config.Get("pagination.index").(bool); !index {
				t.skipf("the server pages by cursor only")
			}
			c := t.crew(3)
			t.equal("startIndex", t.list("/Users", "filter", c.filter, "startIndex", "2", "count", "1").Get("startIndex"), 2)
		}),
		check("9865-3-1", Must, "A search by POST takes cursor and count in its body.", func(t *T) {
			c := t.cursorCrew()
			first := t.search("/Users", map[string]any{"filter": c.filter, "cursor": "", "count": 2})
			t.equal("the number of results", len(first.Resources()), 2)
			second := t.search("/Users", map[string]any{"filter": c.filter, "cursor": first.Text("nextCursor"), "count": 2})
			ids := append(first.IDs(), second.IDs()...)
			slices.Sort(ids)
			want := c.ids(0, 1, 2)
			slices.Sort(want)
			t.equal("the ids", ids, want)
		}),
		check("9865-3-2", Must, "Groups are paged by cursor too.", func(t *T) {
			t.need("cursor")
			t.needType("/Groups")
			t.group()
			t.group()
			answer := t.list("/Groups", "cursor", "", "count", "1")
			t.equal("the number of results", len(answer.Resources()), 1)
			if answer.Text("nextCursor") == "" {
				t.failf("there is no nextCursor")
			}
		}),
		check("9865-4-1", Should, "The configuration has pagination where cursors are supported.", func(t *T) {
			c := t.crew(2)
			if t.get("/Users", "filter", c.filter, "cursor", "", "count", "1").Text("nextCursor") == "" {
				t.skipf("the server does not page by cursor")
			}
			if t.features.config.Get("pagination") == nil {
				t.failf("the server pages by cursor and does not say so")
			}
		}),
		check("9865-4-2", Must, "pagination.cursor and pagination.index are booleans.", func(t *T) {
			t.pagination()
			t.configured("pagination.cursor", "bool")
			t.configured("pagination.index", "bool")
		}),
		check("9865-4-3", Must, "pagination.defaultPaginationMethod is cursor or index, and supported.", func(t *T) {
			method := t.pagination()["defaultPaginationMethod"]
			if method == nil {
				t.skipf("the server does not tell it, as it may")
			}
			if method != "cursor" && method != "index" {
				t.failf("it is %s", show(method))
			}
			t.equal("pagination."+method.(string), t.pagination()[method.(string)], true)
		}),
		check("9865-4-4", Must, "The sizes and the timeout of pagination are numbers above 0 where they are given.", func(t *T) {
			for _, name := range []string{"defaultPageSize", "maxPageSize", "cursorTimeout"} {
				if n, there := t.pagination()[name]; there {
					if number, ok := n.(float64); !ok || number <= 0 {
						t.failf("%s is %s", name, show(n))
					}
				}
			}
		}),
		unseen("9865-2-13", Must, "Clients keep all other parameters the same from page to page.", "concerns clients"),
		unseen("9865-2-14", Should, "Clients use a cursor that the server gave them.", "concerns clients"),
		unseen("9865-4-5", MustNot, "Clients do not take a missing configuration for the absence of limits.", "concerns clients"),
	}
}

func (t *T) pagination() map[string]any {
	p, _ := t.features.config.Get("pagination").(map[string]any)
	if p == nil {
		t.skipf("the configuration has no pagination")
	}
	return p
}

// cursorCrew is a crew of three where cursors are supported.
func (t *T) cursorCrew() crew {
	t.need("cursor")
	return t.crew(3)
}

// pages follows nextCursor to the last page.
func (t *T) pages(filter, count string, more ...string) []*Answer {
	var pages []*Answer
	cursor := ""
	for len(pages) < 10 {
		page := t.list("/Users", append([]string{"filter", filter, "count", count, "cursor", cursor}, more...)...)
		pages = append(pages, page)
		if cursor = page.Text("nextCursor"); cursor == "" {
			return pages
		}
	}
	t.failf("after 10 pages there still is a nextCursor")
	return nil
}

// cursorErrors covers RFC 9865 section 2.1.
func cursorErrors() []Requirement {
	return []Requirement{
		check("9865-2.1-1", Should, "A cursor that is none is refused with 400 invalidCursor.", func(t *T) {
			t.need("cursor")
			t.refused(t.get("/Users", "cursor", "no-such-cursor", "count", "1"), http.StatusBadRequest, "invalidCursor")
		}),
		check("9865-2.1-2", Should, "A count that is no number is refused with 400.", func(t *T) {
			t.need("cursor")
			t.refused(t.get("/Users", "cursor", "", "count", "many"), http.StatusBadRequest, "")
		}),
		check("9865-2.1-3", Should, "A count above the largest page is refused with invalidCount, or answered with fewer.", func(t *T) {
			t.need("cursor")
			answer := t.get("/Users", "cursor", "", "count", "100000000")
			if answer.Status == http.StatusBadRequest {
				t.refused(answer, http.StatusBadRequest, "invalidCount")
				return
			}
			t.status(answer, http.StatusOK)
		}),
		check("9865-2.1-4", Should, "A cursor in a search by POST that is none is refused with 400 invalidCursor.", func(t *T) {
			t.need("cursor")
			answer := t.do(http.MethodPost, "/Users/.search", map[string]any{"schemas": []any{searchURN}, "cursor": "no-such-cursor"})
			t.refused(answer, http.StatusBadRequest, "invalidCursor")
		}),
		unseen("9865-2.1-5", Should, "A cursor that has expired is refused with 400 expiredCursor.", "a run does not last as long as a cursor"),
	}
}

// cursorSecurity covers RFC 9865 section 5.
func cursorSecurity() []Requirement {
	return []Requirement{
		check("9865-5-1", Should, "A cursor that was tampered with is refused with 400 invalidCursor.", func(t *T) {
			c := t.cursorCrew()
			cursor := []byte(t.list("/Users", "filter", c.filter, "cursor", "", "count", "1").Text("nextCursor"))
			slices.Reverse(cursor)
			t.refused(t.get("/Users", "filter", c.filter, "cursor", string(cursor), "count", "1"), http.StatusBadRequest, "invalidCursor")
		}),
		check("9865-5-2", Must, "A cursor gives no access: with wrong credentials it opens nothing.", func(t *T) {
			c := t.cursorCrew()
			cursor := t.list("/Users", "filter", c.filter, "cursor", "", "count", "1").Text("nextCursor")
			answer := t.do(http.MethodGet, withQuery("/Users", []string{"filter", c.filter, "cursor", cursor, "count", "1"}), nil,
				header{"Authorization", "Bearer not-a-token-of-anybody"})
			t.status(answer, http.StatusUnauthorized, http.StatusForbidden)
		}),
		unseen("9865-5-3", Must, "Pages hold only what the client may read, also with a cursor of somebody else.", "needs the credentials of two clients"),
		unseen("9865-5-4", Should, "Cursors end when the client's permissions change.", "permissions cannot be changed over SCIM"),
		unseen("9865-5-5", Must, "Errors of paging disclose nothing of the data.", "what could be disclosed is not known from outside"),
	}
}
