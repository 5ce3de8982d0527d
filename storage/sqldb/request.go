package sqldb

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/joineryhq/joinery"
)

const selectRequest = `SELECT r.connection_id, r.id, r.time, r.duration, r.status, COALESCE(r.user_id, ''), COALESCE(r.group_id, ''),
	COALESCE(r.case_id, ''), COALESCE(r.reason, ''), COALESCE(r.token_id, ''), COALESCE(r.request_id, ''), r.method, r.pending,
	r.repairs, r.ignored, r.path, r.body, r.answer FROM requests r`

// insertRequests inserts one request, two, …
var insertRequests = inserts(`INSERT INTO requests (connection_id, id, time, duration, status, user_id, group_id, case_id, reason,
	token_id, request_id, method, pending, repairs, ignored, path, body, answer)`, 18)

func (t *tx) AppendRequests(list ...*joinery.Request) error {
	for some := range slices.Chunk(list, rowsAtOnce) {
		if err := t.exec(insertRequests[len(some)-1], requestArgs(some)...); err != nil {
			return err
		}
	}
	return nil
}

func requestArgs(list []*joinery.Request) []any {
	args := make([]any, 0, 18*len(list))
	for _, r := range list {
		args = append(args, r.ConnectionID, r.ID, millis(r.Time), int64(r.Duration), int64(r.Status), logged(r.UserID), logged(r.GroupID),
			logged(r.CaseID), logged(r.Reason), logged(r.TokenID), logged(r.RequestID), legible(r.Method), int64(r.Pending),
			listOrNull(r.Repairs), listOrNull(r.Ignored), legible(r.Path), logged(string(r.Body)), logged(string(r.Answer)))
	}
	return args
}

// Requests lists by time, and by id within a millisecond, so that times are
// bounds of an index.
func (t *tx) Requests(q joinery.RequestQuery) ([]*joinery.Request, error) {
	where := conditions{args: args{q.ConnectionID}, list: []string{`r.connection_id = $1`}}
	where.is(`r.user_id`, q.UserID)
	where.is(`r.group_id`, q.GroupID)
	where.is(`r.case_id`, q.CaseID)
	where.time(`r.time >=`, q.Since)
	where.time(`r.time <`, q.Before)
	if q.Status >= 10 {
		where.add(`r.status =`, int64(q.Status))
	} else if q.Status > 0 {
		where.add(`r.status >=`, int64(q.Status)*100)
		where.add(`r.status <`, int64(q.Status+1)*100)
	}
	if q.After != "" {
		after := where.args.add(q.After)
		where.list = append(where.list, `(r.time, r.id) < (SELECT a.time, a.id FROM requests a WHERE a.connection_id = $1 AND a.id = `+after+`)`)
	}
	if where.never || !storable(q.After) {
		return nil, nil
	}
	return collect(t, scanRequest, selectRequest+where.clause()+` ORDER BY r.time DESC, r.id DESC`+limitTo(q.Limit), where.args...)
}

func (t *tx) RequestByID(connectionID, id string) (*joinery.Request, error) {
	if !storable(id) {
		return nil, notFound("request", id)
	}
	r, err := one(t, scanRequest, selectRequest+` WHERE r.connection_id = $1 AND r.id = $2`, connectionID, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("request", id)
	}
	return r, err
}

func scanRequest(from rows) (*joinery.Request, error) {
	var r joinery.Request
	var at, duration, status, pending int64
	var repairs, ignored []byte
	err := from.Scan(&r.ConnectionID, &r.ID, &at, &duration, &status, &r.UserID, &r.GroupID,
		&r.CaseID, &r.Reason, &r.TokenID, &r.RequestID, &r.Method, &pending,
		&repairs, &ignored, &r.Path, &r.Body, &r.Answer)
	if err != nil {
		return nil, err
	}
	r.Time, r.Duration, r.Status, r.Pending = fromMillis(at), time.Duration(duration), int(status), int(pending)
	return &r, errors.Join(listInto(&r.Repairs, repairs), listInto(&r.Ignored, ignored))
}

// logged is optional for what a client may have sent, in whatever bytes.
func logged(s string) any { return optional(legible(s)) }

// legible writes what cannot be stored as U+FFFD: a log takes what comes.
func legible(s string) string {
	if storable(s) {
		return s
	}
	const unknown = string(utf8.RuneError)
	return strings.ReplaceAll(strings.ToValidUTF8(s, unknown), "\x00", unknown)
}
