package joinery

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// UndoMerge takes two accounts apart again: each has what it had before, as far
// as it is still there, and keeps what came or changed since. It fails with
// Conflict where the merge was undone already (merge_undone), where MergeUndo is
// over (merge_final), and, with nothing changed, where something that belongs to
// the absorbed account is another's by now (merge_changed).
func (s *Service) UndoMerge(ctx context.Context, id string) (m *Merge, err error) {
	err = s.transact(ctx, Caller{}, func(w *work) error {
		m, err = w.tx.Merge(id)
		if err != nil {
			return err
		}
		return w.unmerge(m)
	})
	if err != nil {
		return nil, collided(err)
	}
	return m, nil
}

// unmerging is a merge on its way back.
type unmerging struct {
	*work
	undo               *mergeUndo
	survivor, absorbed *Account
	links              map[linkKey]*Link // the survivor's, as they are to be
}

func changed(format string, args ...any) *Error {
	return Errorf(Conflict, "merge_changed", "The merge cannot be undone: "+format, args...)
}

func (w *work) unmerge(m *Merge) error {
	switch {
	case m.Undone != nil:
		return Errorf(Conflict, "merge_undone", "The merge was undone already.")
	case w.at.After(m.Created.Add(MergeUndo)):
		return Errorf(Conflict, "merge_final", "The merge can no longer be undone: that is possible for %d days.", int(MergeUndo.Hours()/24))
	}
	u, err := w.readUndo(m)
	if err != nil {
		return err
	}
	before, err := w.membersOf(u.survivor.ID)
	if err != nil {
		return err
	}
	for _, step := range []func() error{u.returnHandles, u.returnLinks, u.returnUsers, u.partMemberships} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := w.emitRolesSince(before, u.survivor.ID, u.absorbed.ID); err != nil {
		return err
	}
	m.Undone = &w.at
	if err := w.tx.UpdateMerge(m); err != nil {
		return err
	}
	return w.emitMerge(AccountUnmerged, m, u.undo, u.undo.merged(m), u.undo.apart())
}

// readUndo locks both accounts, and sees to it that they are still what the
// merge made of them.
func (w *work) readUndo(m *Merge) (u *unmerging, err error) {
	u = &unmerging{work: w, undo: &mergeUndo{}, links: map[linkKey]*Link{}}
	if err := json.Unmarshal(m.Undo, u.undo); err != nil {
		return nil, fmt.Errorf("the record of the merge %s: %w", m.ID, err)
	}
	if u.survivor, u.absorbed, err = w.twoAccounts(m.SurvivorID, m.AbsorbedID); err != nil {
		return nil, err
	}
	if into := u.survivor.MergedInto; into != "" {
		return nil, changed("the survivor was itself merged into %s. Undo that merge first.", into)
	}
	links, err := w.linksOf(u.survivor.ID)
	for _, l := range links {
		u.links[l.key()] = l
	}
	return u, err
}

// returnHandles gives the absorbed account its handles again. It must have its
// email and username; others that the survivor gave up since stay given up.
func (u *unmerging) returnHandles() error {
	held, err := u.tx.Handles(u.survivor.ID)
	if err != nil {
		return err
	}
	now := make(map[HandleKey]*Handle, len(held))
	for _, h := range held {
		now[h.HandleKey] = h
	}
	for _, former := range u.undo.Handles {
		own := former.HandleKey == emailKey(u.undo.Email) || former.HandleKey == usernameKey(u.undo.Username)
		switch key := former.HandleKey; {
		case key == emailKey(u.survivor.Email) || key == usernameKey(u.survivor.Username):
			return changed("the %s %s is the survivor's own by now. Give the survivor another one first.", key.Kind, former.Value)
		case now[key] == nil && own:
			return changed("the survivor does not hold the %s %s any more, which was the absorbed account's. Give it to the survivor again first.", key.Kind, former.Value)
		case now[key] == nil:
			continue
		}
		if err := u.returnHandle(former); err != nil {
			return err
		}
	}
	a := u.absorbed
	a.Email, a.Username, a.MergedInto, a.Updated = u.undo.Email, u.undo.Username, "", u.at
	return u.tx.UpdateAccount(a)
}

// returnHandle gives a handle back as it was: the survivor may have used it, and
// given it up, in between.
func (u *unmerging) returnHandle(former *Handle) error {
	moved, err := u.tx.MoveHandle(former.HandleKey, u.survivor.ID, u.absorbed.ID)
	if err != nil {
		return err
	}
	if !moved {
		return ErrCollision // it went elsewhere meanwhile
	}
	return u.tx.HoldHandle(former, u.at)
}

// returnLinks gives the absorbed account its links again, and takes from the
// heirs of dropped Users what these are to have.
func (u *unmerging) returnLinks() error {
	back := map[linkKey]*Link{}
	for _, key := range u.undo.Links {
		l, err := u.survivors(key)
		if err != nil {
			return err
		}
		if l != nil {
			l.AccountID, back[key] = u.absorbed.ID, l
		}
	}
	for _, gone := range u.undo.Dropped {
		heir, err := u.survivors(linkKey{gone.Link.ConnectionID, gone.HeirID})
		if err != nil {
			return err
		}
		if heir == nil || gone.Heir == nil || heir.Subject != gone.Link.Subject {
			continue // the heir never had the sign-ins, or has others by now
		}
		back[heir.key()] = heir
		if err := u.disinherit(gone, heir); err != nil {
			return err
		}
	}
	for _, l := range back {
		if err := u.tx.UpdateLink(l); err != nil {
			return err
		}
	}
	return nil
}

// survivors returns a link of the survivor's; nil where there is none any more.
func (u *unmerging) survivors(key linkKey) (*Link, error) {
	if l := u.links[key]; l != nil {
		return l, nil
	}
	l, err := u.tx.Link(key.ConnectionID, key.UserID)
	if KindOf(err) == NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, changed("the User %s has another account by now, %s. Relink it to %s first.", key.UserID, l.AccountID, u.survivor.ID)
}

// disinherit takes the sign-ins from an heir and gives them back to the dropped
// User, those since the merge too: they went by its subject.
func (u *unmerging) disinherit(gone *droppedUser, heir *Link) (err error) {
	l, former := gone.Link, gone.Heir
	claimed := l.Claimed != nil || after(heir.Claimed, former.Claimed)
	l.SubjectFormat, l.LastSignIn, l.LastSignOut = heir.SubjectFormat, heir.LastSignIn, heir.LastSignOut
	heir.Subject, heir.SubjectFormat, heir.LastSignIn, heir.LastSignOut = former.Subject, former.SubjectFormat, former.LastSignIn, former.LastSignOut
	if err := u.checkSubject(heir); err != nil || !claimed {
		return err
	}
	l.Claimed, heir.Claimed = heir.Claimed, former.Claimed
	if gone.Claims, err = u.tx.Claims(heir.ConnectionID, heir.UserID); err != nil {
		return err
	}
	_, err = u.tx.SetClaims(heir.ConnectionID, heir.UserID, gone.HeirClaims)
	return err
}

// partMemberships gives each of the accounts its memberships again.
func (u *unmerging) partMemberships() error {
	for _, joined := range u.undo.Memberships {
		organizationID := joined.Absorbed.OrganizationID
		now, err := u.tx.Membership(organizationID, u.survivor.ID)
		if KindOf(err) == NotFound {
			continue // it was removed since, and stays so
		}
		if err != nil {
			return err
		}
		if joined.Survivor == nil {
			err = u.returnMembership(now)
		} else {
			err = u.partMembership(joined, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// returnMembership gives the absorbed account a membership as it is by now.
func (u *unmerging) returnMembership(m *Membership) error {
	ours, err := u.connectionsOf(m.OrganizationID)
	if err != nil {
		return err
	}
	for _, l := range u.links {
		if l.AccountID == u.survivor.ID && l.Ended == nil && ours[l.ConnectionID] && !slices.Contains(u.undo.Users, l.key()) {
			return changed("the survivor has a User of its own by now, %s, through which it is a member of the organization %s. Relink or deprovision it first.", l.UserID, m.OrganizationID)
		}
	}
	if err := u.removeMembership(u.survivor, m); err != nil {
		return err
	}
	return u.giveMembership(u.absorbed, m)
}

// partMembership makes two of one. A role that was given since stays with the
// survivor; a suspension or its end holds for both, but for whom it would bring
// back without an active User.
func (u *unmerging) partMembership(joined *joinedMembership, now *Membership) error {
	survivor, absorbed := *joined.Survivor, *joined.Absorbed
	if now.Role != joined.Joined.Role {
		survivor.Role = now.Role
	}
	for _, m := range []*Membership{&survivor, &absorbed} {
		if now.State != joined.Joined.State {
			m.State = now.State
		}
		if m.State == MembershipSuspended {
			continue
		}
		suspended, err := u.suspendedUser(m.AccountID, m.OrganizationID)
		if err != nil {
			return err
		}
		if suspended {
			m.State = MembershipSuspended
		}
	}
	if err := u.giveMembership(u.absorbed, &absorbed); err != nil {
		return err
	}
	return u.changeMembership(u.survivor, now, &survivor)
}
