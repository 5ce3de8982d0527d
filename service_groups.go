package joinery

import (
	"maps"
	"net/http"
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
)

var errSelfMember = scim.InvalidValuef("A group cannot be a member of itself.")

// changeMembers applies changes to a group's members, and reports whether any
// member came or went. References that are unknown are kept pending, or refused
// by policy.
func (w *work) changeMembers(group *Resource, changes []patch.RowChange, out *Outcome) (bool, error) {
	delta := membersDelta{}
	for _, change := range changes {
		if slices.Contains(change.Values, group.ID) && change.Op != scim.OpRemove {
			return false, errSelfMember
		}
		if change.Op == scim.OpRemove {
			if err := w.removeMembers(group, change, delta.removed); err != nil {
				return false, err
			}
			continue
		}
		if change.Op == scim.OpReplace {
			removed, err := w.tx.ClearMembers(group.ConnectionID, group.ID, change.Values)
			if err != nil {
				return false, err
			}
			delta.removed(removed)
		}
		if err := w.addMembers(group, change.Values, &delta, out); err != nil {
			return false, err
		}
	}
	if err := w.emitMembers(group, &delta); err != nil {
		return false, err
	}
	return delta.any(), w.emitGroupRoles(group.ID, delta.users(1), delta.users(-1))
}

func (w *work) addMembers(group *Resource, ids []string, delta *membersDelta, out *Outcome) error {
	if len(ids) == 0 {
		return nil
	}
	added, unknown, err := w.tx.AddMembers(group.ConnectionID, group.ID, ids, w.at)
	if err != nil {
		return err
	}
	delta.added(added)
	if len(unknown) > 0 {
		if unknown, err = w.addNamed(group, unknown, delta); err != nil {
			return err
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	if w.c.Connection.Policy.UnknownMembers == "refuse" {
		return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "These members are not known in this connection: %s. Provision them first, then push the group again.", quoteAll(unknown))
	}
	out.Pending = append(out.Pending, unknown...)
	return w.tx.AddPending(group.ConnectionID, group.ID, unknown, w.at)
}

// addNamed adds the members that are named by externalId or userName instead of
// their id, and returns the references that name nobody.
func (w *work) addNamed(group *Resource, refs []string, delta *membersDelta) ([]string, error) {
	if err := w.tx.AwaitArrivals(group.ConnectionID); err != nil {
		return nil, err
	}
	named, err := w.tx.NamedMembers(group.ConnectionID, refs)
	if err != nil || len(named) == 0 {
		return refs, err
	}
	var ids, unknown []string
	for _, ref := range refs {
		switch id := named[ref]; id {
		case "":
			unknown = append(unknown, ref)
		case group.ID:
			return nil, errSelfMember
		default:
			ids = append(ids, id)
		}
	}
	added, _, err := w.tx.AddMembers(group.ConnectionID, group.ID, ids, w.at)
	delta.added(added)
	return unknown, err
}

func (w *work) removeMembers(group *Resource, change patch.RowChange, note func([]Member)) error {
	var removed []Member
	var err error
	switch {
	case change.Filter != nil:
		var matched []Member
		if matched, err = w.tx.MatchMembers(group.ConnectionID, group.ID, *change.Filter, w.c.BaseURL); err != nil {
			return err
		}
		ids := make([]string, len(matched))
		for i, member := range matched {
			ids[i] = member.ID
		}
		removed, err = w.tx.RemoveMembers(group.ConnectionID, group.ID, ids)
	case change.Values != nil:
		removed, err = w.removeNamed(group, change.Values)
	default:
		removed, err = w.tx.ClearMembers(group.ConnectionID, group.ID, nil)
	}
	note(removed)
	return err
}

// removeNamed removes members by id or, where that is none, by externalId or
// userName.
func (w *work) removeNamed(group *Resource, refs []string) ([]Member, error) {
	removed, err := w.tx.RemoveMembers(group.ConnectionID, group.ID, refs)
	if err != nil || len(removed) == len(refs) {
		return removed, err
	}
	named, err := w.tx.NamedMembers(group.ConnectionID, refs)
	if err != nil || len(named) == 0 {
		return removed, err
	}
	more, err := w.tx.RemoveMembers(group.ConnectionID, group.ID, slices.Collect(maps.Values(named)))
	return append(removed, more...), err
}

// attachPending puts a resource into the groups that waited for it.
func (w *work) attachPending(r *Resource, refs MemberRefs) (bool, error) {
	groups, err := w.tx.TakePending(r.ConnectionID, refs)
	if err != nil || len(groups) == 0 {
		return false, err
	}
	var joined []string
	for _, group := range groups {
		if group == r.ID {
			continue // no group is its own member
		}
		added, _, err := w.tx.AddMembers(r.ConnectionID, group, []string{r.ID}, w.at)
		if err != nil {
			return false, err
		}
		for _, member := range added {
			joined = append(joined, group)
			if err := w.emit(GroupMemberAdded, group, MemberData{MemberID: member.ID, MemberType: member.Type}); err != nil {
				return false, err
			}
		}
		if r.Type == userType && len(added) > 0 {
			if err := w.emitGroupRoles(group, []string{r.ID}, nil); err != nil {
				return false, err
			}
		}
	}
	if len(joined) == 0 {
		return false, nil
	}
	return true, w.tx.TouchResources(r.ConnectionID, groupType, joined, w.at)
}

// leaveGroups cleans up after a deleted resource: it leaves the groups it was
// in, and a group loses its members.
func (w *work) leaveGroups(r *Resource) error {
	if r.Type != userType && r.Type != groupType {
		return nil
	}
	if r.Type == groupType {
		left := membersDelta{}
		removed, err := w.tx.ClearMembers(r.ConnectionID, r.ID, nil)
		if err != nil {
			return err
		}
		left.removed(removed)
		if err := w.emitGroupRoles(r.ID, nil, left.users(-1)); err != nil {
			return err
		}
	}
	groups, err := w.tx.RemoveFromGroups(r.ConnectionID, r.ID)
	if err != nil || len(groups) == 0 {
		return err
	}
	for _, group := range groups {
		if err := w.emit(GroupMemberRemoved, group, MemberData{MemberID: r.ID, MemberType: r.Type}); err != nil {
			return err
		}
	}
	return w.tx.TouchResources(r.ConnectionID, groupType, groups, w.at)
}

// membersDelta nets what a request does to a group: who leaves and comes back
// in the same request has done neither.
type membersDelta struct {
	order []Member
	net   map[string]int
}

func (d *membersDelta) added(members []Member)   { d.count(members, 1) }
func (d *membersDelta) removed(members []Member) { d.count(members, -1) }

// any reports whether a member came or went.
func (d *membersDelta) any() bool {
	for _, net := range d.net {
		if net != 0 {
			return true
		}
	}
	return false
}

// users are the Users that came (1) or went (-1).
func (d *membersDelta) users(way int) []string {
	var ids []string
	for _, member := range d.order {
		if member.Type == userType && d.net[member.ID]*way > 0 {
			ids = append(ids, member.ID)
		}
	}
	return ids
}

func (d *membersDelta) count(members []Member, by int) {
	if d.net == nil {
		d.net = make(map[string]int, len(members))
	}
	for _, member := range members {
		if _, seen := d.net[member.ID]; !seen {
			d.order = append(d.order, member)
		}
		d.net[member.ID] += by
	}
}

func (w *work) emitMembers(group *Resource, delta *membersDelta) error {
	for _, member := range delta.order {
		net := delta.net[member.ID]
		if net == 0 {
			continue
		}
		eventType := GroupMemberAdded
		if net < 0 {
			eventType = GroupMemberRemoved
		}
		if err := w.emit(eventType, group.ID, MemberData{MemberID: member.ID, MemberType: member.Type}); err != nil {
			return err
		}
	}
	return nil
}
