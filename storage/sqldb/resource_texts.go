package sqldb

import "strings"

// resourceTexts are the statements about resources.
type resourceTexts struct {
	columns     string // of resources r
	listColumns string // the same without those of Keys
	memberRows  string // subselect for the Rows of a Group; %BASE% stands for the base URL
	groupRows   string // subselect for the Rows of a User
	oneResource string // $1 connection, $2 type, $3 id
	groupsOf    string // $1 connection, $2 first user, $3 last user: one text, since ids hold neither space nor comma
	groupNames  string // $1 connection, $2 list of groups

	insertEmails, deleteEmails string
	touchResource              string
	addCount, countRevived     string
	total                      string
}

const baseMark = "%BASE%"

func newResourceTexts(d *dialect) resourceTexts {
	return resourceTexts{
		listColumns: `r.id, r.version, r.created_at, r.modified_at, r.body`,
		columns:     `r.id, r.version, r.created_at, r.modified_at, r.body, COALESCE(r.unique_key, ''), COALESCE(r.external_id, ''), COALESCE(r.display, ''), r.active`,
		memberRows: jsonRows(d, `'"type":' || `+d.quote(`m.member_type`), `CASE m.member_type WHEN 'Group' THEN '/Groups/' ELSE '/Users/' END`,
			`m.member_type`, `m.member_id`, `m.group_id = r.id`),
		groupRows:   jsonRows(d, `'"type":"direct"'`, `'/Groups/'`, `'Group'`, `m.group_id`, `m.member_id = r.id`),
		oneResource: ` FROM resources r WHERE r.connection_id = $1 AND r.resource_type = $2 AND r.id = $3 AND r.deleted_at IS NULL`,

		groupsOf: `SELECT string_agg(m.member_id || ' ' || m.group_id, ',') FROM (SELECT m.member_id, m.group_id FROM members m
			WHERE m.connection_id = $1 AND m.member_id >= $2 AND m.member_id <= $3 ORDER BY m.member_id, m.group_id) m`,
		groupNames: `SELECT r.id, r.display FROM ` +
			d.lookUp(d.each(`$2`), `resources`, `r`, `r.connection_id = $1 AND r.resource_type = 'Group' AND r.id = e.value AND r.deleted_at IS NULL`, ``),

		insertEmails: `INSERT INTO user_emails (connection_id, email, resource_id)
			SELECT $1, e.value, $2 FROM ` + d.eachOf(`$3`) + ` WHERE true ON CONFLICT DO NOTHING`,
		deleteEmails: d.deleteEach(`user_emails`, `d.connection_id = $1 AND d.resource_id = $3`, `email`,
			`(SELECT e.value FROM resources r CROSS JOIN `+d.eachOf(`r.emails`)+` WHERE r.connection_id = $1 AND r.resource_type = $2 AND r.id = $3) e`),
		touchResource: `UPDATE resources SET version = version + 1, modified_at = $4
			WHERE connection_id = $1 AND resource_type = $2 AND id = $3 AND deleted_at IS NULL`,
		addCount: `INSERT INTO resource_counts (connection_id, resource_type, shard, n) VALUES ($1, $2, ` + d.shard + `, $3)
			ON CONFLICT (connection_id, resource_type, shard) DO UPDATE SET n = resource_counts.n + excluded.n`,
		countRevived: `INSERT INTO resource_counts (connection_id, resource_type, shard, n)
			SELECT r.connection_id, r.resource_type, ` + d.shard + `, CASE WHEN CAST($4 AS BOOLEAN) THEN 1 ELSE -1 END FROM resources r
			WHERE r.connection_id = $1 AND r.resource_type = $2 AND r.id = $3 AND (r.deleted_at IS NULL) <> CAST($4 AS BOOLEAN)
			ON CONFLICT (connection_id, resource_type, shard) DO UPDATE SET n = resource_counts.n + excluded.n`,
		total: `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM resource_counts WHERE connection_id = $1 AND resource_type = $2`,
	}
}

// jsonRows is a subselect that makes a JSON array of rows of members m: of the
// live resource x of the type and id that each names, with its display, which is
// left out where there is none. The rows come in the order of the ids: for
// SQLite to sort within the aggregate would cost as much as all the rest.
func jsonRows(d *dialect, typePart, path, resourceType, id, condition string) string {
	return `(SELECT '[' || string_agg(line.item, ',') || ']' FROM (
		SELECT (SELECT '{"value":' || ` + d.quote(`x.id`) + ` || ',' || ` + typePart +
		` || CASE WHEN x.display IS NULL THEN '' ELSE ',"display":' || ` + d.quote(`x.display`) + ` END || ',"$ref":' || ` + d.quote(baseMark+` || `+path+` || x.id`) + ` || '}'
			FROM resources x WHERE x.connection_id = m.connection_id AND x.resource_type = ` + resourceType + ` AND x.id = ` + id + ` AND x.deleted_at IS NULL) AS item
		FROM members m WHERE m.connection_id = r.connection_id AND ` + condition + ` ORDER BY ` + id + `) line)`
}

// rowsOf returns the subselect for Resource.Rows, "" for types without rows.
// base is the placeholder of the base URL.
func (t *resourceTexts) rowsOf(resourceType, base string) string {
	switch resourceType {
	case "Group":
		return strings.ReplaceAll(t.memberRows, baseMark, `CAST(`+base+` AS TEXT)`)
	case "User":
		return strings.ReplaceAll(t.groupRows, baseMark, `CAST(`+base+` AS TEXT)`)
	}
	return ""
}
