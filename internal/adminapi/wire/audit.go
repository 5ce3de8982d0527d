package wire

import (
	"encoding/json"

	"github.com/joineryhq/joinery"
)

// AuditEvent is something that happened, with who did it.
type AuditEvent struct {
	Event
	Actor     joinery.Actor   `json:"actor" doc:"Who did it"`
	RequestID string          `json:"request_id,omitempty" doc:"To find the request in the log"`
	Before    json.RawMessage `json:"before,omitempty" doc:"What changed, as it was"`
	After     json.RawMessage `json:"after,omitempty" doc:"And as it is; absent where data says it all"`
}

// Audit is a page of all that happened, the newest first.
type Audit struct {
	Events     []AuditEvent `json:"events" nullable:"false"`
	NextCursor string       `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}
