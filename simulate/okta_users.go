package simulate

import (
	"context"
	"maps"
	"net/http"
	"slices"
)

// change makes the changes of the directory: names, suspension, password.
func (o *oktaRun) change(ctx context.Context) error {
	changes := []struct {
		which func(*account) bool
		make  func(context.Context, *account)
	}{
		{func(a *account) bool { return a.Change.FamilyName != "" || a.Change.UserName != "" }, o.update},
		{func(a *account) bool { return a.Change.Suspended }, o.suspend},
		{func(a *account) bool { return a.Change.Department != "" }, o.syncPassword},
	}
	for _, c := range changes {
		if err := o.people(ctx, c.which, c.make); err != nil {
			return err
		}
	}
	o.list(ctx, Import, "/Users")
	return nil
}

// update pushes a changed profile, and looks a renamed person up.
func (o *oktaRun) update(ctx context.Context, a *account) {
	if a.Change.FamilyName != "" {
		a.FamilyName = a.Change.FamilyName
	}
	renamed := a.Change.UserName != ""
	if renamed {
		a.UserName = a.Change.UserName
	}
	o.put(ctx, UpdateUser, a)
	if renamed {
		o.do(ctx, call{
			action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users",
			query: equals("userName", a.UserName) + "&startIndex=1&count=100",
			want:  []int{http.StatusOK}, check: finds(a.id),
		})
	}
}

// put reads the user and sends back what it read with its own attributes
// changed: id, meta and groups come along.
func (o *oktaRun) put(ctx context.Context, action Action, a *account) {
	current, ok := o.do(ctx, call{
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users/" + a.id,
		want: []int{http.StatusOK}, check: hasID,
	})
	if !ok {
		return
	}
	body := maps.Clone(current.body)
	maps.Copy(body, oktaDocument(a))
	// The schemas stay as read: the server may have more than Okta knows of.
	if read, ok := current.body["schemas"].([]any); ok && slices.Contains(read, any(userURN)) {
		body["schemas"] = read
	}
	o.do(ctx, call{
		action: action, subject: a.UserName, method: http.MethodPut, path: "/Users/" + a.id, body: body,
		want: []int{http.StatusOK}, check: all(hasID, has(oktaDocument(a)), noPassword),
	})
	o.readUser(ctx, a)
}

// suspend deactivates a person and takes them back.
func (o *oktaRun) suspend(ctx context.Context, a *account) {
	o.setActive(ctx, a, false)
	o.do(ctx, call{ // who is inactive must still be found
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users",
		query: equals("userName", a.UserName) + "&startIndex=1&count=100",
		want:  []int{http.StatusOK}, check: finds(a.id),
	})
	o.setActive(ctx, a, true)
}

func (o *oktaRun) setActive(ctx context.Context, a *account, active bool) {
	action := Deactivate
	if active {
		action = Reactivate
	}
	a.active = active
	if o.mode == AIW {
		o.put(ctx, action, a)
		return
	}
	o.patchUser(ctx, action, a, map[string]any{"active": active})
	o.readUser(ctx, a)
}

// syncPassword sends a new password, which no answer may show.
func (o *oktaRun) syncPassword(ctx context.Context, a *account) {
	if o.mode == AIW {
		body := oktaDocument(a)
		body["id"], body["password"] = a.id, "n3w-"+a.Number
		o.do(ctx, call{
			action: UpdateUser, subject: a.UserName, method: http.MethodPut, path: "/Users/" + a.id, body: body,
			want: []int{http.StatusOK}, check: all(hasID, noPassword),
		})
	} else {
		o.patchUser(ctx, UpdateUser, a, map[string]any{"password": "n3w-" + a.Number})
	}
	o.readUser(ctx, a)
}

// patchUser sends Okta's PATCH: one operation without a path.
func (o *oktaRun) patchUser(ctx context.Context, action Action, a *account, value map[string]any) {
	o.do(ctx, call{
		action: action, subject: a.UserName, method: http.MethodPatch, path: "/Users/" + a.id,
		body:  patchBody(map[string]any{"op": "replace", "value": value}),
		want:  []int{http.StatusOK, http.StatusNoContent},
		check: all(has(oktaDocument(a)), noPassword),
	})
}

// leave deactivates who leaves, deletes the groups that end, and imports.
func (o *oktaRun) leave(ctx context.Context) error {
	err := o.people(ctx, func(a *account) bool { return a.Change.Leaves }, func(ctx context.Context, a *account) {
		o.setActive(ctx, a, false)
	})
	if err != nil {
		return err
	}
	return o.groups(ctx, func(ctx context.Context, t *team) {
		if t.Change.Dissolved {
			o.deleteGroup(ctx, t)
		}
	})
}

func patchBody(operations ...map[string]any) map[string]any {
	return map[string]any{"schemas": []any{patchURN}, "Operations": operations}
}
