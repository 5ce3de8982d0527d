package scimapi

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// userNames are those of a page, in its order.
func userNames(page map[string]any) []string { return values(page["Resources"], "userName") }

// head is a page without its resources.
func head(page map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range page {
		if name != "Resources" && name != "schemas" {
			out[name] = value
		}
	}
	return out
}

func fiveUsers(t *testing.T) *client {
	t.Helper()
	c := newEnv(t, Options{}).client("generic", "")
	for i := range 5 {
		c.user(fmt.Sprintf("user%d", i))
	}
	return c
}

func TestPagingByIndex(t *testing.T) {
	t.Parallel()
	c := fiveUsers(t)
	for query, want := range map[string]struct {
		names []string
		start float64
	}{
		"":                           {[]string{"user0", "user1", "user2", "user3", "user4"}, 1},
		"?startIndex=1&count=2":      {[]string{"user0", "user1"}, 1},
		"?startIndex=5&count=2":      {[]string{"user4"}, 5},
		"?startIndex=101&count=100":  {[]string{}, 101},
		"?startIndex=0&count=1":      {[]string{"user0"}, 1},
		"?startIndex=-7&count=1":     {[]string{"user0"}, 1},
		"?count=0":                   {[]string{}, 1},
		"?count=-5":                  {[]string{}, 1},
		"?count=999999&unheardOf=1&": {[]string{"user0", "user1", "user2", "user3", "user4"}, 1},
		"?sortBy=userName&sortOrder=descending&count=2": {[]string{"user4", "user3"}, 1},
	} {
		page := c.ok(200, "GET", "/Users"+query, "")
		if diff := cmp.Diff(want.names, userNames(page)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
		if _, ok := page["Resources"].([]any); !ok {
			t.Errorf("%q: Resources is %v", query, page["Resources"])
		}
		wantHead := map[string]any{"totalResults": 5.0, "itemsPerPage": float64(len(want.names)), "startIndex": want.start}
		if diff := cmp.Diff(wantHead, head(page)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

func TestPagingByCursor(t *testing.T) {
	t.Parallel()
	c := fiveUsers(t)
	var got []string
	query := "?count=2&sortBy=userName&cursor"
	for range 3 {
		page := c.ok(200, "GET", "/Users"+query, "")
		got = append(got, userNames(page)...)
		next, more := page["nextCursor"].(string)
		want := map[string]any{"totalResults": 5.0, "itemsPerPage": float64(len(userNames(page)))}
		if more {
			want["nextCursor"] = next
		}
		if diff := cmp.Diff(want, head(page)); diff != "" {
			t.Error(diff)
		}
		if more != (len(got) < 5) {
			t.Fatalf("after %d users there is a next page: %t", len(got), more)
		}
		query = "?count=2&sortBy=userName&cursor=" + next
	}
	if diff := cmp.Diff([]string{"user0", "user1", "user2", "user3", "user4"}, got); diff != "" {
		t.Error(diff)
	}
	c.fails(400, "invalidCursor", "GET", "/Users?cursor=nonsense", "")
	c.fails(400, "invalidValue", "GET", "/Users?cursor=&startIndex=1", "")
	c.fails(400, "invalidCount", "GET", "/Users?cursor=&count=x", "")
	c.fails(400, "invalidValue", "GET", "/Users?count=x", "")
}

func TestFiltersAndAttributes(t *testing.T) {
	t.Parallel()
	c := fiveUsers(t)
	for _, query := range []string{`?filter=userName+eq+"USER3"&`, "?filter=userName%20EQ%20%22user3%22", "?FILTER=userName+eq+user3"} {
		if diff := cmp.Diff([]string{"user3"}, userNames(c.ok(200, "GET", "/Users"+query, ""))); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	none := c.ok(200, "GET", `/Users?filter=userName+eq+"nobody"`, "")
	if diff := cmp.Diff([]any{}, none["Resources"]); diff != "" || none["totalResults"] != 0.0 {
		t.Errorf("no match: %v", none)
	}
	page := c.ok(200, "GET", `/Users?filter=userName+eq+"user3"&attributes=userName`, "")
	user, _ := page["Resources"].([]any)[0].(map[string]any)
	want := map[string]any{"schemas": user["schemas"], "id": user["id"], "userName": "user3"}
	if diff := cmp.Diff(want, user); diff != "" || user["id"] == nil || user["schemas"] == nil {
		t.Errorf("attributes=userName: %s", diff)
	}
	c.fails(400, "invalidFilter", "GET", "/Users?filter=userName+eq", "")
	c.fails(400, "invalidValue", "GET", "/Users?attributes=userName&excludedAttributes=title", "")
}

func TestSearchAndRootList(t *testing.T) {
	t.Parallel()
	c := fiveUsers(t)
	user := c.user("someone")
	c.group("Crew", user)
	search := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName sw \"user\"","startIndex":2,"count":2,"attributes":["userName"]}`
	if diff := cmp.Diff([]string{"user1", "user2"}, userNames(c.ok(200, "POST", "/Users/.search", search))); diff != "" {
		t.Error(diff)
	}
	for _, everything := range []map[string]any{
		c.ok(200, "GET", "/?filter=meta.resourceType+pr", ""),
		c.ok(200, "GET", "", ""),
		c.ok(200, "POST", "/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}`),
	} {
		types := map[string]int{}
		for _, resourceType := range values(everything["Resources"], "meta.resourceType") {
			types[resourceType]++
		}
		if diff := cmp.Diff(map[string]int{"User": 6, "Group": 1}, types); diff != "" {
			t.Error(diff)
		}
	}
	mixed := c.ok(200, "GET", `/?filter=displayName+eq+"crew"+or+userName+eq+"someone"&attributes=members`, "")
	list, _ := mixed["Resources"].([]any)
	if len(list) != 2 || at(list[0], "members") != nil || len(values(at(list[1], "members"), "value")) != 1 {
		t.Errorf("attributes=members over all types: %v", list)
	}
}

func TestGroupsWithoutMembers(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("entra", "")
	c.group("Deck Crew", c.user("kai"))
	find := "/Groups?filter=displayName+eq+%22deck+crew%22"
	for query, want := range map[string]bool{"": true, "&excludedAttributes=members": false, "&attributes=displayName": false} {
		list, _ := c.ok(200, "GET", find+query, "")["Resources"].([]any)
		if len(list) != 1 || (at(list[0], "members") != nil) != want || at(list[0], "displayName") != "Deck Crew" {
			t.Errorf("%q: %v", query, list)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	c := fiveUsers(t)
	w := c.send("HEAD", "/Users", "")
	if w.Code != 200 || w.Header().Get("Content-Length") == "" || w.Header().Get("Content-Type") != "application/scim+json;charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// A page is put together in memory that is used again: what one answer leaves
// there must not show in another.
func TestPagesDoNotMix(t *testing.T) {
	t.Parallel()
	c := fiveUsers(t)
	want := c.ok(200, "GET", "/Users", "")
	done := make(chan map[string]any)
	for i := range 20 {
		go func() {
			if i%2 == 0 {
				c.send("GET", fmt.Sprintf("/Users?count=%d", i/4), "")
			}
			var page map[string]any
			_ = json.Unmarshal(c.send("GET", "/Users", "").Body.Bytes(), &page)
			done <- page
		}()
	}
	for range 20 {
		if diff := cmp.Diff(want, <-done); diff != "" {
			t.Error(diff)
		}
	}
}
