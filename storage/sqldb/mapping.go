package sqldb

import (
	"database/sql"
	"errors"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

const (
	mappingColumns = `m.connection_id, m.id, COALESCE(m.group_id, ''), m.group_name, m.target, m.role, m.created_at`
	selectMapping  = `SELECT ` + mappingColumns + ` FROM mappings m WHERE m.connection_id = $1`
)

// mappingTexts are the statements about mappings. $1 is the connection.
type mappingTexts struct {
	mappingsOf   string // $2 list of groups
	claimedNames string // $2 list of names
}

func newMappingTexts(d *dialect) mappingTexts {
	return mappingTexts{
		mappingsOf: `SELECT ` + mappingColumns + ` FROM ` +
			d.lookUp(d.each(`$2`), `mappings`, `m`, `m.connection_id = $1 AND m.group_id = e.value`, ``) + ` ORDER BY m.id`,
		claimedNames: `SELECT e.value FROM ` + d.each(`$2`) + ` WHERE EXISTS (SELECT 1 FROM claims k WHERE k.connection_id = $1 AND k.key = e.value)`,
	}
}

func (t *tx) InsertMapping(m *joinery.Mapping) error {
	return t.write(statement{
		text: `INSERT INTO mappings (connection_id, id, group_id, group_name, name_key, target, role, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		args: []any{
			m.ConnectionID, m.ID, optional(m.GroupID), m.GroupName, scim.Fold(m.GroupName), m.Target, m.Role, millis(m.Created),
		},
		taken: joinery.ErrCollision,
	})
}

func (t *tx) Mapping(connectionID, id string) (*joinery.Mapping, error) {
	if !storable(id) {
		return nil, notFound("mapping", id)
	}
	m, err := one(t, scanMapping, selectMapping+` AND m.id = $2`, connectionID, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("mapping", id)
	}
	return m, err
}

func (t *tx) Mappings(connectionID string) ([]*joinery.Mapping, error) {
	return collect(t, scanMapping, selectMapping+` ORDER BY m.id`, connectionID)
}

func (t *tx) MappingsOf(connectionID string, groupIDs []string) ([]*joinery.Mapping, error) {
	return collect(t, scanMapping, t.mappingsOf, connectionID, t.d.list(distinct(groupIDs)))
}

func (t *tx) ClaimedNames(connectionID string, names []string) (map[string]bool, error) {
	list, err := collect(t, scanText, t.claimedNames, connectionID, t.d.list(distinct(names)))
	claimed := make(map[string]bool, len(list))
	for _, name := range list {
		claimed[name] = true
	}
	return claimed, err
}

func (t *tx) DeleteMapping(connectionID, id string) error {
	return t.immediately(statement{
		text: `DELETE FROM mappings WHERE connection_id = $1 AND id = $2`,
		args: []any{connectionID, id},
	}, notFound("mapping", id))
}

func (t *tx) BindMappings(connectionID, name, groupID string) (int, error) {
	bound, err := change(t, scanNumber, `UPDATE mappings SET group_id = $3 WHERE connection_id = $1 AND name_key = $2 AND group_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM mappings o WHERE o.connection_id = $1 AND o.group_id = $3 AND o.target = mappings.target) RETURNING 1`,
		connectionID, name, groupID)
	s := statement{taken: joinery.ErrCollision}
	return len(bound), s.failure(t.d, err)
}

func (t *tx) RenameMappings(connectionID, groupID, name string) error {
	return t.exec(`UPDATE mappings SET group_name = $3, name_key = $4 WHERE connection_id = $1 AND group_id = $2`,
		connectionID, groupID, name, scim.Fold(name))
}

func (t *tx) LinkedMembers(connectionID, groupID, after string, limit int) (accounts []string, last string, err error) {
	return t.linked(limit, `members x WHERE x.connection_id = $1 AND x.group_id = $2 AND x.member_id > $3`, `x.member_id`, connectionID, groupID, after)
}

func (t *tx) ClaimingAccounts(connectionID, name, after string, limit int) (accounts []string, last string, err error) {
	return t.linked(limit, `claims x WHERE x.connection_id = $1 AND x.key = $2 AND x.user_id > $3`, `x.user_id`, connectionID, scim.Fold(name), after)
}

// linked lists the accounts of Users whose ids a FROM clause has in a column.
func (t *tx) linked(limit int, from, user string, args ...any) (accounts []string, last string, err error) {
	read := 0
	_, err = collect(t, func(r rows) (struct{}, error) {
		var account string
		err := r.Scan(&last, &account)
		if account != "" {
			accounts = append(accounts, account)
		}
		read++
		return struct{}{}, err
	}, `SELECT `+user+`, COALESCE((SELECT l.account_id FROM links l WHERE l.connection_id = x.connection_id AND l.user_id = `+user+` AND l.ended_at IS NULL), '')
		FROM `+from+` ORDER BY `+user+limitTo(limit), args...)
	if read < limit {
		last = ""
	}
	return accounts, last, err
}

func scanMapping(r rows) (*joinery.Mapping, error) {
	var m joinery.Mapping
	var created int64
	err := r.Scan(&m.ConnectionID, &m.ID, &m.GroupID, &m.GroupName, &m.Target, &m.Role, &created)
	m.Created = fromMillis(created)
	return &m, err
}
