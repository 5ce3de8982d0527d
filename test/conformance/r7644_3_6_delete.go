package conformance

import "net/http"

// deletion covers RFC 7644 section 3.6.
func deletion() []Requirement {
	return []Requirement{
		check("7644-3.6-1", Must, "A successful DELETE answers 204.", func(t *T) {
			t.status(t.remove(t.user()), http.StatusNoContent)
		}),
		check("7644-3.6-2", Must, "The 204 has no body.", func(t *T) {
			if answer := t.remove(t.user()); len(answer.Raw) > 0 {
				t.failf("the answer has a body: %s", clip(string(answer.Raw)))
			}
		}),
		check("7644-3.6-3", Must, "GET of a deleted resource answers 404.", func(t *T) {
			t.refused(t.get(t.deleted()), http.StatusNotFound, "")
		}),
		check("7644-3.6-4", Must, "PUT of a deleted resource answers 404.", func(t *T) {
			t.refused(t.do(http.MethodPut, t.deleted(), t.newUser()), http.StatusNotFound, "")
		}),
		check("7644-3.6-5", Must, "PATCH of a deleted resource answers 404.", func(t *T) {
			t.refused(t.tryPatch(t.deleted(), operation("replace", "title", "Pilot")), http.StatusNotFound, "")
		}),
		check("7644-3.6-6", Must, "DELETE of a deleted resource answers 404.", func(t *T) {
			t.refused(t.do(http.MethodDelete, t.deleted(), nil), http.StatusNotFound, "")
		}),
		check("7644-3.6-7", Must, "DELETE of a resource that never was answers 404.", func(t *T) {
			t.refused(t.do(http.MethodDelete, "/Users/"+t.client.name(), nil), http.StatusNotFound, "")
		}),
		check("7644-3.6-8", Must, "A deleted resource is in no list.", func(t *T) {
			crew := t.crew(2)
			t.remove(crew.users[0])
			answer := t.get("/Users", "filter", crew.filter)
			t.found(answer, crew.users[1])
			t.equal("totalResults", answer.Get("totalResults"), 1)
		}),
		check("7644-3.6-9", ShouldNot, "A deleted resource does not conflict with a new one.", func(t *T) {
			body := t.newUser()
			t.remove(t.create("/Users", body))
			t.create("/Users", body)
		}),
		check("7644-3.6-10", Must, "A deleted User is a member of no Group.", func(t *T) {
			leaver, stayer := t.user(), t.user()
			group := t.group(leaver, stayer)
			t.remove(leaver)
			t.members(group, stayer)
		}),
		check("7644-3.6-11", Must, "A deleted Group is in no User's groups.", func(t *T) {
			user := t.user()
			group := t.group(user)
			t.status(t.do(http.MethodDelete, "/Groups/"+group.ID(), nil), http.StatusNoContent)
			t.unassigned("groups", t.list("/Users/"+user.ID()).Get("groups"))
		}),
	}
}

func (t *T) remove(user *Answer) *Answer {
	answer := t.do(http.MethodDelete, "/Users/"+user.ID(), nil)
	t.status(answer, http.StatusNoContent)
	return answer
}

// deleted is the path of a user that was deleted.
func (t *T) deleted() string {
	user := t.user()
	t.remove(user)
	return "/Users/" + user.ID()
}
