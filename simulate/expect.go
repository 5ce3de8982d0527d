package simulate

import (
	"fmt"
	"slices"
	"strings"
)

const (
	listURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	patchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// A check says what is wrong with an answer, "" for nothing.
type check = func(reply) string

// all makes one check of several.
func all(checks ...check) check {
	return func(answer reply) string {
		for _, c := range checks {
			if problem := c(answer); problem != "" {
				return problem
			}
		}
		return ""
	}
}

// has expects the resource in the answer to hold what want holds. An answer
// without a body passes: the read-back looks at the state.
func has(want map[string]any) check {
	return func(answer reply) string {
		if len(answer.raw) == 0 {
			return ""
		}
		return strings.Join(differences("", want, answer.body), "; ")
	}
}

// hasID expects an id.
func hasID(answer reply) string {
	if answer.id() == "" {
		return "the answer has no id: " + clip(string(answer.raw))
	}
	return ""
}

// noPassword expects that no password is shown.
func noPassword(answer reply) string {
	if _, shown := answer.body["password"]; shown {
		return "the answer shows the password"
	}
	return ""
}

// isList expects a list response with everything that clients read of it.
func isList(answer reply) string {
	if problem := strings.Join(differences("", map[string]any{"schemas": []any{listURN}}, answer.body), "; "); problem != "" {
		return problem
	}
	if _, ok := answer.body["totalResults"].(float64); !ok {
		return "totalResults should be a number, is " + show(answer.body["totalResults"])
	}
	if _, ok := answer.body["Resources"].([]any); !ok && answer.total() > 0 {
		return "Resources should be an array, is " + show(answer.body["Resources"])
	}
	for _, r := range answer.resources() {
		if id, _ := r["id"].(string); id == "" {
			return "a listed resource has no id: " + show(r)
		}
	}
	return ""
}

// isListOf expects a list of resources that each hold what want holds.
func isListOf(want map[string]any) check {
	return all(isList, func(answer reply) string {
		for _, r := range answer.resources() {
			if problem := differences("", want, r); len(problem) > 0 {
				return "the filter found what does not match it: " + strings.Join(problem, "; ")
			}
		}
		return ""
	})
}

// finds expects a list of exactly the resources with these ids.
func finds(ids ...string) check {
	return all(isList, func(answer reply) string {
		var got []string
		for _, r := range answer.resources() {
			id, _ := r["id"].(string)
			got = append(got, id)
		}
		if problem := sameSet("resources", ids, got); problem != "" {
			return problem
		}
		if answer.total() != len(ids) {
			return fmt.Sprintf("totalResults should be %d, is %d", len(ids), answer.total())
		}
		return ""
	})
}

// hasMembers expects a group to have exactly these members.
func hasMembers(ids []string) check {
	return func(answer reply) string {
		return sameSet("members", ids, values(answer.body["members"]))
	}
}

// inGroups expects a user to be in exactly these groups.
func inGroups(ids []string) check {
	return func(answer reply) string {
		return sameSet("groups", ids, values(answer.body["groups"]))
	}
}

// noMembers expects that members were left out of the answer.
func noMembers(answer reply) string {
	if members, shown := answer.body["members"]; shown {
		return "excludedAttributes=members was not honoured: " + show(members)
	}
	for _, r := range answer.resources() {
		if members, shown := r["members"]; shown {
			return "excludedAttributes=members was not honoured: " + show(members)
		}
	}
	return ""
}

// values returns the "value" of each element of a multi-valued attribute.
func values(attribute any) []string {
	array, _ := attribute.([]any)
	var out []string
	for _, element := range array {
		object, _ := element.(map[string]any)
		value, _ := object["value"].(string)
		out = append(out, value)
	}
	slices.Sort(out)
	return out
}
