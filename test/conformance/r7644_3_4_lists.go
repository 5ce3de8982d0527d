package conformance

import (
	"net/http"
	"slices"
	"strings"
)

// sorting covers RFC 7644 section 3.4.2.3.
func sorting() []Requirement {
	return []Requirement{
		sortTest("7644-3.4.2.3-1", Must, "sortBy sorts by an attribute, ascending by default.", "userType", "", 0, 1, 2),
		sortTest("7644-3.4.2.3-2", Must, "sortOrder ascending sorts upwards.", "userType", "ascending", 0, 1, 2),
		sortTest("7644-3.4.2.3-3", Must, "sortOrder descending sorts downwards.", "userType", "descending", 2, 1, 0),
		sortTest("7644-3.4.2.3-4", Must, "A sub-attribute is sorted by with its path.", "name.familyName", "descending", 2, 1, 0),
		sortTest("7644-3.4.2.3-5", Must, "Strings sort without case where the attribute is not caseExact; who has none comes last.", "title", "ascending", 0, 1, 2),
		sortTest("7644-3.4.2.3-6", Must, "Descending, who has no value comes first.", "title", "descending", 2, 1, 0),
		sortTest("7644-3.4.2.3-7", Must, "A multi-valued attribute sorts by its primary value.", "emails.value", "ascending", 0, 1, 2),
		sortTest("7644-3.4.2.3-8", Must, "A multi-valued attribute by itself sorts by its primary value.", "emails", "descending", 2, 1, 0),
		sortTest("7644-3.4.2.3-9", Must, "Times sort as times.", "meta.created", "ascending", 0, 1, 2),
		sortTest("7644-3.4.2.3-10", Must, "sortBy compares attribute names without case.", "USERTYPE", "descending", 2, 1, 0),
		check("7644-3.4.2.3-11", Must, "Sorting holds across pages.", func(t *T) {
			t.need("sort")
			crew := t.crew(3)
			var ids []string
			for _, start := range []string{"1", "2", "3"} {
				ids = append(ids, t.list("/Users", "filter", crew.filter, "sortBy", "userType", "sortOrder", "descending", "startIndex", start, "count", "1").IDs()...)
			}
			t.equal("the order", ids, crew.ids(2, 1, 0))
		}),
	}
}

// sortTest makes a check of the order of a crew. Users made in the same moment
// count as in order for meta.created.
func sortTest(id string, level Level, sentence, by, order string, want ...int) Requirement {
	return check(id, level, sentence, func(t *T) {
		t.need("sort")
		crew := t.crew(3)
		query := []string{"filter", crew.filter, "sortBy", by}
		if order != "" {
			query = append(query, "sortOrder", order)
		}
		answer := t.list("/Users", query...)
		if by != "meta.created" {
			t.equal("the order", answer.IDs(), crew.ids(want...))
			return
		}
		var times []string
		for _, r := range answer.Resources() {
			text, _ := get(r, by).(string)
			times = append(times, text)
		}
		if !slices.IsSorted(times) || len(times) != len(want) {
			t.failf("the times are not in order: %s", strings.Join(times, ", "))
		}
	})
}

func (c crew) ids(which ...int) []string {
	var ids []string
	for _, i := range which {
		ids = append(ids, c.users[i].ID())
	}
	return ids
}

// paging covers RFC 7644 section 3.4.2.4.
func paging() []Requirement {
	return []Requirement{
		pageTest("7644-3.4.2.4-1", Must, "startIndex counts from 1.", []string{"startIndex", "1"}, 3),
		pageTest("7644-3.4.2.4-2", Must, "startIndex skips the results before it.", []string{"startIndex", "3"}, 1),
		pageTest("7644-3.4.2.4-3", Must, "A startIndex of 0 is taken as 1.", []string{"startIndex", "0"}, 3),
		pageTest("7644-3.4.2.4-4", Must, "A negative startIndex is taken as 1.", []string{"startIndex", "-5"}, 3),
		pageTest("7644-3.4.2.4-5", MustNot, "No more results are returned than count asks for.", []string{"count", "2"}, 2),
		pageTest("7644-3.4.2.4-6", Must, "A count of 0 returns the total only.", []string{"count", "0"}, 0),
		pageTest("7644-3.4.2.4-7", Must, "A negative count is taken as 0.", []string{"count", "-1"}, 0),
		pageTest("7644-3.4.2.4-8", Must, "A page behind the last is empty.", []string{"startIndex", "10"}, 0),
		check("7644-3.4.2.4-9", Must, "totalResults counts all matches, on each page.", func(t *T) {
			crew := t.crew(3)
			for _, start := range []string{"1", "2", "4"} {
				answer := t.list("/Users", "filter", crew.filter, "startIndex", start, "count", "1")
				t.equal("totalResults at startIndex "+start, answer.Get("totalResults"), 3)
			}
		}),
		check("7644-3.4.2.4-10", Must, "itemsPerPage counts the results on the page.", func(t *T) {
			crew := t.crew(3)
			answer := t.list("/Users", "filter", crew.filter, "startIndex", "3", "count", "2")
			t.equal("itemsPerPage", answer.Get("itemsPerPage"), 1)
		}),
		check("7644-3.4.2.4-11", Must, "startIndex of the answer is the index of its first result.", func(t *T) {
			crew := t.crew(3)
			t.equal("startIndex", t.list("/Users", "filter", crew.filter, "startIndex", "2", "count", "1").Get("startIndex"), 2)
		}),
		check("7644-3.4.2.4-12", Must, "Page by page, each result comes once.", func(t *T) {
			crew := t.crew(3)
			var ids []string
			for _, start := range []string{"1", "2", "3"} {
				ids = append(ids, t.list("/Users", "filter", crew.filter, "startIndex", start, "count", "1").IDs()...)
			}
			slices.Sort(ids)
			want := crew.ids(0, 1, 2)
			slices.Sort(want)
			t.equal("the ids", ids, want)
		}),
		check("7644-3.4.2.4-13", Must, "Without paging parameters a list works.", func(t *T) {
			crew := t.crew(2)
			t.found(t.get("/Users", "filter", crew.filter), crew.users...)
		}),
		unseen("7644-3.4.2.4-14", Must, "Clients do not rely on a list standing still between pages.", "concerns clients"),
	}
}

// pageTest makes a check of how many of a crew of three a page holds.
func pageTest(id string, level Level, sentence string, query []string, want int) Requirement {
	return check(id, level, sentence, func(t *T) {
		crew := t.crew(3)
		answer := t.list("/Users", append([]string{"filter", crew.filter}, query...)...)
		t.equal("the number of results", len(answer.Resources()), want)
		t.equal("totalResults", answer.Get("totalResults"), 3)
	})
}

// projection covers RFC 7644 sections 3.4.2.5 and 3.9.
func projection() []Requirement {
	return []Requirement{
		check("7644-3.4.2.5-1", Must, "attributes limits a list to what it names.", func(t *T) {
			crew := t.crew(1)
			answer := t.list("/Users", "filter", crew.filter, "attributes", "userName")
			t.found(answer, crew.users...)
			t.only(answer.Resources()[0], "userName")
		}),
		check("7644-3.4.2.5-2", Must, "excludedAttributes takes what it names out of a list.", func(t *T) {
			crew := t.crew(1)
			answer := t.list("/Users", "filter", crew.filter, "excludedAttributes", "userType,emails")
			t.found(answer, crew.users...)
			t.lacks(answer.Resources()[0], "userType", "emails")
			t.has(answer.Resources()[0], "userName", "nickName")
		}),
		check("7644-3.4.2.5-3", Must, "excludedAttributes has no effect on attributes that are always returned.", func(t *T) {
			crew := t.crew(1)
			answer := t.list("/Users", "filter", crew.filter, "excludedAttributes", "id,userType")
			t.found(answer, crew.users...)
			t.has(answer.Resources()[0], "id")
		}),
		check("7644-3.4.2.5-4", Must, "attributes may name sub-attributes.", func(t *T) {
			user := t.user()
			answer := t.list("/Users/"+user.ID(), "attributes", "name.givenName")
			t.equal("name", answer.Get("name"), map[string]any{"givenName": "Probe"})
			t.lacks(answer.Body, "userName", "emails")
		}),
		check("7644-3.4.2.5-5", Must, "excludedAttributes may name sub-attributes.", func(t *T) {
			user := t.user()
			answer := t.list("/Users/"+user.ID(), "excludedAttributes", "name.givenName")
			t.lacks(answer.Get("name"), "givenName")
			t.has(answer.Get("name"), "familyName")
		}),
		check("7644-3.4.2.5-6", Must, "attributes may be qualified with their URN, and compare without case.", func(t *T) {
			user := t.user()
			answer := t.list("/Users/"+user.ID(), "attributes", userURN+":USERNAME")
			t.only(answer.Body, "userName")
		}),
		check("7644-3.9-1", Must, "GET of one resource honours attributes.", func(t *T) {
			t.only(t.list("/Users/"+t.user().ID(), "attributes", "displayName").Body, "displayName")
		}),
		check("7644-3.9-2", Must, "GET of one resource honours excludedAttributes.", func(t *T) {
			answer := t.list("/Users/"+t.user().ID(), "excludedAttributes", "displayName")
			t.lacks(answer.Body, "displayName")
			t.has(answer.Body, "userName", "id")
		}),
		check("7644-3.9-3", Must, "POST honours attributes in its answer.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users?attributes=displayName", t.newUser())
			t.status(answer, http.StatusCreated)
			t.only(answer.Body, "displayName")
		}),
		check("7644-3.9-4", Must, "POST honours excludedAttributes in its answer.", func(t *T) {
			answer := t.do(http.MethodPost, "/Users?excludedAttributes=emails", t.newUser())
			t.status(answer, http.StatusCreated)
			t.lacks(answer.Body, "emails")
		}),
		check("7644-3.9-5", Must, "PUT honours attributes in its answer.", func(t *T) {
			body := t.newUser()
			user := t.create("/Users", body)
			answer := t.do(http.MethodPut, "/Users/"+user.ID()+"?attributes=displayName", body)
			t.status(answer, http.StatusOK)
			t.only(answer.Body, "displayName")
		}),
		check("7644-3.9-6", Must, "PATCH honours attributes in its answer.", func(t *T) {
			user := t.user()
			answer := t.tryPatch("/Users/"+user.ID()+"?attributes=title", operation("replace", "title", "Pilot"))
			t.status(answer, http.StatusOK)
			t.only(answer.Body, "title")
		}),
		check("7644-3.9-7", Must, "Whatever attributes names, the attributes always returned are there: id.", func(t *T) {
			user := t.user()
			t.equal("id", t.list("/Users/"+user.ID(), "attributes", "displayName").ID(), user.ID())
		}),
		check("7644-3.9-8", MustNot, "attributes does not bring out what is never returned: password.", func(t *T) {
			user := t.user(map[string]any{"password": "t0p-Secret-" + t.client.name()})
			t.lacks(t.list("/Users/"+user.ID(), "attributes", "password,userName").Body, "password")
		}),
		check("7644-3.9-9", Must, "Members are left out of Groups where excludedAttributes names them.", func(t *T) {
			group := t.group(t.user())
			t.lacks(t.list("/Groups/"+group.ID(), "excludedAttributes", "members").Body, "members")
		}),
		check("7644-3.9-10", Must, "Attributes of an extension are asked for by their URN.", func(t *T) {
			t.needEnterprise()
			user := t.user(map[string]any{
				"schemas":     []any{userURN, enterpriseURN},
				enterpriseURN: map[string]any{"department": "Fleet", "division": "North"},
			})
			answer := t.list("/Users/"+user.ID(), "attributes", enterpriseURN+":department")
			t.equal("the extension", answer.Body[enterpriseURN], map[string]any{"department": "Fleet"})
		}),
	}
}

// only expects an object to hold one attribute and those always returned.
func (t *T) only(object map[string]any, name string) {
	t.has(object, name)
	for have := range object {
		if have != name && have != "id" && have != "schemas" && have != "meta" {
			t.failf("%s was not asked for: %s", have, show(object))
		}
	}
	if _, meta := object["meta"]; meta {
		t.failf("meta was not asked for: %s", show(object))
	}
}

func (t *T) has(value any, names ...string) {
	object, _ := value.(map[string]any)
	for _, name := range names {
		if object[name] == nil {
			t.failf("%s is missing: %s", name, show(value))
		}
	}
}

func (t *T) lacks(value any, names ...string) {
	object, _ := value.(map[string]any)
	for _, name := range names {
		if _, there := object[name]; there {
			t.failf("%s should be left out: %s", name, show(value))
		}
	}
}

// searching covers RFC 7644 section 3.4.3.
func searching() []Requirement {
	return []Requirement{
		check("7644-3.4.3-1", Must, "POST to an endpoint with /.search is a query.", func(t *T) {
			crew := t.crew(2)
			t.found(t.search("/Users", map[string]any{"filter": crew.filter}), crew.users...)
		}),
		check("7644-3.4.3-2", Must, "Its answer is a list like that of GET.", func(t *T) {
			crew := t.crew(2)
			answer := t.search("/Users", map[string]any{"filter": crew.filter})
			t.schemas(answer, listURN)
			t.equal("totalResults", answer.Get("totalResults"), 2)
		}),
		check("7644-3.4.3-3", Must, "It takes startIndex and count.", func(t *T) {
			crew := t.crew(3)
			answer := t.search("/Users", map[string]any{"filter": crew.filter, "startIndex": 2, "count": 1})
			t.equal("startIndex", answer.Get("startIndex"), 2)
			t.equal("itemsPerPage", answer.Get("itemsPerPage"), 1)
			t.equal("totalResults", answer.Get("totalResults"), 3)
		}),
		check("7644-3.4.3-4", Must, "It takes sortBy and sortOrder.", func(t *T) {
			t.need("sort")
			crew := t.crew(3)
			answer := t.search("/Users", map[string]any{"filter": crew.filter, "sortBy": "userType", "sortOrder": "descending"})
			t.equal("the order", answer.IDs(), crew.ids(2, 1, 0))
		}),
		check("7644-3.4.3-5", Must, "It takes attributes.", func(t *T) {
			crew := t.crew(1)
			answer := t.search("/Users", map[string]any{"filter": crew.filter, "attributes": []any{"userName"}})
			t.found(answer, crew.users...)
			t.only(answer.Resources()[0], "userName")
		}),
		check("7644-3.4.3-6", Must, "It takes excludedAttributes.", func(t *T) {
			crew := t.crew(1)
			answer := t.search("/Users", map[string]any{"filter": crew.filter, "excludedAttributes": []any{"emails"}})
			t.found(answer, crew.users...)
			t.lacks(answer.Resources()[0], "emails")
		}),
		check("7644-3.4.3-7", Must, "A search at the root looks through all resource types.", func(t *T) {
			user, group, _ := t.atRoot()
			t.found(t.search("", map[string]any{"filter": `externalId eq "` + user.Text("externalId") + `"`}), user, group)
		}),
		check("7644-3.4.3-8", Must, "A filter that is wrong is refused with invalidFilter.", func(t *T) {
			t.need("filter")
			answer := t.do(http.MethodPost, "/Users/.search", map[string]any{"schemas": []any{searchURN}, "filter": "userName !! 1"})
			t.refused(answer, http.StatusBadRequest, "invalidFilter")
		}),
		unseen("7644-3.4.3-9", Must, "The body of a search names the SearchRequest schema.", "concerns clients"),
	}
}

func (t *T) search(endpoint string, body map[string]any) *Answer {
	body["schemas"] = []any{searchURN}
	answer := t.do(http.MethodPost, endpoint+"/.search", body)
	if answer.Status == http.StatusNotImplemented {
		t.skipf("the server answers 501 to searches by POST, as it may")
	}
	t.status(answer, http.StatusOK)
	return answer
}
