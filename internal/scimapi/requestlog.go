package scimapi

import (
	"errors"
	"net/http"

	"golang.org/x/time/rate"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim/schema"
)

// log has a request kept in the log of its connection. It is called once the
// request is answered, whatever the answer was. A request without a valid token
// has no connection.
func (a *api) log(r *http.Request, rec *web.Record) {
	if rec.ConnectionID == "" || rec.Unlogged || rec.Limited && !a.early.Allow() {
		return
	}
	entry := &joinery.Request{
		ConnectionID: rec.ConnectionID,
		Duration:     rec.Duration,
		TokenID:      rec.TokenID,
		RequestID:    rec.ID,
		Method:       r.Method,
		Path:         r.URL.RequestURI(),
		Status:       rec.Status,
		Repairs:      rec.Repairs,
		Ignored:      rec.Ignored,
		Pending:      rec.Pending,
		UserID:       rec.UserID,
		GroupID:      rec.GroupID,
		Reason:       web.ReasonOf(rec.Err),
	}
	if refusal, ok := errors.AsType[*joinery.Refusal](rec.Err); ok {
		entry.CaseID = refusal.Case.ID
	}
	a.service.LogRequest(entry, rec.Sent, rec.Answered)
}

// touch notes the resource that a call is about.
func (c *call) touch(t *schema.Type, id string) {
	switch {
	case t == nil:
	case t.Name == "User":
		c.rec.UserID = id
	case t.Name == "Group":
		c.rec.GroupID = id
	}
}

// recognise finds out whose call it is that found no route, so that a base URL
// that was mistyped shows in the connection's log.
func (a *api) recognise(c *call) {
	token := web.ReadCredentials(c.Request).Token
	if token == "" || !a.early.Allow() {
		return
	}
	if connection, token, err := a.connection(c.Context(), token); err == nil {
		c.rec.ConnectionID, c.rec.TokenID = connection.ID, token.ID
	}
}

// newEarlyLimit returns the limit of what is logged of requests that the limits
// of connections do not hold back: those that they refuse, and those to no
// route. Beyond it they are counted in the metrics alone.
func newEarlyLimit() *rate.Limiter { return rate.NewLimiter(10, 100) }
