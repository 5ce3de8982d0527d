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
	byExternalID, byUserName     string
}

func newMemberTexts(d *dialect) memberTexts {
	const ofGroup = ` WHERE connection_id = $1 AND group_id = $2`
	all := d.each(`$3`)
	return memberTexts{
		addMembers: `INSERT INTO members (connection_id, group_id, member_id, member_type, created_at)
			SELECT r.connection_id, $2, r.id, r.resource_type, $4 FROM resources r
			WHERE r.connection_id = $1 AND r.resource_type IN ('User', 'Group') AND ` + d.in(`r.id`, `$3`) + ` AND r.deleted_at IS NULL` + d.lockKey + `
			ON CONFLICT DO NOTHING RETURNING member_id, member_type`,
		presentMembers: `SELECT member_id FROM members` + ofGroup + ` AND ` + d.in(`member_id`, `$3`),
		removeMembers:  `DELETE FROM members` + ofGroup + ` AND ` + d.in(`member_id`, `$3`) + ` RETURNING member_id, member_type`,
		removePending:  `DELETE FROM pending_members` + ofGroup + ` AND ` + d.in(`ref`, `$3`),
		clearMembers:   `DELETE FROM members` + ofGroup + ` AND member_id NOT IN (SELECT e.value FROM ` + all + `) RETURNING member_id, member_type`,
		clearPending:   `DELETE FROM pending_members` + ofGroup + ` AND ref NOT IN (SELECT e.value FROM ` + all + `)`,
		addPending:     `INSERT INTO pending_members (connection_id, group_id, ref, name, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		takePending:    `DELETE FROM pending_members WHERE connection_id = $1 AND (` + d.in(`ref`, `$2`) + ` OR name = $3) RETURNING group_id`,
		byExternalID: `SELECT external_id, id FROM resources
			WHERE connection_id = $1 AND resource_type IN ('User', 'Group') AND deleted_at IS NULL AND ` + d.in(`external_id`, `$2`) + ` ORDER BY resource_type`,
		byUserName: `SELECT unique_key, id FROM resources
			WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL AND ` + d.in(`unique_key`, `$2`),
	}
}

func (t *tx) AddMembers(connectionID, groupID string, ids []string, at time.Time) ([]joinery.Member, []string, error) {
	ids = distinct(ids)
	if len(ids) == 0 {
		return nil, nil, nil
	}
	list := t.d.list(ids)
	added, err := change(t, scanMember, t.addMembers, connectionID, groupID, list, millis(at))
	if err != nil || len(added) == len(ids) {
		return sortedMembers(added), nil, err
	}
	present, err := collect(t, scanText, t.presentMembers, connectionID, groupID, list)
	if err != nil {
		return nil, nil, err
	}
	known := make(map[string]bool, len(present))
	for _, id := range present {
		known[id] = true
	}
	unknown := slices.DeleteFunc(ids, func(id string) bool { return known[id] })
	return sortedMembers(added), unknown, nil
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
	if len(refs.Exact) == 0 && refs.Name == "" {
		return nil, nil
	}
	groups, err := change(t, scanText, t.takePending, connectionID, t.d.list(refs.Exact), optional(refs.Name))
	slices.Sort(groups)
	return slices.Compact(groups), err
}

func (t *tx) NamedMembers(connectionID string, refs []string) (map[string]string, error) {
	folded := make([]string, len(refs))
	for i, ref := range refs {
		folded[i] = scim.Fold(ref)
	}
	byName, err := t.idsBy(t.byUserName, connectionID, distinct(folded))
	if err != nil {
		return nil, err
	}
	byExternalID, err := t.idsBy(t.byExternalID, connectionID, refs)
	if err != nil {
		return nil, err
	}
	named := map[string]string{}
	for i, ref := range refs {
		if id := cmp.Or(byExternalID[ref], byName[folded[i]]); id != "" {
			named[ref] = id
		}
	}
	return named, nil
}

// idsBy runs a query of keys and ids.
func (t *tx) idsBy(text, connectionID string, keys []string) (map[string]string, error) {
	ids := map[string]string{}
	_, err := collect(t, func(r rows) (struct{}, error) {
		var key, id string
		err := r.Scan(&key, &id)
		ids[key] = id
		return struct{}{}, err
	}, text, connectionID, t.d.list(keys))
	return ids, err
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
