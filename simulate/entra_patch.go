package simulate

import (
	"context"
	"net/http"
	"strings"
)

// edit is one change that Entra wants, before it is put in one of its dialects.
type edit struct {
	verb  string // "Add" where Entra believes the attribute is empty, else "Replace"
	path  string
	value any
}

// operations writes edits in one of Entra's two dialects.
//
// Without the flag every edit is an operation with a capitalised op, and
// booleans are strings. With it, paths with a filter keep an operation each and
// all others go into one operation without a path, keyed by their paths.
func operations(flag bool, edits []edit) []map[string]any {
	var out []map[string]any
	if !flag {
		for _, e := range edits {
			out = append(out, map[string]any{"op": e.verb, "path": e.path, "value": legacyValue(e.value)})
		}
		return out
	}
	plain := map[string]any{}
	for _, e := range edits {
		if strings.Contains(e.path, "[") {
			out = append(out, map[string]any{"op": strings.ToLower(e.verb), "path": e.path, "value": e.value})
		} else {
			plain[e.path] = e.value
		}
	}
	if len(plain) > 0 {
		out = append(out, map[string]any{"op": "replace", "value": plain})
	}
	return out
}

func legacyValue(value any) any {
	switch value {
	case true:
		return "True"
	case false:
		return "False"
	}
	return value
}

// patchUser sends edits of a user. An answer with a body must hold the result.
func (e *entraRun) patchUser(ctx context.Context, action Action, a *account, flag bool, edits []edit) bool {
	_, ok := e.do(ctx, call{
		action: action, subject: a.UserName, method: http.MethodPatch, path: "/Users/" + a.id,
		body:  patchBody(operations(flag, edits)...),
		want:  []int{http.StatusOK, http.StatusNoContent},
		check: all(has(entraDocument(a)), noPassword),
	})
	return ok
}

// setManager is the second round trip: references are sent once both people
// exist, as the bare id of the manager.
func (e *entraRun) setManager(ctx context.Context, a *account) {
	manager := e.account(a.Manager)
	e.probeManager(ctx, a, manager)
	path := enterpriseURN + ":manager"
	e.patchUser(ctx, UpdateUser, a, e.flag, []edit{{"Add", path, manager.id}})
	e.probeManager(ctx, a, manager, a.id)
	e.do(ctx, call{
		action: ReadBack, subject: a.UserName, method: http.MethodGet, path: "/Users/" + a.id, want: []int{http.StatusOK},
		check: has(map[string]any{enterpriseURN: map[string]any{"manager": map[string]any{"value": manager.id}}}),
	})
}

// probeManager asks whether somebody already has a manager, by a filter. It
// expects the given ids, or where none are given any list.
func (e *entraRun) probeManager(ctx context.Context, a, manager *account, want ...string) {
	expectation := isList
	if len(want) > 0 {
		expectation = finds(want...)
	}
	query := equals("id", a.id) + "+and+" + strings.TrimPrefix(equals("manager", manager.id), "filter=")
	e.do(ctx, call{
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users",
		query: "attributes=id&" + query, want: []int{http.StatusOK}, check: expectation,
	})
}
