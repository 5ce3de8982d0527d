package joinery

import (
	"context"
	"maps"
	"slices"
)

// mappingHolders are the accounts to which a mapping gives its role, and how.
type mappingHolders map[string]struct{ pushed, claimed bool }

// tellMapped tells of the roles that a new mapping gives. All servers know of it
// by now and tell of those who come later.
func (s *Service) tellMapped(ctx context.Context, m *Mapping) error {
	holders := mappingHolders{}
	if err := s.findHolders(ctx, m, holders); err != nil {
		return err
	}
	return s.tellHolders(ctx, m, holders, func(member *OrganizationMember) (granted, revoked []RoleGrant) {
		for _, grant := range member.Roles {
			if grant.MappingID == m.ID {
				granted = append(granted, grant)
			}
		}
		return granted, nil
	})
}

// tellUnmapped tells of the roles that a deleted mapping gave.
func (s *Service) tellUnmapped(ctx context.Context, m *Mapping, holders mappingHolders) error {
	grant := MappedGrant{ConnectionID: m.ConnectionID, GroupID: m.GroupID, GroupName: m.GroupName, MappingID: m.ID, Target: m.Target, Role: m.Role}
	return s.tellHolders(ctx, m, holders, func(member *OrganizationMember) (granted, revoked []RoleGrant) {
		held := holders[member.Membership.AccountID]
		if held.pushed {
			grant.Via = RoleGroup
			revoked = append(revoked, grant.grant())
		}
		if held.claimed {
			grant.Via = RoleSignIn
			revoked = append(revoked, grant.grant())
		}
		return nil, revoked
	})
}

// tellHolders emits what changes for each holder that is a member, in
// transactions of rolesAtOnce.
func (s *Service) tellHolders(ctx context.Context, m *Mapping, holders mappingHolders, change func(*OrganizationMember) (granted, revoked []RoleGrant)) error {
	for accountIDs := range slices.Chunk(slices.Sorted(maps.Keys(holders)), rolesAtOnce) {
		err := s.transact(ctx, Caller{}, func(w *work) error {
			o, err := w.enter(m.ConnectionID)
			if err != nil {
				return err
			}
			members, err := w.membersAmong(o, accountIDs)
			if err != nil {
				return err
			}
			for _, member := range members {
				granted, revoked := change(member)
				if len(granted)+len(revoked) == 0 {
					continue
				}
				if err := w.emitRoleChange(o, member, granted, revoked); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// membersAmong are those of the accounts that are members of an organization.
func (w *work) membersAmong(o *Organization, accountIDs []string) ([]*OrganizationMember, error) {
	memberships, err := w.tx.MembershipsIn(o.ID, accountIDs)
	if err != nil {
		return nil, err
	}
	grants, err := roleGrants(w.tx, w.s, o, memberships)
	if err != nil {
		return nil, err
	}
	members := make([]*OrganizationMember, len(memberships))
	for i, m := range memberships {
		members[i] = w.s.member(o, m, nil, grants[m.AccountID])
	}
	return members, nil
}

// findHolders adds the accounts to which a mapping gives its role, or would if
// it were there still.
func (s *Service) findHolders(ctx context.Context, m *Mapping, holders mappingHolders) error {
	c, err := s.Connection(ctx, m.ConnectionID)
	if err != nil {
		return err
	}
	if m.GroupID != "" {
		err := s.walk(ctx, func(tx Tx, after string) (string, error) { return addPushed(tx, c, m, after, holders) })
		if err != nil {
			return err
		}
	}
	if c.Policy.GroupAuthority == "scim" {
		return nil
	}
	names, err := s.claimNames(ctx, m)
	if err != nil {
		return err
	}
	for _, name := range names {
		err := s.walk(ctx, func(tx Tx, after string) (string, error) { return addClaiming(tx, c, name, after, holders) })
		if err != nil {
			return err
		}
	}
	return nil
}

// walk calls fn, each time in a View of its own, from where it ended the last
// time until that is "".
func (s *Service) walk(ctx context.Context, fn func(tx Tx, after string) (last string, err error)) error {
	for after := ""; ; {
		err := s.store.View(ctx, func(tx Tx) (err error) {
			after, err = fn(tx, after)
			return err
		})
		if err != nil || after == "" {
			return err
		}
	}
}

func addPushed(tx Tx, c *Connection, m *Mapping, after string, holders mappingHolders) (string, error) {
	accountIDs, last, err := tx.LinkedMembers(c.ID, m.GroupID, after, rolesAtOnce)
	if err != nil {
		return "", err
	}
	claimed := map[string]bool{}
	if c.Policy.GroupAuthority == "claims" {
		if claimed, err = claimedIn(tx, c.ID, accountIDs); err != nil {
			return "", err
		}
	}
	for _, id := range accountIDs {
		if !claimed[id] {
			held := holders[id]
			held.pushed = true
			holders[id] = held
		}
	}
	return last, nil
}

// claimedIn are those of the accounts that have signed in to a connection with
// groups.
func claimedIn(tx Tx, connectionID string, accountIDs []string) (map[string]bool, error) {
	links, err := tx.LinksOf(accountIDs)
	claimed := map[string]bool{}
	for _, l := range links {
		if l.ConnectionID == connectionID && l.Ended == nil && l.Claimed != nil {
			claimed[l.AccountID] = true
		}
	}
	return claimed, err
}

func addClaiming(tx Tx, c *Connection, name, after string, holders mappingHolders) (string, error) {
	accountIDs, last, err := tx.ClaimingAccounts(c.ID, name, after, rolesAtOnce)
	for _, id := range accountIDs {
		held := holders[id]
		held.claimed = true
		holders[id] = held
	}
	return last, err
}

// claimNames are what a sign-in may call the group of a mapping: its name or,
// where it was pushed with one, its externalId.
func (s *Service) claimNames(ctx context.Context, m *Mapping) ([]string, error) {
	names := []string{m.GroupName}
	if m.GroupID == "" {
		return names, nil
	}
	err := s.store.View(ctx, func(tx Tx) error {
		group, err := tx.Resource(m.ConnectionID, groupType, m.GroupID, false, "")
		if KindOf(err) == NotFound {
			return nil // it was deleted, and may come back
		}
		if err == nil && group.Keys.ExternalID != "" {
			names = append(names, group.Keys.ExternalID)
		}
		return err
	})
	return names, err
}
