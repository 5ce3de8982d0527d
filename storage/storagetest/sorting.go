package storagetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/joineryhq/joinery"
)

// throughJSON is what a cursor makes of a position.
func (e *env) throughJSON(p *joinery.ResourcePosition) *joinery.ResourcePosition {
	e.Helper()
	var copied joinery.ResourcePosition
	if err := json.Unmarshal(encode(e.T, p), &copied); err != nil {
		e.Fatal(err)
	}
	return &copied
}

// sortCase has users by number, and their order, ascending and descending:
// ties by the order of their creation, those without a value last or first.
type sortCase struct {
	by    string
	users []string // what they have besides userName
	up    []int
	down  []int
}

func sortCases() []sortCase {
	return []sortCase{
		{"userName", []string{``, ``, ``}, []int{0, 1, 2}, []int{2, 1, 0}},
		{"externalId", []string{`"externalId":"b"`, `"externalId":"B"`, `"displayName":"none"`, `"externalId":"a"`}, []int{1, 3, 0, 2}, []int{2, 0, 3, 1}},
		{"displayName", []string{`"displayName":"b"`, `"displayName":"É"`, ``, `"displayName":"A"`, `"displayName":"B"`, ``}, []int{3, 0, 4, 1, 2, 5}, []int{2, 5, 1, 0, 4, 3}},
		{"active", []string{`"active":true`, `"active":false`, ``, `"active":true`}, []int{1, 0, 3, 2}, []int{2, 0, 3, 1}},
		{
			"emails", []string{
				`"emails":[{"value":"b@x"},{"value":"a@x","primary":true}]`, `"emails":[{"value":"aa@x"},{"value":"0@x"}]`, ``, `"emails":[{"value":"A@x"}]`,
			},
			[]int{0, 3, 1, 2}, []int{2, 1, 0, 3},
		},
		{"name.familyName", []string{`"name":{"familyName":"Z"}`, `"name":{"givenName":"x"}`, `"name":{"familyName":"a"}`}, []int{2, 0, 1}, []int{1, 0, 2}},
		{"meta.created", []string{``, ``, ``}, []int{0, 1, 2}, []int{0, 1, 2}},
		{"id", []string{``, ``}, []int{0, 1}, []int{1, 0}},
	}
}

func sorting(t *testing.T, open Open) {
	tests := map[string]func(*env){}
	for _, c := range sortCases() {
		tests["by "+c.by] = func(e *env) { sortBy(e, c) }
	}
	tests["a position of another kind"] = func(e *env) {
		_, connection := e.connection()
		e.addUsers(connection, 2)
		for by, value := range map[string]any{"userName": 1.5, "active": "x", "meta.created": "x", "displayName": map[string]any{}} {
			q := joinery.ResourceQuery{ConnectionID: connection, Limit: 1, Parts: []joinery.ResourcePart{e.part("User", "")}}
			q.Sort = e.sort("User", by, false)
			q.After = &joinery.ResourcePosition{ID: "x", Value: value}
			err := e.store.View(e.Context(), func(tx joinery.Tx) error {
				_, err := tx.Resources(q)
				return err
			})
			e.kind(by, err, joinery.Invalid)
		}
	}
	topic(t, open, tests)
}

func (e *env) sort(typeName, by string, descending bool) *joinery.ResourceSort {
	e.Helper()
	ref, err := e.registry.Type(typeName).Resolve(by)
	if err != nil {
		e.Fatal(err)
	}
	if value := ref.Attr.Sub("value"); ref.Sub == nil && value != nil {
		ref.Sub = value
	}
	return &joinery.ResourceSort{By: ref, Descending: descending}
}

func sortBy(e *env, c sortCase) {
	_, connection := e.connection()
	var users []*joinery.Resource
	for i, more := range c.users {
		users = append(users, e.newUser(connection, fmt.Sprintf("user%d", i), more))
	}
	e.add(users...)
	for _, descending := range []bool{false, true} {
		order := c.up
		if descending {
			order = c.down
		}
		var want []string
		for _, i := range order {
			want = append(want, users[i].ID)
		}
		q := joinery.ResourceQuery{ConnectionID: connection, Limit: 10, Total: true, Parts: []joinery.ResourcePart{e.part("User", "")}}
		q.Sort = e.sort("User", c.by, descending)
		name := fmt.Sprintf("descending %v", descending)
		e.equal(name, ids(e.run(q).Resources), want)
		for limit := 1; limit <= len(users); limit++ {
			q.Limit = limit
			got, _ := e.walk(q, len(users))
			e.equal(fmt.Sprintf("%s, walk by %d", name, limit), got, want)
		}
		q.Limit = 2
		var got []string
		for q.Offset = 0; q.Offset < len(users); q.Offset += 2 {
			got = append(got, ids(e.run(q).Resources)...)
		}
		e.equal(name+", by offset", got, want)
		if !slices.Equal(got, want) {
			return
		}
	}
}
