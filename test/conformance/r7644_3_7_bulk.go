package conformance

import (
	"fmt"
	"net/http"
	"strings"
)

// bulk covers RFC 7644 section 3.7 but for references.
func bulk() []Requirement {
	return []Requirement{
		check("7644-3.7-1", Must, "A bulk job that was processed answers 200 with the BulkResponse schema.", func(t *T) {
			answer := t.bulk(t.bulkPost("a"))
			t.schemas(answer, bulkAnswerURN)
		}),
		check("7644-3.7-2", Must, "The answer holds a result for each operation.", func(t *T) {
			t.equal("the number of results", len(operations(t.bulk(t.bulkPost("a"), t.bulkPost("b")))), 2)
		}),
		check("7644-3.7-3", Must, "The result of a POST carries its bulkId.", func(t *T) {
			t.equal("bulkId", operations(t.bulk(t.bulkPost("a")))[0]["bulkId"], "a")
		}),
		check("7644-3.7-4", Must, "The result of a successful operation has the location of the resource.", func(t *T) {
			location, _ := operations(t.bulk(t.bulkPost("a")))[0]["location"].(string)
			t.status(t.get(location), http.StatusOK)
		}),
		check("7644-3.7-5", Must, "The result has the operation's method.", func(t *T) {
			t.equal("method", operations(t.bulk(t.bulkPost("a")))[0]["method"], "POST")
		}),
		check("7644-3.7-6", Must, "The result has the operation's status as a string.", func(t *T) {
			t.equal("status", operations(t.bulk(t.bulkPost("a")))[0]["status"], "201")
		}),
		check("7644-3.7-7", Must, "PUT works in a bulk job.", func(t *T) {
			user, body := t.changed(nil, map[string]any{"title": "Pilot"})
			answer := t.bulk(map[string]any{"method": "PUT", "path": "/Users/" + user.ID(), "data": body})
			t.equal("status", operations(answer)[0]["status"], "200")
			t.equal("title", t.list("/Users/"+user.ID()).Text("title"), "Pilot")
		}),
		check("7644-3.7-8", Must, "PATCH works in a bulk job.", func(t *T) {
			t.need("patch")
			user := t.user()
			answer := t.bulk(map[string]any{
				"method": "PATCH", "path": "/Users/" + user.ID(), "data": patchBody(operation("replace", "title", "Pilot")),
			})
			if status := operations(answer)[0]["status"]; status != "200" && status != "204" {
				t.failf("status should be 200 or 204, is %s", show(status))
			}
			t.equal("title", t.list("/Users/"+user.ID()).Text("title"), "Pilot")
		}),
		check("7644-3.7-9", Must, "DELETE works in a bulk job.", func(t *T) {
			user := t.user()
			answer := t.bulk(map[string]any{"method": "DELETE", "path": "/Users/" + user.ID()})
			t.equal("status", operations(answer)[0]["status"], "204")
			t.status(t.get("/Users/"+user.ID()), http.StatusNotFound)
		}),
		check("7644-3.7-10", Must, "The job goes on behind an operation that failed.", func(t *T) {
			results := operations(t.bulk(map[string]any{"method": "DELETE", "path": "/Users/" + t.client.name()}, t.bulkPost("a")))
			t.equal("the number of results", len(results), 2)
			t.equal("the first status", results[0]["status"], "404")
			t.equal("the second status", results[1]["status"], "201")
		}),
		check("7644-3.7-11", Must, "failOnErrors ends the job after so many errors.", func(t *T) {
			gone := map[string]any{"method": "DELETE", "path": "/Users/" + t.client.name()}
			post := t.bulkPost("a")
			answer := t.tryBulk(map[string]any{"failOnErrors": 1}, gone, gone, post)
			t.status(answer, http.StatusOK)
			t.equal("the number of results", len(operations(answer)), 1)
			t.need("filter")
			t.found(t.get("/Users", "filter", fmt.Sprintf(`userName eq %q`, get(post, "data.userName"))))
		}),
		check("7644-3.7.3-1", Must, "The result of a failed operation holds the error as its response.", func(t *T) {
			result := operations(t.bulk(map[string]any{"method": "DELETE", "path": "/Users/" + t.client.name()}))[0]
			t.equal("response.status", get(result, "response.status"), "404")
			list, _ := get(result, "response.schemas").([]any)
			t.equal("response.schemas", list, []any{errorURN})
		}),
		check("7644-3.7.3-2", Must, "The result of a failed operation that is no POST has the location.", func(t *T) {
			user := t.user()
			result := operations(t.bulk(map[string]any{"method": "PUT", "path": "/Users/" + user.ID(), "data": map[string]any{"schemas": []any{userURN}}}))[0]
			t.equal("status", result["status"], "400")
			if location, _ := result["location"].(string); !strings.HasSuffix(location, "/Users/"+user.ID()) {
				t.failf("location should be that of the user, is %s", show(result["location"]))
			}
		}),
		check("7644-3.7.3-3", Must, "A POST that failed has an error as its response.", func(t *T) {
			user := t.user()
			post := t.bulkPost("a")
			post["data"].(map[string]any)["userName"] = user.Text("userName")
			result := operations(t.bulk(post))[0]
			t.equal("status", result["status"], "409")
			t.equal("response.scimType", get(result, "response.scimType"), "uniqueness")
		}),
		check("7644-3.7.3-4", Must, "A body that is no bulk request is refused with 400.", func(t *T) {
			t.need("bulk")
			t.refused(t.do(http.MethodPost, "/Bulk", map[string]any{"schemas": []any{bulkURN}}), http.StatusBadRequest, "")
		}),
		check("7644-3.7.4-1", Must, "The configuration tells the largest number of operations and the largest size.", func(t *T) {
			t.need("bulk")
			for _, name := range []string{"bulk.maxOperations", "bulk.maxPayloadSize"} {
				if n, ok := t.features.config.Number(name); !ok || n <= 0 {
					t.failf("%s should be a number above 0, is %s", name, show(t.features.config.Get(name)))
				}
			}
		}),
		check("7644-3.7.4-2", Must, "More operations than that are refused with 413, and the body tells the limit.", func(t *T) {
			most := t.limit("bulk.maxOperations", 20000)
			var list []map[string]any
			for range most + 1 {
				list = append(list, map[string]any{"method": "DELETE", "path": "/Users/x"})
			}
			t.refusesLimit(t.tryBulk(nil, list...), most)
		}),
		check("7644-3.7.4-3", Must, "A larger body than that is refused with 413, and the body tells the limit.", func(t *T) {
			most := t.limit("bulk.maxPayloadSize", 16<<20)
			post := t.bulkPost("a")
			post["data"].(map[string]any)["displayName"] = strings.Repeat("x", most)
			t.refusesLimit(t.tryBulk(nil, post), most)
		}),
		check("7644-3.7-12", Must, "An operation carries on only what its version allows: an old version is refused with 412.", func(t *T) {
			t.need("bulk", "etag")
			user := t.user()
			if user.Text("meta.version") == "" {
				t.skipf("the server's resources have no meta.version")
			}
			answer := t.bulk(map[string]any{"method": "DELETE", "path": "/Users/" + user.ID(), "version": `W/"not-this-one"`})
			t.equal("status", operations(answer)[0]["status"], "412")
		}),
		unseen("7644-3.7-13", Must, "Clients give each POST of a job a bulkId of its own.", "concerns clients"),
	}
}

// limit reads a limit of the configuration, or skips where it is too large to try.
func (t *T) limit(name string, largest int) int {
	t.need("bulk")
	n, ok := t.features.config.Number(name)
	if !ok || n <= 0 || n > largest {
		t.skipf("%s is %s: too large, or none, to be tried", name, show(t.features.config.Get(name)))
	}
	return n
}

func (t *T) refusesLimit(answer *Answer, limit int) {
	t.refused(answer, http.StatusRequestEntityTooLarge, "")
	digits := strings.NewReplacer(",", "", " ", "", "_", "").Replace(answer.Text("detail"))
	if !strings.Contains(digits, fmt.Sprint(limit)) {
		t.failf("the detail should tell the limit %d: %q", limit, answer.Text("detail"))
	}
}

// bulkPost is the operation that creates a user.
func (t *T) bulkPost(bulkID string, more ...map[string]any) map[string]any {
	return map[string]any{"method": "POST", "path": "/Users", "bulkId": bulkID, "data": t.newUser(more...)}
}

// bulk sends operations, and expects the job to be processed.
func (t *T) bulk(list ...map[string]any) *Answer {
	answer := t.tryBulk(nil, list...)
	t.status(answer, http.StatusOK)
	if len(operations(answer)) == 0 {
		t.failf("the answer holds no results: %s", clip(string(answer.Raw)))
	}
	return answer
}

// tryBulk sends operations and remembers what they made.
func (t *T) tryBulk(more map[string]any, list ...map[string]any) *Answer {
	t.need("bulk")
	body := merged(map[string]any{"schemas": []any{bulkURN}, "Operations": list}, []map[string]any{more})
	answer := t.do(http.MethodPost, "/Bulk", body)
	for _, result := range operations(answer) {
		if location, _ := result["location"].(string); result["status"] == "201" && location != "" {
			t.made = append(t.made, location)
		}
	}
	return answer
}

func operations(answer *Answer) []map[string]any { return objects(answer.Get("Operations")) }

// bulkReferences covers RFC 7644 sections 3.7.1 and 3.7.2.
func bulkReferences() []Requirement {
	return []Requirement{
		check("7644-3.7.2-1", Must, "A bulkId reference in data is replaced by the id of the resource made.", func(t *T) {
			t.needType("/Groups")
			results := operations(t.bulk(t.bulkPost("u"), t.bulkGroup("g", "bulkId:u")))
			t.grouped(results, 1)
		}),
		check("7644-3.7.2-2", Must, "A bulkId reference works whichever of the two comes first.", func(t *T) {
			t.needType("/Groups")
			results := operations(t.bulk(t.bulkGroup("g", "bulkId:u"), t.bulkPost("u")))
			t.grouped(results, 1)
		}),
		check("7644-3.7.2-3", Must, "A bulkId reference in a path is replaced by the id of the resource made.", func(t *T) {
			t.need("patch")
			results := operations(t.bulk(t.bulkPost("u"), map[string]any{
				"method": "PATCH", "path": "/Users/bulkId:u", "data": patchBody(operation("replace", "title", "Pilot")),
			}))
			location, _ := results[0]["location"].(string)
			t.equal("title", t.list(location).Text("title"), "Pilot")
		}),
		check("7644-3.7.2-4", Must, "A reference to a bulkId that is not in the job is an error of its operation.", func(t *T) {
			t.needType("/Groups")
			results := operations(t.bulk(t.bulkGroup("g", "bulkId:nobody")))
			if status, _ := results[0]["status"].(string); !strings.HasPrefix(status, "4") {
				t.failf("status should be 4xx, is %s", show(results[0]["status"]))
			}
		}),
		check("7644-3.7.1-1", Must, "A circular reference is resolved, or refused with 409.", func(t *T) {
			t.needType("/Groups")
			answer := t.tryBulk(nil, t.bulkGroup("a", "bulkId:b"), t.bulkGroup("b", "bulkId:a"))
			if answer.Status == http.StatusConflict {
				return
			}
			t.status(answer, http.StatusOK)
			for _, result := range operations(answer) {
				if status := result["status"]; status != "201" && status != "409" {
					t.failf("status should be 201 or 409, is %s", show(status))
				}
			}
		}),
	}
}

// bulkGroup is the operation that creates a group with one member.
func (t *T) bulkGroup(bulkID, member string) map[string]any {
	body := t.newGroup()
	body["members"] = []any{map[string]any{"value": member}}
	return map[string]any{"method": "POST", "path": "/Groups", "bulkId": bulkID, "data": body}
}

// grouped expects the group among the results to have n members.
func (t *T) grouped(results []map[string]any, n int) {
	for _, result := range results {
		if location, _ := result["location"].(string); result["bulkId"] == "g" {
			t.equal("the number of members", len(objects(t.list(location).Get("members"))), n)
			return
		}
	}
	t.failf("no result carries the group's bulkId: %s", show(results))
}
