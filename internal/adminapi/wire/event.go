package wire

import (
	"encoding/json"
	"time"
)

// Event is a fact that happened.
type Event struct {
	ID             string          `json:"id"`
	Type           string          `json:"type" example:"user.created"`
	Time           time.Time       `json:"time"`
	OrganizationID string          `json:"organization_id,omitempty"`
	ConnectionID   string          `json:"connection_id,omitempty"`
	SubjectID      string          `json:"subject_id" doc:"What it is about: a User, Group, account, case …"`
	Data           json.RawMessage `json:"data" doc:"Depends on the type"`
}

// Events is a part of the sequence of all events.
type Events struct {
	Events     []Event `json:"events" nullable:"false"`
	NextCursor string  `json:"next_cursor" doc:"Give it as 'after' to go on, also where no event follows yet"`
}
