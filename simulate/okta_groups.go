package simulate

import (
	"context"
	"net/http"
	"slices"
)

// pushGroups creates or links the groups, fills them, and makes their changes.
func (o *oktaRun) pushGroups(ctx context.Context) error {
	for _, t := range o.teams {
		if err := ctx.Err(); err != nil {
			return err
		}
		o.pushGroup(ctx, t)
	}
	return o.groups(ctx, func(ctx context.Context, t *team) {
		o.changeMembers(ctx, t)
		if t.Change.Name != "" {
			o.renameGroup(ctx, t)
		}
	})
}

func (o *oktaRun) pushGroup(ctx context.Context, t *team) {
	answer, ok := o.do(ctx, call{
		action: LookUp, subject: t.Name, method: http.MethodGet, path: "/Groups",
		query: equals("displayName", t.Name) + "&startIndex=1&count=100",
		want:  []int{http.StatusOK}, check: isListOf(map[string]any{"displayName": t.Name}),
	})
	if found := answer.resources(); ok && len(found) > 0 {
		t.id, _ = found[0]["id"].(string)
	} else if !o.createGroup(ctx, t) {
		return
	}
	t.members = slices.Clone(t.Members)
	o.setMembers(ctx, t)
	o.readGroup(ctx, t)
}

func (o *oktaRun) createGroup(ctx context.Context, t *team) bool {
	answer, ok := o.do(ctx, call{
		action: CreateGroup, subject: t.Name, method: http.MethodPost, path: "/Groups",
		body: map[string]any{"schemas": []any{groupURN}, "displayName": t.Name, "members": []any{}},
		want: []int{http.StatusCreated}, check: all(hasID, has(map[string]any{"displayName": t.Name})),
	})
	t.id = answer.id()
	return ok
}

// setMembers is the full push: the whole list at once.
func (o *oktaRun) setMembers(ctx context.Context, t *team) {
	if o.mode == AIW {
		o.putGroup(ctx, AddMembers, t, len(t.members))
		return
	}
	o.readBeforeUpdate(ctx, t)
	o.patchGroup(ctx, AddMembers, t, len(t.members),
		map[string]any{"op": "replace", "path": "members", "value": o.memberValues(t.members)})
}

// changeMembers takes members out and puts others in. Okta repeats the name of
// the group with every such change.
func (o *oktaRun) changeMembers(ctx context.Context, t *team) {
	leave, join := t.Change.Leave, t.Change.Join
	t.members = without(t.members, leave)
	if o.mode == AIW {
		o.putGroup(ctx, RemoveMembers, t, len(leave))
		t.members = append(t.members, join...)
		o.putGroup(ctx, AddMembers, t, len(join))
		o.readGroup(ctx, t)
		return
	}
	t.members = append(t.members, join...)
	o.readBeforeUpdate(ctx, t)
	o.patchName(ctx, LookUp, t)
	for _, id := range o.serverIDs(leave) {
		o.patchGroup(ctx, RemoveMembers, t, 1, map[string]any{"op": "remove", "path": `members[value eq "` + id + `"]`})
	}
	if len(join) > 0 {
		o.patchGroup(ctx, AddMembers, t, len(join),
			map[string]any{"op": "add", "path": "members", "value": o.memberValues(join)})
	}
	o.readGroup(ctx, t)
}

func (o *oktaRun) renameGroup(ctx context.Context, t *team) {
	t.Name = t.Change.Name
	if o.mode == AIW {
		o.putGroup(ctx, RenameGroup, t, 0)
	} else {
		o.readBeforeUpdate(ctx, t)
		o.patchName(ctx, RenameGroup, t)
	}
	o.readGroup(ctx, t)
}

// deleteGroup unlinks a group with "delete in target". Its members stay.
func (o *oktaRun) deleteGroup(ctx context.Context, t *team) {
	_, ok := o.do(ctx, call{
		action: DeleteGroup, subject: t.Name, method: http.MethodDelete, path: "/Groups/" + t.id,
		want: []int{http.StatusNoContent},
	})
	if ok {
		t.deleted = true
		o.readGone(ctx, t.Name, "/Groups/"+t.id)
	}
}

func (o *oktaRun) readBeforeUpdate(ctx context.Context, t *team) {
	o.do(ctx, call{
		action: LookUp, subject: t.Name, method: http.MethodGet, path: "/Groups/" + t.id,
		want: []int{http.StatusOK}, check: hasID,
	})
}

// patchName names the group in an operation without a path that holds the id too.
func (o *oktaRun) patchName(ctx context.Context, action Action, t *team) {
	o.patchGroup(ctx, action, t, 0,
		map[string]any{"op": "replace", "value": map[string]any{"id": t.id, "displayName": t.Name}})
}

func (o *oktaRun) patchGroup(ctx context.Context, action Action, t *team, members int, operations ...map[string]any) {
	o.do(ctx, call{
		action: action, subject: t.Name, method: http.MethodPatch, path: "/Groups/" + t.id, members: members,
		body: patchBody(operations...), want: []int{http.StatusOK, http.StatusNoContent},
		check: has(map[string]any{"id": t.id, "displayName": t.Name}),
	})
}

// putGroup sends name and complete list of members, whose display Okta may not know.
func (o *oktaRun) putGroup(ctx context.Context, action Action, t *team, members int) {
	o.readBeforeUpdate(ctx, t)
	list := []any{}
	for _, id := range o.serverIDs(t.members) {
		list = append(list, map[string]any{"value": id, "display": nil})
	}
	o.do(ctx, call{
		action: action, subject: t.Name, method: http.MethodPut, path: "/Groups/" + t.id, members: members,
		body: map[string]any{"schemas": []any{groupURN}, "id": t.id, "displayName": t.Name, "members": list},
		want: []int{http.StatusOK}, check: has(map[string]any{"id": t.id, "displayName": t.Name}),
	})
}

func (o *oktaRun) memberValues(people []string) []any {
	list := []any{}
	for _, person := range people {
		if a := o.account(person); a != nil {
			list = append(list, map[string]any{"value": a.id, "display": a.UserName})
		}
	}
	return list
}
