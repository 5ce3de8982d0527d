package sqldb

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery"
)

// eventTexts are the statements about events.
type eventTexts struct {
	insertEvent string
	pageEvents  func(limit int) string // $1 position; with the column unplaced
	lastEvent   string                 // the last position given
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
	page := `SELECT position, ` + columns + ` FROM events WHERE position > $1 ORDER BY position`
	if d.serial {
		return eventTexts{
			lastEvent:   `SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)`,
			insertEvent: `INSERT INTO events (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			pageEvents:  func(limit int) string { return strings.Replace(page, `SELECT`, `SELECT false,`, 1) + limitTo(limit) },
		}
	}
	return eventTexts{
		lastEvent:   `SELECT last FROM event_positions`,
		insertEvent: `INSERT INTO events (` + columns + `, ordinal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		pageEvents: func(limit int) string {
			return `SELECT p.unplaced, e.* FROM (SELECT EXISTS (SELECT 1 FROM events WHERE position IS NULL) AS unplaced) p
				LEFT JOIN (` + page + limitTo(limit) + `) e ON true ORDER BY e.position`
		},
	}
}

func (t *tx) AppendEvents(events ...*joinery.Event) error {
	for _, e := range events {
		args := []any{e.ID, string(e.Type), millis(e.Time), e.OrganizationID, e.ConnectionID, e.SubjectID, string(e.Data)}
		if !t.d.serial {
			t.events++
			args = append(args, t.events)
		}
		if err := t.exec(t.insertEvent, args...); err != nil {
			return err
		}
	}
	return nil
}

// Events gives positions to events that were committed since the last call,
// under a lock, and then reads by position. An event that is committed later
// gets a later position, so none ever appears before one that was read.
func (t *tx) Events(after string, limit int) (*joinery.EventPage, error) {
	position, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	page, unplaced, err := t.readEvents(position, limit)
	if err != nil || len(page.Events) >= limit {
		return page, err
	}
	if len(page.Events) == 0 {
		if err := t.checkPosition(position); err != nil {
			return nil, err
		}
	}
	if !unplaced {
		return page, nil
	}
	if _, err := change(t, scanNumber, lockPositions); err != nil {
		return nil, err
	}
	if err := t.exec(placeEvents(max(limit, placeAtOnce))); err != nil {
		return nil, err
	}
	page, _, err = t.readEvents(position, limit)
	return page, err
}

// checkPosition refuses a position that was never given: the database was put
// back to an earlier state, and whoever waits there would miss what comes.
func (t *tx) checkPosition(position int64) error {
	last, err := one(t, scanNumber, t.lastEvent)
	if err != nil || position <= last {
		return err
	}
	return &joinery.Error{
		Kind: joinery.Invalid, Reason: "cursor_beyond_end", Field: "after",
		Message: "The cursor lies beyond the last event, so it is from another state of the database, such as before it was restored. Begin again without a cursor.",
	}
}

// readEvents reads by position, and reports whether events without one exist.
func (t *tx) readEvents(position int64, limit int) (*joinery.EventPage, bool, error) {
	unplaced := false
	list, err := collect(t, func(r rows) (*joinery.Event, error) {
		e, at, err := scanEvent(r, &unplaced)
		position = max(position, at)
		return e, err
	}, t.pageEvents(limit), position)
	if err != nil {
		return nil, false, err
	}
	if len(list) == 1 && list[0] == nil {
		list = nil
	}
	return &joinery.EventPage{Events: list, Next: strconv.FormatInt(position, 10)}, unplaced, nil
}

// scanEvent returns nil for the row that only says whether events are unplaced.
func scanEvent(r rows, unplaced *bool) (*joinery.Event, int64, error) {
	var position, time *int64
	var id, eventType, organization, connection, subject *string
	var data []byte
	if err := r.Scan(unplaced, &position, &id, &eventType, &time, &organization, &connection, &subject, &data); err != nil || position == nil {
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
