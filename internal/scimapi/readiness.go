package scimapi

import (
	"net/http"
	"time"

	"github.com/joineryhq/joinery"
)

// readinessURN marks the answer of readiness, which no RFC knows.
const readinessURN = "urn:joineryhq:scim:api:messages:1.0:Readiness"

// readinessReport is what stands in the way of a connection, or soon will.
type readinessReport struct {
	Schemas      []string           `json:"schemas"`
	ConnectionID string             `json:"connection_id"`
	Ready        bool               `json:"ready"`
	Checked      time.Time          `json:"checked"`
	Findings     []readinessFinding `json:"findings"`
}

type readinessFinding struct {
	Code     string           `json:"code"`
	Severity joinery.Severity `json:"severity"`
	Summary  string           `json:"summary"`
	Action   string           `json:"action"`
	Count    int64            `json:"count,omitempty"`
	Of       int64            `json:"of,omitempty"`
	Examples []string         `json:"examples,omitempty"`
	Since    *time.Time       `json:"since,omitempty"`
}

// readiness answers GET on /readiness. It is a person who asks, not the identity
// provider, so that the request log leaves it out: whether the identity provider
// is silent is one of the questions.
func (a *api) readiness(w http.ResponseWriter, c *call) error {
	c.rec.Unlogged = true
	r, err := a.service.Readiness(c.Context(), c.caller.Connection.ID)
	if err != nil {
		return err
	}
	report := readinessReport{
		Schemas:      []string{readinessURN},
		ConnectionID: r.ConnectionID,
		Ready:        r.Ready,
		Checked:      r.Checked,
		Findings:     make([]readinessFinding, len(r.Findings)),
	}
	for i, f := range r.Findings {
		report.Findings[i] = readinessFinding(f)
	}
	return replyJSON(w, http.StatusOK, report)
}
