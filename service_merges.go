package joinery

import "context"

// MergePlan is what a merge moves, or would move.
type MergePlan struct {
	Survivor, Absorbed *Account      // as they are before
	Handles            []*Handle     // that go to the survivor
	Memberships        []*Membership // of the absorbed account: they go to the survivor, or are joined with its own
	Links              []*Link       // that go to the survivor, with their Users
	// DroppedUsers are Users, of either account, that only sign-ins made and that
	// go: the other account has a User in the same connection, and that one gets
	// their sign-ins and groups.
	DroppedUsers []*Link
	Refused      *Error // why it cannot be done; nil where it can

	own   []*Membership // the survivor's
	users []linkKey     // the survivor's live links
	heirs []*Link       // of each of DroppedUsers, the link that gets its sign-ins
}

// MergeData is the payload of account.merged and account.unmerged, whose
// subject is the survivor. After a merge the absorbed account has no email, no
// username and no membership; what the host keeps for it belongs to the survivor.
type MergeData struct {
	MergeID       string       `json:"merge_id"`
	SurvivorID    string       `json:"survivor_id"`
	AbsorbedID    string       `json:"absorbed_id"`
	Email         string       `json:"email,omitempty"` // of the absorbed account, as its username
	Username      string       `json:"username,omitempty"`
	Handles       []HandleData `json:"handles,omitempty"`       // that went to the survivor, or came back
	Organizations []string     `json:"organizations,omitempty"` // whose membership did
}

// PreviewMerge returns what a merge would do, and changes nothing. An account
// that is not there fails with NotFound.
func (s *Service) PreviewMerge(ctx context.Context, survivorID, absorbedID string) (plan *MergePlan, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		w := &work{s: s, tx: tx, at: s.clock()}
		plan, err = w.planMerge(survivorID, absorbedID)
		return err
	})
	return plan, err
}

// MergeAccounts makes two accounts one: all that the absorbed one has goes to
// the survivor. It can be undone for MergeUndo. What cannot be merged fails with
// Conflict and the reason of MergePlan.Refused.
func (s *Service) MergeAccounts(ctx context.Context, survivorID, absorbedID string) (m *Merge, plan *MergePlan, err error) {
	err = s.transact(ctx, Caller{}, func(w *work) error {
		if plan, err = w.planMerge(survivorID, absorbedID); err != nil {
			return err
		}
		m, err = w.merge(plan, "")
		return err
	})
	if err != nil {
		return nil, nil, collided(err)
	}
	return m, plan, nil
}

// planMerge finds out what a merge moves, from what is there. In an Update both
// accounts and their links stay locked.
func (w *work) planMerge(survivorID, absorbedID string) (*MergePlan, error) {
	survivor, absorbed, err := w.twoAccounts(survivorID, absorbedID)
	if err != nil {
		return nil, err
	}
	plan := &MergePlan{Survivor: survivor, Absorbed: absorbed, Refused: refuseMerge(survivor, absorbed)}
	if plan.Refused != nil {
		return plan, nil
	}
	if err := w.planHandles(plan); err != nil {
		return nil, err
	}
	if plan.Memberships, err = w.tx.MembershipsOf(absorbedID); err != nil {
		return nil, err
	}
	if plan.own, err = w.tx.MembershipsOf(survivorID); err != nil {
		return nil, err
	}
	return plan, w.planLinks(plan)
}

// twoAccounts reads two accounts. It locks their Users and links before them, as
// pushes do, and the accounts in one order for all, lest transactions wait for
// one another.
func (w *work) twoAccounts(id, other string) (*Account, *Account, error) {
	links, err := w.tx.LinksOf([]string{id, other})
	if err != nil {
		return nil, nil, err
	}
	for _, l := range links {
		if _, err := w.tx.Resource(l.ConnectionID, userType, l.UserID, false, ""); err != nil && KindOf(err) != NotFound {
			return nil, nil, err
		}
	}
	for _, l := range links {
		if _, err := w.tx.Link(l.ConnectionID, l.UserID); err != nil && KindOf(err) != NotFound {
			return nil, nil, err
		}
	}
	first, err := w.tx.Account(min(id, other))
	if err != nil || id == other {
		return first, first, err
	}
	second, err := w.tx.Account(max(id, other))
	if id > other {
		first, second = second, first
	}
	return first, second, err
}

// refuseMerge says why two accounts cannot be merged, whatever they have; nil
// for nothing.
func refuseMerge(survivor, absorbed *Account) *Error {
	if survivor.ID == absorbed.ID {
		return Errorf(Conflict, "same_account", "An account cannot be merged with itself. Give two accounts.")
	}
	for _, a := range []*Account{survivor, absorbed} {
		if a.MergedInto != "" {
			return Errorf(Conflict, "already_merged", "The account %s was merged into %s. Give that one, or undo that merge first.", a.ID, a.MergedInto)
		}
	}
	if absorbed.Protected {
		return Errorf(Conflict, "protected_account", "The account %s is protected, so it cannot become part of another. Let it be the survivor, or end its protection first.", absorbed.ID)
	}
	return nil
}

// planHandles leaves out handles whose time is over: they are nobody's.
func (w *work) planHandles(plan *MergePlan) error {
	handles, err := w.tx.Handles(plan.Absorbed.ID)
	for _, h := range handles {
		if h.Until == nil || h.Until.After(w.at) {
			plan.Handles = append(plan.Handles, h)
		}
	}
	return err
}

func (w *work) planLinks(plan *MergePlan) error {
	links, err := w.linksOf(plan.Survivor.ID, plan.Absorbed.ID)
	if err != nil {
		return err
	}
	own := map[string]*Link{} // the survivor's live ones, by connection
	for _, l := range links {
		if l.AccountID == plan.Survivor.ID && l.Ended == nil {
			own[l.ConnectionID] = l
			plan.users = append(plan.users, l.key())
		}
	}
	for _, l := range links {
		if l.AccountID != plan.Absorbed.ID {
			continue
		}
		rival := own[l.ConnectionID]
		switch {
		case rival == nil || l.Ended != nil:
			plan.Links = append(plan.Links, l)
		case l.Origin == FromSignIn:
			plan.drop(l, rival)
		case rival.Origin == FromSignIn:
			plan.drop(rival, l)
			plan.Links = append(plan.Links, l)
		case plan.Refused == nil:
			if plan.Refused, err = w.refusePushed(rival, l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *MergePlan) drop(l, heir *Link) {
	p.DroppedUsers, p.heirs = append(p.DroppedUsers, l), append(p.heirs, heir)
}

// linksOf lists the links of accounts as they are once they are locked.
func (w *work) linksOf(accountIDs ...string) ([]*Link, error) {
	listed, err := w.tx.LinksOf(accountIDs)
	if err != nil {
		return nil, err
	}
	var links []*Link
	for _, l := range listed {
		now, err := w.tx.Link(l.ConnectionID, l.UserID)
		if err == nil && now.AccountID == l.AccountID {
			links = append(links, now)
		} else if err != nil && KindOf(err) != NotFound {
			return nil, err
		}
	}
	return links, nil
}

// refusePushed refuses to merge accounts that are two people to one identity
// provider.
func (w *work) refusePushed(l, other *Link) (*Error, error) {
	connection, err := w.tx.Connection(l.ConnectionID)
	if err != nil {
		return nil, err
	}
	return Errorf(Conflict, "both_pushed", "The identity provider of the connection %q has pushed a User for each of the two accounts: %s and %s. Deprovision one of them there first, then merge.", connection.Name, l.UserID, other.UserID), nil
}
