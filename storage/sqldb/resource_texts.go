package sqldb

import "strings"

// resourceTexts are the statements about resources.
type resourceTexts struct {
	columns     string // of resources r
	memberRows  string // subselect for the Rows of a Group; %BASE% stands for the base URL
	groupRows   string // subselect for the Rows of a User
	oneResource string // $1 connection, $2 type, $3 id

	insertEmails, deleteEmails string
	touchResources             string
	addCount, countRevived     string
	total                      string
}

const baseMark = "%BASE%"

// newResourceTexts writes CROSS JOIN from members to resources: SQLite keeps
// that order, where it would else begin with all groups of the connection.
func newResourceTexts(d *dialect) resourceTexts {
	return resourceTexts{
		columns: `r.id, r.version, r.created_at, r.modified_at, COALESCE(r.unique_key, ''), COALESCE(r.external_id, ''), COALESCE(r.display, ''), r.active, r.body`,
		memberRows: jsonRows(d, `"type":' || `+d.quote(`m.member_type`)+` || '`, `CASE m.member_type WHEN 'Group' THEN '/Groups/' ELSE '/Users/' END`,
			`SELECT m.member_id AS id, m.member_type, x.display FROM members m CROSS JOIN resources x
			WHERE m.connection_id = r.connection_id AND m.group_id = r.id
			AND x.connection_id = m.connection_id AND x.resource_type = m.member_type AND x.id = m.member_id AND x.deleted_at IS NULL ORDER BY m.member_id`),
		groupRows: jsonRows(d, `"type":"direct"`, `'/Groups/'`,
			`SELECT m.group_id AS id, x.display FROM members m CROSS JOIN resources x
			WHERE m.connection_id = r.connection_id AND m.member_id = r.id
			AND x.connection_id = m.connection_id AND x.resource_type = 'Group' AND x.id = m.group_id AND x.deleted_at IS NULL ORDER BY m.group_id`),
		oneResource: ` FROM resources r WHERE r.connection_id = $1 AND r.resource_type = $2 AND r.id = $3 AND r.deleted_at IS NULL`,

		insertEmails: `INSERT INTO user_emails (connection_id, email, resource_id)
			SELECT $1, e.value, $2 FROM ` + d.eachOf(`$3`) + ` WHERE true ON CONFLICT DO NOTHING`,
		deleteEmails: `DELETE FROM user_emails WHERE connection_id = $1 AND resource_id = $3 AND ` +
			d.inSelect(`email`, `SELECT e.value FROM resources r, `+d.eachOf(`r.emails`)+` WHERE r.connection_id = $1 AND r.resource_type = $2 AND r.id = $3`),
		touchResources: `UPDATE resources SET version = version + 1, modified_at = $4
			WHERE connection_id = $1 AND resource_type = $2 AND ` + d.in(`id`, `$3`) + ` AND deleted_at IS NULL`,
		addCount: `INSERT INTO resource_counts (connection_id, resource_type, shard, n) VALUES ($1, $2, ` + d.shard + `, $3)
			ON CONFLICT (connection_id, resource_type, shard) DO UPDATE SET n = resource_counts.n + excluded.n`,
		countRevived: `INSERT INTO resource_counts (connection_id, resource_type, shard, n)
			SELECT r.connection_id, r.resource_type, ` + d.shard + `, CASE WHEN CAST($4 AS BOOLEAN) THEN 1 ELSE -1 END FROM resources r
			WHERE r.connection_id = $1 AND r.resource_type = $2 AND r.id = $3 AND (r.deleted_at IS NULL) <> CAST($4 AS BOOLEAN)
			ON CONFLICT (connection_id, resource_type, shard) DO UPDATE SET n = resource_counts.n + excluded.n`,
		total: `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM resource_counts WHERE connection_id = $1 AND resource_type = $2`,
	}
}

// jsonRows is a subselect that makes a JSON array of rows m with an id and a
// display, which is left out where there is none. The rows come in their order:
// for SQLite to sort within the aggregate would cost as much as all the rest.
func jsonRows(d *dialect, typePart, path, rows string) string {
	return `(SELECT '[' || string_agg('{"value":' || ` + d.quote(`m.id`) + ` || ',` + typePart +
		`' || CASE WHEN m.display IS NULL THEN '' ELSE ',"display":' || ` + d.quote(`m.display`) + ` END || ',"$ref":' || ` +
		d.quote(baseMark+` || `+path+` || m.id`) + ` || '}', ',') || ']' FROM (` + rows + `) m)`
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
