package sqldb

import (
	"encoding/json"
	"errors"

	"github.com/joineryhq/joinery"
)

const caseColumns = `c.connection_id, c.id, c.rule, c.status, c.attempts, COALESCE(c.attribute, ''), COALESCE(c.value, ''), c.subject_key,
	COALESCE(c.holder_id, ''), COALESCE(c.holder_user_id, ''), c.last_seen_at, c.closed_at, COALESCE(c.resolution, ''), c.confirmed_at,
	c.subject, c.trace, c.request, c.history, c.code, c.organization_id, c.reason, c.opened_at`

// caseArgs are the parameters $1 to $18 of what writes a case.
func caseArgs(c *joinery.Case) ([]any, error) {
	values := []any{
		c.ConnectionID, c.ID, c.Rule, string(c.Status), int64(c.Attempts), optional(c.Attribute), optional(c.Value), c.SubjectKey,
		optional(c.HolderID), optional(c.HolderUserID), millis(c.LastSeen), optionalMillis(c.Closed), optional(c.Resolution), optionalMillis(c.Confirmed),
	}
	for _, part := range []any{c.Subject, c.Trace, c.Request, c.History} {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		values = append(values, string(text))
	}
	return values, nil
}

func scanCase(r rows) (*joinery.Case, error) {
	var c joinery.Case
	var subject, trace, request, history []byte
	var attempts, opened, lastSeen int64
	var closed, confirmed *int64
	err := r.Scan(&c.ConnectionID, &c.ID, &c.Rule, (*string)(&c.Status), &attempts, &c.Attribute, &c.Value, &c.SubjectKey,
		&c.HolderID, &c.HolderUserID, &lastSeen, &closed, &c.Resolution, &confirmed,
		&subject, &trace, &request, &history, &c.Code, &c.OrganizationID, (*string)(&c.Reason), &opened)
	if err != nil {
		return nil, err
	}
	c.Attempts, c.Opened, c.LastSeen = int(attempts), fromMillis(opened), fromMillis(lastSeen)
	c.Closed, c.Confirmed = fromOptionalMillis(closed), fromOptionalMillis(confirmed)
	return &c, errors.Join(
		json.Unmarshal(subject, &c.Subject), json.Unmarshal(trace, &c.Trace),
		json.Unmarshal(request, &c.Request), json.Unmarshal(history, &c.History))
}
