package sqldb

import (
	"time"

	"github.com/joineryhq/joinery"
)

// purgeTexts are the statements that forget. $1 is the connection, $2 a list of
// Users.
type purgeTexts struct{ purgeLinks, purgeClaims string }

func newPurgeTexts(d *dialect) purgeTexts {
	ofUsers := func(table string) string { return d.deleteEach(table, `d.connection_id = $1`, `user_id`, d.each(`$2`)) }
	return purgeTexts{purgeLinks: ofUsers(`links`), purgeClaims: ofUsers(`claims`)}
}

// PurgeTombstones locks what it removes, lest a User returns meanwhile.
func (t *tx) PurgeTombstones(connectionID string, before time.Time, limit int) (int, error) {
	tombstones, err := change(t, scanMember, `SELECT r.id, r.resource_type FROM resources r
		WHERE r.connection_id = $1 AND r.deleted_at < $2 ORDER BY r.deleted_at`+limitTo(limit)+t.d.lock, connectionID, millis(before))
	if err != nil || len(tombstones) == 0 {
		return 0, err
	}
	var users []string
	for _, r := range tombstones {
		for _, text := range []string{t.deleteEmails, `DELETE FROM resources WHERE connection_id = $1 AND resource_type = $2 AND id = $3`} {
			if err := t.exec(text, connectionID, r.Type, r.ID); err != nil {
				return 0, err
			}
		}
		if r.Type == "User" {
			users = append(users, r.ID)
		}
	}
	for _, text := range []string{t.purgeLinks, t.purgeClaims} {
		if err := t.exec(text, connectionID, t.d.list(users)); err != nil {
			return 0, err
		}
	}
	return len(tombstones), nil
}

func (t *tx) PurgeHandles(before time.Time, limit int) (int, error) {
	return t.purge(t.d.deleteSome(`handles`, `kind, key`, `d.until <= $1`, limit), before)
}

func (t *tx) PurgeRequests(before time.Time, limit int) (int, error) {
	return t.purge(t.d.deleteSome(`requests`, `connection_id, id`, `d.time < $1`, limit), before)
}

func (t *tx) PurgeConsents(before time.Time, limit int) (int, error) {
	return t.purge(t.d.deleteSome(`consents`, `hash`, `d.expires_at <= $1`, limit), before)
}

func (t *tx) PurgeDepartures(before time.Time, limit int) (int, error) {
	return t.purge(t.d.deleteSome(`departures`, `connection_id, bucket, shard`, `d.bucket < $1`, limit), before)
}

func (t *tx) purge(text string, before time.Time) (int, error) {
	removed, err := change(t, scanNumber, text+` RETURNING 1`, millis(before))
	return len(removed), err
}

func (t *tx) ConnectionsAfter(after string, limit int) ([]*joinery.Connection, error) {
	return collect(t, scanConnection, selectConnection+` WHERE c.id > $1 ORDER BY c.id`+limitTo(limit), after)
}
