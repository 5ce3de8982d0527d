package joinery

import (
	"encoding/json"
	"slices"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// returnUsers brings the Users back that a merge took away. Those of a
// connection that was deleted since are gone with it.
func (u *unmerging) returnUsers() error {
	for _, gone := range u.undo.Dropped {
		connection, err := u.tx.Connection(gone.Link.ConnectionID)
		if KindOf(err) == NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if err := u.within(connection, func() error { return u.returnUser(gone) }); err != nil {
			return err
		}
	}
	return nil
}

func (u *unmerging) returnUser(gone *droppedUser) error {
	l := gone.Link
	if err := u.checkRoom(l); err != nil {
		return err
	}
	if err := u.tx.InsertLink(l); err != nil {
		return err
	}
	u.links[l.key()] = l
	if _, err := u.tx.SetClaims(l.ConnectionID, l.UserID, gone.Claims); err != nil {
		return err
	}
	if gone.User == nil {
		return nil
	}
	return u.revive(gone)
}

// checkRoom sees to it that the link of a dropped User can be there again.
func (u *unmerging) checkRoom(l *Link) error {
	for _, other := range u.links {
		if other.Ended == nil && other.AccountID == l.AccountID && other.ConnectionID == l.ConnectionID {
			return changed("the account %s has another User in the connection %q by now, %s. Relink or deprovision it first.", l.AccountID, u.c.Connection.Name, other.UserID)
		}
	}
	return u.checkSubject(l)
}

// checkSubject sees to it that nobody else signs in with the subject of a link.
func (u *unmerging) checkSubject(l *Link) error {
	if l.Subject == "" {
		return nil
	}
	other, err := u.tx.LinkBySubject(l.ConnectionID, l.Subject)
	switch {
	case KindOf(err) == NotFound:
		return nil
	case err != nil:
		return err
	case other.key() == l.key():
		return nil
	}
	return changed("the sign-ins of the User %s go to another one by now, %s.", l.UserID, other.UserID)
}

// revive makes a dropped User what it was, under its id.
func (u *unmerging) revive(gone *droppedUser) error {
	t := u.s.registry.Type(userType)
	doc, err := scim.Parse(gone.User.Body)
	if err != nil {
		return err
	}
	in := &incoming{doc: doc}
	if err := in.encode(t); err != nil {
		return err
	}
	refs := in.refs(t, gone.Link.UserID)
	candidates, err := u.tx.Candidates(gone.Link.ConnectionID, t.Name, in.keys, refs)
	if err != nil {
		return err
	}
	if refuseTaken(t, in, gone.Link.UserID, candidates) != nil {
		return changed("another User of the connection %q has the userName or externalId of the User %s by now, %q. Rename it first.", u.c.Connection.Name, gone.Link.UserID, doc.String("userName"))
	}
	r, err := u.reviveResource(t, gone, in)
	if err != nil {
		return err
	}
	if err := u.emitCreated(t, r, doc, true); err != nil {
		return err
	}
	if err := u.partGroups(gone); err != nil || !candidates.Pending {
		return err
	}
	_, err = u.attachPending(r, refs)
	return err
}

// reviveResource writes the User over its tombstone, which may be gone by now.
func (u *unmerging) reviveResource(t *schema.Type, gone *droppedUser, in *incoming) (*Resource, error) {
	r := &Resource{
		ConnectionID: gone.Link.ConnectionID, Type: t.Name, ID: gone.Link.UserID,
		Version: gone.User.Version + 2, // that of the tombstone is one below
		Created: gone.User.Created, LastModified: u.at, Body: in.body, Keys: in.keys,
	}
	err := u.tx.UpdateResource(r)
	if KindOf(err) == NotFound {
		err = u.tx.InsertResource(r)
	}
	return r, err
}

// partGroups puts a User that is back into those of its groups in which its heir
// still is: whom the identity provider has taken out of one since stays out. The
// heir leaves those that it only joined for it.
func (u *unmerging) partGroups(gone *droppedUser) error {
	still, err := u.groupsOf(gone.HeirID)
	if err != nil {
		return err
	}
	var parted []string
	for _, group := range gone.Groups {
		if !slices.Contains(still, group) {
			continue
		}
		parted = append(parted, group)
		if _, err := u.joinGroup(group, gone.Link.UserID); err != nil {
			return err
		}
		if slices.Contains(gone.Joined, group) {
			if err := u.leaveGroup(group, gone.HeirID); err != nil {
				return err
			}
		}
	}
	return u.tx.TouchResources(u.c.Connection.ID, groupType, parted, u.at)
}

// groupsOf lists the groups that a User is in; none where there is no such User.
func (u *unmerging) groupsOf(userID string) ([]string, error) {
	r, err := u.tx.Resource(u.c.Connection.ID, userType, userID, true, "")
	if KindOf(err) == NotFound {
		return nil, nil
	}
	if err != nil || r.Rows == nil {
		return nil, err
	}
	var rows []struct{ Value string }
	err = json.Unmarshal(r.Rows, &rows)
	groups := make([]string, len(rows))
	for i, row := range rows {
		groups[i] = row.Value
	}
	return groups, err
}

// leaveGroup takes a User out of a group that it is in.
func (u *unmerging) leaveGroup(groupID, userID string) error {
	if _, err := u.tx.RemoveMembers(u.c.Connection.ID, groupID, []string{userID}); err != nil {
		return err
	}
	return u.emitMember(GroupMemberRemoved, groupID, userID)
}
