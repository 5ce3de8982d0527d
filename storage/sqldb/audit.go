package sqldb

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/joineryhq/joinery"
)

const selectAudit = `SELECT e.id, e.type, e.time, e.organization_id, e.connection_id, e.subject_id, e.data,
	COALESCE(e.actor_type, ''), COALESCE(e.actor_id, ''), COALESCE(e.actor_name, ''), COALESCE(e.request_id, ''), e.before, e.after, e.audit_only FROM events e`

// maxDisorder is by how much the order of the ids of events may differ from
// that of their times: a use-case takes its time when it begins.
const maxDisorder = time.Minute

// Audit goes down a range of ids: of all events, of an organization, or of a
// subject. An event from before Since ends it: it is selected whatever else is
// asked for, lest the database looks for matches behind it to the very end.
func (t *tx) Audit(q joinery.AuditQuery) ([]*joinery.Event, error) {
	var where conditions
	order := auditRange(&where, q)
	inRange := len(where.list)
	where.is(`e.connection_id`, q.ConnectionID)
	where.is(`e.actor_id`, q.ActorID)
	where.is(`e.type`, string(q.Type))
	where.time(`e.time <`, q.Before)
	where.time(`e.time >=`, q.Since)
	if where.never {
		return nil, nil
	}
	if !q.Since.IsZero() {
		tooOld := `e.time < ` + where.args.add(millis(q.Since.Add(-maxDisorder)))
		where.list = append(where.list[:inRange], `(`+tooOld+` OR `+strings.Join(where.list[inRange:], ` AND `)+`)`)
	}
	list, err := collect(t, scanAudit, selectAudit+where.clause()+` ORDER BY `+order+limitTo(q.Limit), where.args...)
	return slices.DeleteFunc(list, func(e *joinery.Event) bool { return e.Time.Before(q.Since) }), err
}

// auditRange asks for a range of ids, and returns the order to go down it. An
// organization alone is asked for as a range itself, in the order of its index:
// PostgreSQL would rather go down all ids where it takes organizations for large,
// which has no end for a small one.
func auditRange(where *conditions, q joinery.AuditQuery) (order string) {
	if q.OrganizationID == "" || q.SubjectID != "" {
		where.is(`e.subject_id`, q.SubjectID)
		where.is(`e.organization_id`, q.OrganizationID)
		where.text(`e.id <`, q.After)
		return `e.id DESC`
	}
	organization := where.args.add(q.OrganizationID)
	upTo := `e.organization_id <= ` + organization
	if q.After != "" {
		upTo = `(e.organization_id, e.id) < (` + organization + `, ` + where.args.add(q.After) + `)`
	}
	where.list = []string{`e.organization_id >= ` + organization, upTo}
	where.never = !storable(q.OrganizationID) || !storable(q.After)
	return `e.organization_id DESC, e.id DESC`
}

func scanAudit(r rows) (*joinery.Event, error) {
	var e joinery.Event
	var eventType string
	var at int64
	var data, before, after []byte
	err := r.Scan(&e.ID, &eventType, &at, &e.OrganizationID, &e.ConnectionID, &e.SubjectID, &data,
		&e.Actor.Type, &e.Actor.ID, &e.Actor.Name, &e.RequestID, &before, &after, &e.AuditOnly)
	e.Type, e.Time = joinery.EventType(eventType), fromMillis(at)
	e.Data, e.Before, e.After = json.RawMessage(data), json.RawMessage(before), json.RawMessage(after)
	return &e, err
}
