package simulate

import (
	"context"
	"net/http"
	"slices"
)

// adGroupURN stands beside the core schema in every group that Entra creates.
const adGroupURN = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"

// withoutMembers is in every read of groups.
const withoutMembers = "excludedAttributes=members"

// pushGroups creates or matches the groups, then sends members and changes.
func (e *entraRun) pushGroups(ctx context.Context) error {
	for _, t := range e.teams {
		if err := ctx.Err(); err != nil {
			return err
		}
		if id, found := e.matchGroup(ctx, t); found {
			t.id = id
		} else {
			e.createGroup(ctx, t)
		}
	}
	return e.groups(ctx, func(ctx context.Context, t *team) {
		e.changeMembers(ctx, t, t.Members, nil)
		e.changeMembers(ctx, t, t.Change.Join, t.Change.Leave)
		if t.Change.Name != "" {
			e.renameGroup(ctx, t)
		}
	})
}

func (e *entraRun) matchGroup(ctx context.Context, t *team) (string, bool) {
	answer, ok := e.do(ctx, call{
		action: LookUp, subject: t.Name, method: http.MethodGet, path: "/Groups",
		query: withoutMembers + "&" + equals("displayName", t.Name),
		want:  []int{http.StatusOK}, check: all(isListOf(map[string]any{"displayName": t.Name}), noMembers),
	})
	if found := answer.resources(); ok && len(found) == 1 {
		id, _ := found[0]["id"].(string)
		return id, true
	}
	return "", false
}

// createGroup creates a group without members.
func (e *entraRun) createGroup(ctx context.Context, t *team) {
	answer, ok := e.do(ctx, call{
		action: CreateGroup, subject: t.Name, method: http.MethodPost, path: "/Groups",
		body: map[string]any{
			"schemas": []any{groupURN, adGroupURN}, "externalId": t.ID, "displayName": t.Name,
			"meta": map[string]any{"resourceType": "Group"},
		},
		want: []int{http.StatusCreated}, check: all(hasID, has(map[string]any{"displayName": t.Name, "externalId": t.ID})),
	})
	if ok {
		t.id = answer.id()
	}
}

// changeMembers adds and removes members, many in one operation.
func (e *entraRun) changeMembers(ctx context.Context, t *team, join, leave []string) {
	e.readSlim(ctx, t)
	if in := e.serverIDs(join); len(in) > 0 {
		t.members = append(without(t.members, join), join...)
		e.patchGroup(ctx, AddMembers, t, len(in), e.addMembers(in))
	}
	if out := e.serverIDs(leave); len(out) > 0 {
		t.members = without(t.members, leave)
		e.patchGroup(ctx, RemoveMembers, t, len(out), e.removeMembers(out)...)
	}
	e.readGroup(ctx, t)
}

func (e *entraRun) addMembers(ids []string) map[string]any {
	if e.flag {
		return map[string]any{"op": "add", "path": "members", "value": memberValues(ids)}
	}
	return map[string]any{"op": "Add", "path": "members", "value": legacyMembers(ids)}
}

// removeMembers names the members in a value without the flag, which is not the
// RFC's way, and each in a filter with it.
func (e *entraRun) removeMembers(ids []string) []map[string]any {
	if !e.flag {
		return []map[string]any{{"op": "Remove", "path": "members", "value": legacyMembers(ids)}}
	}
	var out []map[string]any
	for _, id := range ids {
		out = append(out, map[string]any{"op": "remove", "path": `members[value eq "` + id + `"]`})
	}
	return out
}

func memberValues(ids []string) []any {
	var out []any
	for _, id := range ids {
		out = append(out, map[string]any{"value": id})
	}
	return out
}

func legacyMembers(ids []string) []any {
	var out []any
	for _, id := range ids {
		out = append(out, map[string]any{"$ref": nil, "value": id})
	}
	return out
}

func (e *entraRun) renameGroup(ctx context.Context, t *team) {
	t.Name = t.Change.Name
	e.readSlim(ctx, t)
	e.patchGroup(ctx, RenameGroup, t, 0, operations(e.flag, []edit{{"Replace", "displayName", t.Name}})...)
	e.readGroup(ctx, t)
	e.do(ctx, call{
		action: LookUp, subject: t.Name, method: http.MethodGet, path: "/Groups",
		query: withoutMembers + "&" + equals("displayName", t.Name),
		want:  []int{http.StatusOK}, check: all(finds(t.id), noMembers),
	})
}

func (e *entraRun) deleteGroup(ctx context.Context, t *team) {
	_, ok := e.do(ctx, call{
		action: DeleteGroup, subject: t.Name, method: http.MethodDelete, path: "/Groups/" + t.id,
		want: []int{http.StatusNoContent},
	})
	if ok {
		t.deleted = true
		t.members = slices.Clip(t.members[:0])
		e.readGone(ctx, t.Name, "/Groups/"+t.id)
	}
}

// readSlim is the read before an update.
func (e *entraRun) readSlim(ctx context.Context, t *team) {
	e.do(ctx, call{
		action: LookUp, subject: t.Name, method: http.MethodGet, path: "/Groups/" + t.id,
		query: withoutMembers, want: []int{http.StatusOK}, check: all(hasID, noMembers),
	})
}

func (e *entraRun) patchGroup(ctx context.Context, action Action, t *team, members int, ops ...map[string]any) {
	e.do(ctx, call{
		action: action, subject: t.Name, method: http.MethodPatch, path: "/Groups/" + t.id, members: members,
		body: patchBody(ops...), want: []int{http.StatusOK, http.StatusNoContent},
	})
}
