package wire

import (
	"encoding/json"
	"time"
)

// Request is a SCIM request of a connection.
type Request struct {
	ID         string          `json:"id"`
	Time       time.Time       `json:"time"`
	DurationMS float64         `json:"duration_ms" doc:"In milliseconds"`
	TokenID    string          `json:"token_id,omitempty"`
	RequestID  string          `json:"request_id" doc:"As in the header X-Request-Id of the answer"`
	Method     string          `json:"method" example:"POST"`
	Path       string          `json:"path" doc:"With its query"`
	Status     int             `json:"status" example:"409"`
	Body       json.RawMessage `json:"body,omitempty" doc:"What was sent, without passwords and tokens: JSON, or text where it was none or was cut off"`
	Answer     json.RawMessage `json:"answer,omitempty" doc:"What was answered, as body"`
	Repairs    []string        `json:"repairs,omitempty" nullable:"false" doc:"What the profile of the identity provider put right"`
	Ignored    []string        `json:"ignored,omitempty" nullable:"false" doc:"Attributes of no known schema"`
	Pending    int             `json:"pending,omitempty" doc:"Group members that do not exist yet"`
	UserID     string          `json:"user_id,omitempty"`
	GroupID    string          `json:"group_id,omitempty"`
	CaseID     string          `json:"case_id,omitempty"`
	Reason     string          `json:"reason,omitempty" doc:"Stable code of a refusal"`
}

// Requests is a page of a connection's requests, the newest first.
type Requests struct {
	Requests   []Request `json:"requests" nullable:"false"`
	NextCursor string    `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}
