package simulate

import (
	"context"
	"net/http"
)

// change is an incremental cycle: the probe, then what has changed.
func (e *entraRun) change(ctx context.Context) error {
	if err := e.connect(ctx); err != nil {
		return err
	}
	changes := []struct {
		which func(*account) bool
		make  func(context.Context, *account)
	}{
		{func(a *account) bool { return a.Change.FamilyName != "" }, e.changeName},
		{func(a *account) bool { return a.Change.Department != "" }, e.changeDepartment},
		{func(a *account) bool { return a.Change.UserName != "" }, e.changeUserName},
		{func(a *account) bool { return a.Change.Suspended }, e.suspend},
	}
	for _, c := range changes {
		if err := e.people(ctx, c.which, c.make); err != nil {
			return err
		}
	}
	return nil
}

// readAgain is the read by cached id that precedes an update.
func (e *entraRun) readAgain(ctx context.Context, a *account) {
	e.do(ctx, call{
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users/" + a.id,
		want: []int{http.StatusOK}, check: hasID,
	})
}

func (e *entraRun) changeName(ctx context.Context, a *account) {
	e.readAgain(ctx, a)
	a.FamilyName = a.Change.FamilyName
	e.patchUser(ctx, UpdateUser, a, e.flag, []edit{
		{"Replace", "displayName", displayName(a)},
		{"Replace", "name.familyName", a.FamilyName},
		{"Replace", "name.formatted", displayName(a)},
	})
	e.readUser(ctx, a)
}

// changeDepartment also adds a phone number of a type that the person has none
// of, by a path whose filter matches nothing yet. It is sent the old way even
// under the flag: "provision on demand" does not know the flag.
func (e *entraRun) changeDepartment(ctx context.Context, a *account) {
	e.readAgain(ctx, a)
	a.Department = a.Change.Department
	e.patchUser(ctx, UpdateUser, a, false, []edit{
		{"Replace", enterpriseURN + ":department", a.Department},
		{"Add", `phoneNumbers[type eq "work"].value`, "+4799887766"},
	})
	e.readUser(ctx, a)
	e.do(ctx, call{
		action: ReadBack, subject: a.UserName, method: http.MethodGet, path: "/Users/" + a.id, want: []int{http.StatusOK},
		check: has(map[string]any{"phoneNumbers": []any{map[string]any{"type": "work", "value": "+4799887766"}}}),
	})
}

func (e *entraRun) changeUserName(ctx context.Context, a *account) {
	e.readAgain(ctx, a)
	a.UserName = a.Change.UserName
	e.patchUser(ctx, UpdateUser, a, e.flag, []edit{
		{"Replace", `emails[type eq "work"].value`, a.UserName},
		{"Replace", "userName", a.UserName},
	})
	e.readUser(ctx, a)
	e.find(ctx, a)
}

// suspend blocks somebody's sign-in and lifts the block. Groups are not sent
// again afterwards: the server must have kept them.
func (e *entraRun) suspend(ctx context.Context, a *account) {
	e.setActive(ctx, a, false)
	e.find(ctx, a)
	e.setActive(ctx, a, true)
	e.readMemberships(ctx, a)
}

func (e *entraRun) setActive(ctx context.Context, a *account, active bool) {
	action := Deactivate
	if active {
		action = Reactivate
	}
	e.readAgain(ctx, a)
	a.active = active
	e.patchUser(ctx, action, a, e.flag, []edit{{"Replace", "active", active}})
	e.readUser(ctx, a)
}

// find expects a look-up to find the person, active or not.
func (e *entraRun) find(ctx context.Context, a *account) {
	e.do(ctx, call{
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users",
		query: equals("userName", a.UserName), want: []int{http.StatusOK}, check: finds(a.id),
	})
}

// leave deletes who leaves: first softly, then for good. Some are hired again
// under their old name.
func (e *entraRun) leave(ctx context.Context) error {
	var returning []*account
	err := e.people(ctx, func(a *account) bool { return a.Change.Leaves }, func(ctx context.Context, a *account) {
		e.setActive(ctx, a, false)
		if e.deleteUser(ctx, a) && a.Change.Returns {
			returning = append(returning, a)
		}
	})
	if err != nil {
		return err
	}
	for _, a := range returning {
		a.deleted, a.active, a.id = false, true, ""
		if e.create(ctx, 0, a) {
			e.readUser(ctx, a)
		}
	}
	return e.groups(ctx, func(ctx context.Context, t *team) {
		if t.Change.Dissolved {
			e.deleteGroup(ctx, t)
		}
	})
}

func (e *entraRun) deleteUser(ctx context.Context, a *account) bool {
	_, ok := e.do(ctx, call{
		action: DeleteUser, subject: a.UserName, method: http.MethodDelete, path: "/Users/" + a.id,
		want: []int{http.StatusNoContent},
	})
	if !ok {
		return false
	}
	a.deleted = true
	for _, t := range e.teams {
		t.members = without(t.members, []string{a.ID})
	}
	e.readGone(ctx, a.UserName, "/Users/"+a.id)
	e.do(ctx, call{
		action: ReadBack, subject: a.UserName, method: http.MethodGet, path: "/Users",
		query: equals("userName", a.UserName), want: []int{http.StatusOK}, check: finds(),
	})
	return true
}
