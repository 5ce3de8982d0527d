package joinery

import (
	"encoding/json"
	"slices"
)

// mergeUndo is what Merge.Undo holds as JSON: what a merge takes back where it
// is undone. Merges that were made by former versions must stay readable.
type mergeUndo struct {
	Email       string              `json:"email,omitempty"` // of the absorbed account
	Username    string              `json:"username"`
	Handles     []*Handle           `json:"handles,omitempty"` // that moved
	Links       []linkKey           `json:"links,omitempty"`   // that moved
	Users       []linkKey           `json:"users,omitempty"`   // that the survivor had
	Dropped     []*droppedUser      `json:"dropped,omitempty"`
	Memberships []*joinedMembership `json:"memberships,omitempty"`
}

type linkKey struct {
	ConnectionID string `json:"connection_id"`
	UserID       string `json:"user_id"`
}

func (l *Link) key() linkKey { return linkKey{l.ConnectionID, l.UserID} }

// merge carries a plan out, and leaves in it what has become of the links. The
// organization is the one whose case asked for it; "" for none. A plan that is
// refused fails with its reason.
func (w *work) merge(plan *MergePlan, organizationID string) (*Merge, error) {
	if plan.Refused != nil {
		return nil, plan.Refused
	}
	before, err := w.membersOf(plan.Survivor.ID)
	if err != nil {
		return nil, err
	}
	undo := &mergeUndo{Email: plan.Absorbed.Email, Username: plan.Absorbed.Username, Handles: plan.Handles, Users: plan.users}
	for _, step := range []func(*MergePlan, *mergeUndo) error{w.dropUsers, w.moveLinks, w.moveHandles, w.joinMemberships} {
		if err := step(plan, undo); err != nil {
			return nil, err
		}
	}
	if err := w.absorb(plan); err != nil {
		return nil, err
	}
	if err := w.emitRolesSince(before, plan.Survivor.ID); err != nil {
		return nil, err
	}
	return w.keepMerge(plan, undo, organizationID)
}

// keepMerge notes what is needed to undo a merge, and tells of it.
func (w *work) keepMerge(plan *MergePlan, undo *mergeUndo, organizationID string) (*Merge, error) {
	record, err := json.Marshal(undo)
	if err != nil {
		return nil, err
	}
	m := &Merge{
		ID: w.s.newID(), SurvivorID: plan.Survivor.ID, AbsorbedID: plan.Absorbed.ID,
		OrganizationID: organizationID, Undo: record, Created: w.at,
	}
	if err := w.tx.InsertMerge(m); err != nil {
		return nil, err
	}
	return m, w.emitMerge(AccountMerged, m, undo, undo.apart(), undo.merged(m))
}

// emitMerge tells of a merge, or of its undoing.
func (w *work) emitMerge(eventType EventType, m *Merge, undo *mergeUndo, before, after any) error {
	data := MergeData{MergeID: m.ID, SurvivorID: m.SurvivorID, AbsorbedID: m.AbsorbedID, Email: undo.Email, Username: undo.Username}
	for _, h := range undo.Handles {
		data.Handles = append(data.Handles, HandleData{Kind: h.Kind, Value: h.Value})
	}
	for _, joined := range undo.Memberships {
		data.Organizations = append(data.Organizations, joined.Absorbed.OrganizationID)
	}
	return w.append(&Event{Type: eventType, SubjectID: m.SurvivorID, OrganizationID: m.OrganizationID}, data, before, after)
}

// apart is what the audit shows of the absorbed account while it is none.
func (u *mergeUndo) apart() any { return map[string]string{"email": u.Email, "username": u.Username} }

// merged is what the audit shows of it afterwards.
func (u *mergeUndo) merged(m *Merge) any { return map[string]string{"merged_into": m.SurvivorID} }

// moveLinks gives the survivor the absorbed account's links. Its own are written
// where they have inherited sign-ins.
func (w *work) moveLinks(plan *MergePlan, undo *mergeUndo) error {
	for _, l := range plan.Links {
		undo.Links = append(undo.Links, l.key())
		l.AccountID = plan.Survivor.ID
		if err := w.tx.UpdateLink(l); err != nil {
			return err
		}
	}
	for _, heir := range plan.heirs {
		if slices.Contains(plan.Links, heir) {
			continue
		}
		if err := w.tx.UpdateLink(heir); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) moveHandles(plan *MergePlan, _ *mergeUndo) error {
	for _, h := range plan.Handles {
		moved, err := w.tx.MoveHandle(h.HandleKey, plan.Absorbed.ID, plan.Survivor.ID)
		if err != nil {
			return err
		}
		if !moved {
			return ErrCollision // it went elsewhere meanwhile
		}
	}
	return nil
}

// absorb leaves of the absorbed account no more than where it went.
func (w *work) absorb(plan *MergePlan) error {
	absorbed := *plan.Absorbed
	absorbed.Email, absorbed.Username, absorbed.MergedInto, absorbed.Updated = "", "", plan.Survivor.ID, w.at
	return w.tx.UpdateAccount(&absorbed)
}
