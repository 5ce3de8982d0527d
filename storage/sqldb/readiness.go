package sqldb

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

// readinessTexts are the statements that find out about a connection, $1, as a
// whole. Those that are tallied select an example, of a User the userName
// without case, and what the newest has most of.
type readinessTexts struct {
	withoutEmailName, withoutEmail string
	withoutMapping, unlinked       string
	differing, notFollowed         string // a userName, an email, and the User's emails without it
}

const (
	liveUsers   = `SELECT r.unique_key AS example, r.id AS newest FROM resources r WHERE r.connection_id = $1 AND r.resource_type = 'User' AND r.deleted_at IS NULL`
	likeAnEmail = `LIKE '_%@_%'`
)

func newReadinessTexts(d *dialect) readinessTexts {
	users := `links l` + d.join(`resources`, `r`, `r.connection_id = $1 AND r.resource_type = 'User' AND r.id = l.user_id AND r.deleted_at IS NULL`)
	// LOWER knows ASCII at least; who reads the rows compares the rest.
	differ := func(email, from, condition string) string {
		return `SELECT r.unique_key, ` + email + `, COALESCE(r.emails, '[]') FROM ` + from + ` AND l.connection_id = $1 AND l.ended_at IS NULL AND ` + condition + `
			AND NOT EXISTS (SELECT 1 FROM ` + d.eachOf(`r.emails`) + ` WHERE e.value = LOWER(` + email + `)) ORDER BY l.user_id DESC`
	}
	return readinessTexts{
		withoutEmailName: liveUsers + ` AND r.unique_key NOT ` + likeAnEmail,
		withoutEmail:     liveUsers + ` AND r.emails IS NULL`,
		unlinked: liveUsers + ` AND NOT EXISTS (SELECT 1 FROM links l
			WHERE l.connection_id = r.connection_id AND l.user_id = r.id AND l.ended_at IS NULL)`,
		withoutMapping: `SELECT COALESCE(r.display, '') AS example, r.id AS newest FROM resources r
			WHERE r.connection_id = $1 AND r.resource_type = 'Group' AND r.deleted_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM mappings m WHERE m.connection_id = r.connection_id AND m.group_id = r.id)`,
		differing: differ(`l.subject`, users+` WHERE true`, `l.subject `+likeAnEmail),
		notFollowed: differ(`COALESCE(a.email, '')`, d.lookUp(users, `accounts`, `a`, `a.id = l.account_id`, ``),
			`r.emails IS NOT NULL`),
	}
}

func (t *tx) UsersWithoutEmailName(connectionID string) (joinery.Tally, error) {
	return t.tally(t.withoutEmailName, connectionID)
}

func (t *tx) UsersWithoutEmail(connectionID string) (joinery.Tally, error) {
	return t.tally(t.withoutEmail, connectionID)
}

func (t *tx) UnlinkedUsers(connectionID string) (joinery.Tally, error) {
	return t.tally(t.unlinked, connectionID)
}

func (t *tx) GroupsWithoutMapping(connectionID string) (joinery.Tally, error) {
	return t.tally(t.withoutMapping, connectionID)
}

func (t *tx) PendingMembers(connectionID string) (joinery.Tally, error) {
	return t.tally(`SELECT p.ref AS example, MAX(p.created_at) AS newest FROM pending_members p WHERE p.connection_id = $1 GROUP BY p.ref`, connectionID)
}

func (t *tx) OpenCases(connectionID string) (joinery.Tally, error) {
	return t.tally(`SELECT c.code AS example, c.id AS newest FROM cases c WHERE c.connection_id = $1 AND c.status = 'open'`, connectionID)
}

func (t *tx) DifferingSubjects(connectionID string) (joinery.Tally, error) {
	return t.tallyDiffering(t.differing, connectionID)
}

func (t *tx) NotFollowed(connectionID string) (joinery.Tally, error) {
	return t.tallyDiffering(t.notFollowed, connectionID)
}

func (t *tx) tally(found, connectionID string) (joinery.Tally, error) {
	var tally joinery.Tally
	_, err := scanAll(t, func(r rows) (struct{}, error) {
		var example string
		err := r.Scan(&tally.Count, &example)
		tally.Examples = append(tally.Examples, example)
		return struct{}{}, err
	}, query{
		text: `WITH found AS (` + found + `)
			SELECT (SELECT COUNT(*) FROM found), f.example FROM found f ORDER BY f.newest DESC, f.example` + limitTo(joinery.MaxExamples),
		args: []any{connectionID},
		long: true,
	})
	return tally, err
}

// tallyDiffering tallies the rows of readinessTexts.differ whose email is indeed
// none of the User's.
func (t *tx) tallyDiffering(found, connectionID string) (joinery.Tally, error) {
	var tally joinery.Tally
	_, err := scanAll(t, func(r rows) (struct{}, error) {
		var userName, email string
		var stored []byte
		var emails []string
		err := r.Scan(&userName, &email, &stored)
		if err == nil {
			err = json.Unmarshal(stored, &emails)
		}
		if err != nil || slices.Contains(emails, scim.Fold(email)) {
			return struct{}{}, err
		}
		if tally.Count++; tally.Count <= joinery.MaxExamples {
			tally.Examples = append(tally.Examples, userName)
		}
		return struct{}{}, nil
	}, query{text: found, args: []any{connectionID}, long: true})
	return tally, err
}

func (t *tx) LiveResources(connectionID, resourceType string) (int64, error) {
	t.queueCounts()
	return one(t, scanNumber, t.total, connectionID, resourceType)
}

func (t *tx) RequestsSince(connectionID string, since time.Time) (all, failed int64, last *time.Time, err error) {
	var lastMillis *int64
	_, err = one(t, func(r rows) (struct{}, error) {
		return struct{}{}, r.Scan(&all, &failed, &lastMillis)
	}, `SELECT COUNT(*), COUNT(*) FILTER (WHERE r.status >= 400), (SELECT MAX(l.time) FROM requests l WHERE l.connection_id = $1)
		FROM requests r WHERE r.connection_id = $1 AND r.time >= $2`, connectionID, millis(since))
	return all, failed, fromOptionalMillis(lastMillis), err
}
