package joinery

import (
	"encoding/json"
	"time"
)

// droppedUser is a User that a merge took away, with all that is needed to bring
// it back.
type droppedUser struct {
	Link   *Link    `json:"link"`             // as it was
	Claims []string `json:"claims,omitempty"` // that were its own
	// User is nil where it had no live one.
	User   *formerUser `json:"user,omitempty"`
	Groups []string    `json:"groups,omitempty"` // that it left
	// HeirID is the User of the same connection that stays; it has Joined those of
	// the groups that it was not in.
	HeirID string   `json:"heir_id"`
	Joined []string `json:"joined,omitempty"`
	// Heir is the link of that User as it was, where the sign-ins went over to it,
	// with the groups that it claimed.
	Heir       *Link    `json:"heir,omitempty"`
	HeirClaims []string `json:"heir_claims,omitempty"`
}

type formerUser struct {
	Body    json.RawMessage `json:"body"`
	Version int64           `json:"version"`
	Created time.Time       `json:"created"`
}

// within runs fn for a connection, to which the events of its resources belong.
func (w *work) within(c *Connection, fn func() error) error {
	former := w.c
	w.c = Caller{Connection: c}
	defer func() { w.c = former }()
	return fn()
}

// dropUsers takes away the Users of a plan that go.
func (w *work) dropUsers(plan *MergePlan, undo *mergeUndo) error {
	for i, l := range plan.DroppedUsers {
		former := *l
		gone := &droppedUser{Link: &former, HeirID: plan.heirs[i].UserID}
		undo.Dropped = append(undo.Dropped, gone)
		if err := w.inheritSignIns(gone, plan.heirs[i]); err != nil {
			return err
		}
		connection, err := w.tx.Connection(l.ConnectionID)
		if err != nil {
			return err
		}
		if err := w.within(connection, func() error { return w.dropUser(gone) }); err != nil {
			return err
		}
	}
	return nil
}

// inheritSignIns takes the sign-ins from a User that goes, and gives them to its
// heir, unless the person has signed in as that one later. The link of the heir
// is still to be written.
func (w *work) inheritSignIns(gone *droppedUser, heir *Link) (err error) {
	l := gone.Link
	if gone.Claims, err = w.tx.Claims(l.ConnectionID, l.UserID); err != nil {
		return err
	}
	if _, err := w.tx.SetClaims(l.ConnectionID, l.UserID, nil); err != nil {
		return err
	}
	if err := w.tx.DeleteLink(l.ConnectionID, l.UserID); err != nil {
		return err
	}
	if heir.Subject != "" && !after(l.LastSignIn, heir.LastSignIn) {
		return nil
	}
	former := *heir
	gone.Heir = &former
	if gone.HeirClaims, err = w.tx.Claims(heir.ConnectionID, heir.UserID); err != nil {
		return err
	}
	heir.Subject, heir.SubjectFormat = l.Subject, l.SubjectFormat
	heir.LastSignIn, heir.LastSignOut = l.LastSignIn, l.LastSignOut
	if l.Claimed == nil {
		return nil // who claimed nothing takes nothing away
	}
	heir.Claimed = l.Claimed
	_, err = w.tx.SetClaims(heir.ConnectionID, heir.UserID, gone.Claims)
	return err
}

// after reports whether a time is later than another; nil is never.
func after(t, other *time.Time) bool {
	return t != nil && (other == nil || t.After(*other))
}

// dropUser makes a tombstone of a User that nothing finds, so that it neither
// returns nor stands in the way of a sign-in. Its heir is in its groups then.
func (w *work) dropUser(gone *droppedUser) error {
	r, doc, err := w.load(w.s.registry.Type(userType), gone.Link.UserID, Expect{})
	if KindOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := w.emit(UserDeleted, r.ID, userData(r, doc)); err != nil {
		return err
	}
	gone.User = &formerUser{Body: r.Body, Version: r.Version, Created: r.Created}
	r.Version, r.LastModified, r.Deleted = r.Version+1, w.at, &w.at
	r.Body, r.Keys = []byte(`{}`), Keys{}
	if err := w.tx.UpdateResource(r); err != nil {
		return err
	}
	if gone.Groups, err = w.tx.RemoveFromGroups(r.ConnectionID, r.ID); err != nil {
		return err
	}
	for _, group := range gone.Groups {
		if err := w.emitMember(GroupMemberRemoved, group, r.ID); err != nil {
			return err
		}
		joined, err := w.joinGroup(group, gone.HeirID)
		if err != nil {
			return err
		}
		if joined {
			gone.Joined = append(gone.Joined, group)
		}
	}
	return w.tx.TouchResources(r.ConnectionID, groupType, gone.Groups, w.at)
}

func (w *work) emitMember(eventType EventType, groupID, userID string) error {
	return w.emit(eventType, groupID, MemberData{MemberID: userID, MemberType: userType})
}

// joinGroup puts a User into a group, and reports whether it was not in it.
func (w *work) joinGroup(groupID, userID string) (bool, error) {
	added, _, err := w.tx.AddMembers(w.c.Connection.ID, groupID, []string{userID}, w.at)
	if err != nil || len(added) == 0 {
		return false, err
	}
	return true, w.emitMember(GroupMemberAdded, groupID, userID)
}
