package sqldb

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/joineryhq/joinery"
)

// guardTexts are the statements about guards.
type guardTexts struct{ countDeparture string }

func newGuardTexts(d *dialect) guardTexts {
	return guardTexts{countDeparture: `INSERT INTO departures (connection_id, bucket, shard, n, deleted) VALUES ($1, $2, ` + d.shard + `, 1, $3)
		ON CONFLICT (connection_id, bucket, shard) DO UPDATE SET n = departures.n + 1, deleted = departures.deleted + excluded.deleted`}
}

func (t *tx) LockGuard(connectionID string) error {
	if t.d.lock == "" {
		return nil
	}
	return t.exec(`SELECT 1 FROM guards WHERE connection_id = $1`+t.d.lock, connectionID)
}

func (t *tx) Guard(connectionID string) (*joinery.Guard, error) {
	g, err := one(t, scanGuard, `SELECT g.connection_id, COALESCE(g.state, ''), g.since, g.until, g.departed, g.users, g.held
		FROM guards g WHERE g.connection_id = $1`, connectionID)
	if errors.Is(err, sql.ErrNoRows) {
		return &joinery.Guard{ConnectionID: connectionID}, nil
	}
	return g, err
}

func (t *tx) SetGuard(g *joinery.Guard) error {
	return t.must(statement{
		text: `UPDATE guards SET state = $2, since = $3, until = $4, departed = $5, users = $6, held = $7 WHERE connection_id = $1`,
		args: []any{
			g.ConnectionID, optional(string(g.State)), timeOrNull(g.Since), timeOrNull(g.Until), g.Departed, g.Users, listOrNull(g.Held),
		},
		missing: notFound("connection", g.ConnectionID),
	})
}

func (t *tx) CountDeparture(connectionID string, bucket time.Time, deleted bool) error {
	gone := int64(0)
	if deleted {
		gone = 1
	}
	return t.exec(t.countDeparture, connectionID, millis(bucket), gone)
}

func (t *tx) Departures(connectionID string, since time.Time) (all, deleted, users int64, err error) {
	t.queueCounts()
	_, err = one(t, func(r rows) (struct{}, error) {
		return struct{}{}, r.Scan(&all, &deleted, &users)
	}, `SELECT CAST(COALESCE(SUM(d.n), 0) AS BIGINT), CAST(COALESCE(SUM(d.deleted), 0) AS BIGINT),
			(SELECT CAST(COALESCE(SUM(c.n), 0) AS BIGINT) FROM resource_counts c WHERE c.connection_id = $1 AND c.resource_type = 'User')
		FROM departures d WHERE d.connection_id = $1 AND d.bucket >= $2`, connectionID, millis(since))
	return all, deleted, users, err
}

func scanGuard(r rows) (*joinery.Guard, error) {
	var g joinery.Guard
	var state string
	var since, until *int64
	var held []byte
	if err := r.Scan(&g.ConnectionID, &state, &since, &until, &g.Departed, &g.Users, &held); err != nil {
		return nil, err
	}
	g.State, g.Since, g.Until = joinery.GuardState(state), timeOrZero(since), timeOrZero(until)
	return &g, listInto(&g.Held, held)
}

// timeOrNull stores the zero time as NULL.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return millis(t)
}

func timeOrZero(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return fromMillis(*ms)
}

// listOrNull stores a list of texts as JSON, an empty one as NULL.
func listOrNull(texts []string) any {
	if len(texts) == 0 {
		return nil
	}
	return jsonList(texts)
}

func listInto(texts *[]string, stored []byte) error {
	if stored == nil {
		return nil
	}
	return json.Unmarshal(stored, texts)
}
