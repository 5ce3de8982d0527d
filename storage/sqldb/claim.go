package sqldb

import (
	"maps"
	"slices"

	"github.com/joineryhq/joinery/scim"
)

// SetClaims writes what differs only: most sign-ins claim what the last one did.
// It does so in the order of the keys, lest two wait for each other.
func (t *tx) SetClaims(connectionID, userID string, groups []string) (changed bool, err error) {
	former, err := t.Claims(connectionID, userID)
	if err != nil {
		return false, err
	}
	before, now := claimKeys(former), claimKeys(groups)
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if _, stays := now[key]; stays {
			continue
		}
		changed = true
		if err := t.exec(`DELETE FROM claims WHERE connection_id = $1 AND user_id = $2 AND key = $3`, connectionID, userID, key); err != nil {
			return false, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(now)) {
		name := now[key]
		if before[key] == name {
			continue
		}
		changed = true
		err := t.exec(`INSERT INTO claims (connection_id, user_id, key, name) VALUES ($1, $2, $3, $4)
			ON CONFLICT (connection_id, user_id, key) DO UPDATE SET name = excluded.name`, connectionID, userID, key, name)
		if err != nil {
			return false, err
		}
	}
	return changed, nil
}

// claimKeys maps names without case to the names, of several to the first.
func claimKeys(groups []string) map[string]string {
	keys := make(map[string]string, len(groups))
	for _, name := range groups {
		if key := scim.Fold(name); keys[key] == "" {
			keys[key] = name
		}
	}
	return keys
}

func (t *tx) Claims(connectionID, userID string) ([]string, error) {
	return collect(t, scanText, `SELECT name FROM claims WHERE connection_id = $1 AND user_id = $2 ORDER BY key`, connectionID, userID)
}
