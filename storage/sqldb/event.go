package sqldb

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/joineryhq/joinery"
)

// eventTexts are the statements about events.
type eventTexts struct {
	insertEvents []string // of one event, of two, …
	// pageEvents reads behind the position $1. Each row begins with whether events
	// without a position exist, and the last position given; there is always one.
	pageEvents func(limit int) string
}

// placeAtOnce is how many events get a position in one transaction, at least.
const placeAtOnce = 1000

const lockPositions = `SELECT last FROM event_positions FOR UPDATE`

func placeEvents(limit int) string {
	return `WITH unplaced AS (
			SELECT organization_id, id, row_number() OVER (ORDER BY written, ordinal, id) AS n
			FROM (SELECT * FROM events WHERE position IS NULL ORDER BY written, ordinal, id` + limitTo(limit) + `) e),
		placed AS (UPDATE events e SET position = p.last + u.n FROM unplaced u, event_positions p
			WHERE e.organization_id = u.organization_id AND e.id = u.id)
		UPDATE event_positions SET last = last + (SELECT COUNT(*) FROM unplaced)`
}

func newEventTexts(d *dialect) eventTexts {
	const columns = `id, type, time, organization_id, connection_id, subject_id, data`
	const insert = `INSERT INTO events (` + columns + `, actor_type, actor_id, actor_name, request_id, before, after, audit_only`
	page := func(unplaced, last string) func(int) string {
		return func(limit int) string {
			return `SELECT p.unplaced, p.last, e.* FROM (SELECT ` + unplaced + ` AS unplaced, ` + last + ` AS last) p
				LEFT JOIN (SELECT position, ` + columns + ` FROM events WHERE position > $1 AND NOT audit_only ORDER BY position` + limitTo(limit) + `) e
				ON true ORDER BY e.position`
		}
	}
	if d.serial {
		return eventTexts{
			insertEvents: inserts(insert+`)`, 14),
			pageEvents:   page(`false`, `COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)`),
		}
	}
	return eventTexts{
		insertEvents: inserts(insert+`, ordinal)`, 15),
		pageEvents:   page(`EXISTS (SELECT 1 FROM events WHERE position IS NULL)`, `(SELECT last FROM event_positions)`),
	}
}

func (t *tx) AppendEvents(events ...*joinery.Event) error {
	for some := range slices.Chunk(events, rowsAtOnce) {
		if err := t.exec(t.insertEvents[len(some)-1], t.eventArgs(some)...); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) eventArgs(events []*joinery.Event) []any {
	args := make([]any, 0, 15*len(events))
	for _, e := range events {
		args = append(args, e.ID, string(e.Type), millis(e.Time), e.OrganizationID, e.ConnectionID, e.SubjectID, string(e.Data),
			optional(e.Actor.Type), optional(e.Actor.ID), optional(e.Actor.Name), optional(e.RequestID),
			optional(string(e.Before)), optional(string(e.After)), e.AuditOnly)
		if !t.d.serial {
			t.events++
			args = append(args, t.events)
		}
	}
	return args
}

// Events gives positions to events that were committed since the last call,
// under a lock, and then reads by position. An event that is committed later
// gets a later position, so none ever appears before one that was read.
func (t *tx) Events(after string, limit int) (*joinery.EventPage, error) {
	position, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	for {
		page, unplaced, err := t.readEvents(position, limit)
		if err != nil || !unplaced || len(page.Events) >= limit {
			return page, err
		}
		if _, err := change(t, scanNumber, lockPositions); err != nil {
			return nil, err
		}
		// Again where what gets a place is passed over, lest the page ends early.
		if err := t.exec(placeEvents(max(limit, placeAtOnce))); err != nil {
			return nil, err
		}
	}
}

// readEvents reads by position, and reports whether events without one exist. A
// page that is not full goes on behind the last position given, since what it
// passed over is of no concern to those who follow.
func (t *tx) readEvents(after int64, limit int) (*joinery.EventPage, bool, error) {
	var read, last int64
	unplaced := false
	list, err := collect(t, func(r rows) (*joinery.Event, error) {
		e, at, err := scanEvent(r, &unplaced, &last)
		read = at
		return e, err
	}, t.pageEvents(limit), after)
	if err != nil {
		return nil, false, err
	}
	if after > last {
		return nil, false, errBeyondEnd()
	}
	if len(list) == 1 && list[0] == nil {
		list = nil
	}
	if len(list) < limit {
		read = last
	}
	return &joinery.EventPage{Events: list, Next: strconv.FormatInt(read, 10)}, unplaced, nil
}

// errBeyondEnd refuses a position that was never given: the database was put
// back to an earlier state, and whoever waits there would miss what comes.
func errBeyondEnd() error {
	return &joinery.Error{
		Kind: joinery.Invalid, Reason: "cursor_beyond_end", Field: "after",
		Message: "The cursor lies beyond the last event, so it is from another state of the database, such as before it was restored. Begin again without a cursor.",
	}
}

// scanEvent returns nil for a row without an event.
func scanEvent(r rows, unplaced *bool, last *int64) (*joinery.Event, int64, error) {
	var position, time *int64
	var id, eventType, organization, connection, subject *string
	var data []byte
	if err := r.Scan(unplaced, last, &position, &id, &eventType, &time, &organization, &connection, &subject, &data); err != nil || position == nil {
		return nil, 0, err
	}
	return &joinery.Event{
		ID: *id, Type: joinery.EventType(*eventType), Time: fromMillis(*time), OrganizationID: *organization,
		ConnectionID: *connection, SubjectID: *subject, Data: json.RawMessage(data),
	}, *position, nil
}

func parseCursor(after string) (int64, error) {
	if after == "" {
		return 0, nil
	}
	position, err := strconv.ParseInt(after, 10, 64)
	if err != nil || position < 0 || strconv.FormatInt(position, 10) != after {
		return 0, &joinery.Error{
			Kind: joinery.Invalid, Reason: "invalid_cursor", Field: "after",
			Message: "This server gave no such cursor. Use a next_cursor of an earlier answer, or leave it out to begin with the first event.",
		}
	}
	return position, nil
}
