package sqldb

import "github.com/joineryhq/joinery"

// sharedExternalIDs is the statement of SharedExternalIDs: it goes along the
// externalIds of one connection, and looks each up in the other. $1 is the
// connection, $2 the other one, $3 the externalId to begin behind.
func sharedExternalIDs(d *dialect) string {
	live := func(alias, of string) string {
		return alias + `.connection_id = ` + of + ` AND ` + alias + `.resource_type = 'User' AND ` + alias + `.deleted_at IS NULL`
	}
	linked := func(alias, of string) string {
		return alias + `.connection_id = ` + of + `.connection_id AND ` + alias + `.user_id = ` + of + `.id AND ` + alias + `.ended_at IS NULL`
	}
	return `SELECT r.external_id, l.account_id, k.account_id FROM resources r` +
		d.join(`resources`, `o`, live(`o`, `$2`)+` AND o.external_id = r.external_id`) +
		d.join(`links`, `l`, linked(`l`, `r`)) +
		d.join(`links`, `k`, linked(`k`, `o`)) + `
		WHERE ` + live(`r`, `$1`) + ` AND r.external_id > $3 AND l.account_id <> k.account_id ORDER BY r.external_id`
}

func (t *tx) SharedExternalIDs(connectionID, otherID, after string, limit int) ([]joinery.SharedExternalID, error) {
	return scanAll(t, func(r rows) (s joinery.SharedExternalID, err error) {
		err = r.Scan(&s.ExternalID, &s.AccountID, &s.OtherID)
		return s, err
	}, query{text: sharedExternalIDs(t.d) + limitTo(limit), args: []any{connectionID, otherID, after}, long: true})
}
