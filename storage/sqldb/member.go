package sqldb

import (
	"cmp"
	"slices"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/filter"
)

// memberTexts are the statements about members. $1 is the connection, $2 the
// group, $3 a list.
type memberTexts struct {
	addMembers, presentMembers   string
	removeMembers, removePending string
	clearMembers, clearPending   string
	addPending, takePending      string
	byID                         string
	byExternalID, byUniqueKey    string
}

func newMemberTexts(d *dialect) memberTexts {
	const ofGroup = ` WHERE connection_id = $1 AND group_id = $2`
	all := d.each(`$3`)
	return memberTexts{
		addMembers: `INSERT INTO members (connection_id, group_id, member_id, member_type, created_at)
			SELECT r.connection_id, $2, r.id, r.resource_type, $4 FROM ` +
			d.lookUp(all, `resources`, `r`, `r.connection_id = $1 AND r.resource_type = $5 AND r.id = e.value AND r.deleted_at IS NULL`, d.lockKey) + `
			ON CONFLICT DO NOTHING RETURNING member_id, member_type`,
		presentMembers: `SELECT m.member_id FROM ` + d.lookUp(all, `members`, `m`, `m.connection_id = $1 AND m.group_id = $2 AND m.member_id = e.value`, ``),
		removeMembers:  d.deleteEach(`members`, `d.connection_id = $1 AND d.group_id = $2`, `member_id`, all) + ` RETURNING member_id, member_type`,
		removePending:  d.deleteEach(`pending_members`, `d.connection_id = $1 AND d.group_id = $2`, `ref`, all),
		clearMembers:   `DELETE FROM members` + ofGroup + ` AND member_id NOT IN (SELECT e.value FROM ` + all + `) RETURNING member_id, member_type`,
		clearPending:   `DELETE FROM pending_members` + ofGroup + ` AND ref NOT IN (SELECT e.value FROM ` + all + `)`,
		addPending:     `INSERT INTO pending_members (connection_id, group_id, ref, name, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		takePending:    d.deleteEach(`pending_members`, `d.connection_id = $1`, `ref`, d.each(`$2`)) + ` RETURNING group_id`,
		byID:           named(d, `id`),
		byExternalID:   named(d, `external_id`),
		byUniqueKey:    named(d, `unique_key`),
	}
}

// named finds live resources by a key. $1 is the connection, $2 a list of keys, $3 the type.
func named(d *dialect, column string) string {
	return `SELECT r.` + column + `, r.id FROM ` +
		d.lookUp(d.each(`$2`), `resources`, `r`, `r.connection_id = $1 AND r.resource_type = $3 AND r.`+column+` = e.value AND r.deleted_at IS NULL`, ``)
}

func (t *tx) AddMembers(connectionID, groupID string, ids []string, at time.Time) ([]joinery.Member, []string, error) {
	ids = distinct(ids)
	if len(ids) == 0 {
		return nil, nil, nil
	}
	list := t.d.list(ids)
	added, err := change(t, scanMember, t.addMembers, connectionID, groupID, list, millis(at), "User")
	if err != nil || len(added) == len(ids) {
		return sortedMembers(added), nil, err
	}
	others, err := t.others(connectionID, groupID, ids, list)
	if err != nil || len(others) == 0 {
		return sortedMembers(added), nil, err
	}
	groups, err := change(t, scanMember, t.addMembers, connectionID, groupID, t.d.list(others), millis(at), "Group")
	known := make(map[string]bool, len(groups))
	for _, m := range groups {
		known[m.ID] = true
	}
	others = slices.DeleteFunc(others, func(id string) bool { return known[id] })
	if len(others) == 0 {
		others = nil
	}
	return sortedMembers(append(added, groups...)), others, err
}

// others returns those of the ids that are no members.
func (t *tx) others(connectionID, groupID string, ids []string, list any) ([]string, error) {
	present, err := collect(t, scanText, t.presentMembers, connectionID, groupID, list)
	known := make(map[string]bool, len(present))
	for _, id := range present {
		known[id] = true
	}
	return slices.DeleteFunc(ids, func(id string) bool { return known[id] }), err
}

func (t *tx) RemoveMembers(connectionID, groupID string, ids []string) ([]joinery.Member, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list := t.d.list(ids)
	if err := t.exec(t.removePending, connectionID, groupID, list); err != nil {
		return nil, err
	}
	removed, err := change(t, scanMember, t.removeMembers, connectionID, groupID, list)
	return sortedMembers(removed), err
}

func (t *tx) ClearMembers(connectionID, groupID string, keep []string) ([]joinery.Member, error) {
	list := t.d.list(keep)
	if err := t.exec(t.clearPending, connectionID, groupID, list); err != nil {
		return nil, err
	}
	removed, err := change(t, scanMember, t.clearMembers, connectionID, groupID, list)
	return sortedMembers(removed), err
}

func (t *tx) MatchMembers(connectionID, groupID string, match filter.Any, baseURL string) ([]joinery.Member, error) {
	a := args{connectionID, groupID}
	condition, err := compileMembers(t.d.filter, &a, match, baseURL)
	if err != nil {
		return nil, err
	}
	return collect(t, scanMember, `SELECT m.member_id, m.member_type FROM members m
		WHERE m.connection_id = $1 AND m.group_id = $2 AND (`+condition+`) ORDER BY m.member_id`, a...)
}

func (t *tx) RemoveFromGroups(connectionID, member string) ([]string, error) {
	groups, err := change(t, scanText, `DELETE FROM members WHERE connection_id = $1 AND member_id = $2 RETURNING group_id`, connectionID, member)
	slices.Sort(groups)
	return groups, err
}

func (t *tx) AddPending(connectionID, groupID string, refs []string, at time.Time) error {
	for _, ref := range refs {
		if err := t.exec(t.addPending, connectionID, groupID, ref, scim.Fold(ref), millis(at)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) TakePending(connectionID string, refs joinery.MemberRefs) ([]string, error) {
	groups, err := change(t, scanText, t.takePending, connectionID, t.d.list(refs.Exact))
	if err != nil {
		return nil, err
	}
	if refs.Name != "" {
		named, err := change(t, scanText, `DELETE FROM pending_members WHERE connection_id = $1 AND name = $2 RETURNING group_id`, connectionID, refs.Name)
		if err != nil {
			return nil, err
		}
		groups = append(groups, named...)
	}
	slices.Sort(groups)
	return slices.Compact(groups), nil
}

func (t *tx) AwaitArrivals(connectionID string) error { return t.lock(t.d.lockAlone, connectionID) }

func (t *tx) NamedMembers(connectionID string, refs []string) (map[string]string, error) {
	folded := make([]string, len(refs))
	for i, ref := range refs {
		folded[i] = scim.Fold(ref)
	}
	ids, byName := map[string]string{}, map[string]string{}
	for _, find := range []struct {
		into         map[string]string
		text         string
		keys         []string
		resourceType string
	}{ // what comes later goes before
		{byName, t.byUniqueKey, distinct(folded), "User"},
		{ids, t.byExternalID, refs, "Group"}, {ids, t.byExternalID, refs, "User"},
		{ids, t.byID, refs, "Group"}, {ids, t.byID, refs, "User"},
	} {
		if err := t.idsBy(find.into, find.text, connectionID, find.keys, find.resourceType); err != nil {
			return nil, err
		}
	}
	named := map[string]string{}
	for i, ref := range refs {
		if id := cmp.Or(ids[ref], byName[folded[i]]); id != "" {
			named[ref] = id
		}
	}
	return named, nil
}

// idsBy adds what a query of keys and ids finds.
func (t *tx) idsBy(ids map[string]string, text, connectionID string, keys []string, resourceType string) error {
	_, err := collect(t, func(r rows) (struct{}, error) {
		var key, id string
		err := r.Scan(&key, &id)
		ids[key] = id
		return struct{}{}, err
	}, text, connectionID, t.d.list(keys), resourceType)
	return err
}

func (t *tx) Pending(connectionID, groupID string) ([]string, error) {
	return collect(t, scanText, `SELECT ref FROM pending_members WHERE connection_id = $1 AND group_id = $2 ORDER BY ref`, connectionID, groupID)
}

func scanMember(r rows) (m joinery.Member, err error) {
	err = r.Scan(&m.ID, &m.Type)
	return m, err
}

// sortedMembers orders by id, since RETURNING promises no order.
func sortedMembers(members []joinery.Member) []joinery.Member {
	slices.SortFunc(members, func(a, b joinery.Member) int {
		if a.ID < b.ID {
			return -1
		}
		if a.ID > b.ID {
			return 1
		}
		return 0
	})
	return members
}

// distinct returns the texts without repetition, in their order, in a new slice.
func distinct(texts []string) []string {
	seen := make(map[string]bool, len(texts))
	list := make([]string, 0, len(texts))
	for _, s := range texts {
		if !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}
