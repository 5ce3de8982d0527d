package scimapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
)

// methodError refuses a method that a path does not have.
type methodError struct{ method, allow string }

func (e *methodError) Error() string { return "method " + e.method + " not allowed" }

// kinds maps the errors of the Service to SCIM. What is not here is ours to mend.
var kinds = map[joinery.Kind]struct {
	status   int
	scimType scim.ErrorType
}{
	joinery.Invalid:            {http.StatusBadRequest, scim.InvalidValue},
	joinery.Unauthorized:       {http.StatusUnauthorized, ""},
	joinery.NotFound:           {http.StatusNotFound, ""},
	joinery.Conflict:           {http.StatusConflict, scim.Uniqueness},
	joinery.PreconditionFailed: {http.StatusPreconditionFailed, ""},
	joinery.Unavailable:        {http.StatusServiceUnavailable, ""},
}

// fail answers a call with an error.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	rec := web.RecordOf(r.Context())
	e := scimError(err, rec.ID)
	header := w.Header()
	switch e.Status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", `Bearer realm="joinery"`)
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", "30")
	}
	if method, ok := errors.AsType[*methodError](err); ok {
		header.Set("Allow", method.allow)
	}
	if limit, ok := errors.AsType[*web.LimitError](err); ok {
		header.Set("Retry-After", strconv.Itoa(limit.Seconds()))
		rec.Limited = true
	}
	_ = replyJSON(w, e.Status, e)
}

// scimError makes a SCIM error of any error. The cause of a fault of ours is
// for the log alone; the client gets the request id to ask about.
func scimError(err error, requestID string) *scim.Error {
	if e, ok := errors.AsType[*scim.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*joinery.Error](err); ok {
		if kind, ok := kinds[e.Kind]; ok {
			return &scim.Error{Status: kind.status, Type: kind.scimType, Detail: e.Message}
		}
	}
	if e := httpError(err); e != nil {
		return e
	}
	switch {
	case errors.Is(err, joinery.ErrCollision):
		return scim.Errorf(http.StatusConflict, scim.Uniqueness, "Another resource already has this name or externalId.")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return scim.Errorf(http.StatusServiceUnavailable, "", "The request was given up before it was done. Try again later.")
	}
	return scim.Errorf(http.StatusInternalServerError, "", "The server failed. Try again; if it happens again, tell the operator this request id: %s.", requestID)
}

// httpError maps the errors of HTTP itself, or returns nil.
func httpError(err error) *scim.Error {
	if e, ok := errors.AsType[*methodError](err); ok {
		return scim.Errorf(http.StatusMethodNotAllowed, "", "This path does not take %s. It takes: %s.", e.method, e.allow)
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return scim.Errorf(http.StatusRequestEntityTooLarge, "", "The body is larger than %d bytes. Send it in parts: members of a group by several PATCH requests.", e.Limit)
	}
	if e, ok := errors.AsType[*web.LimitError](err); ok {
		return scim.Errorf(http.StatusTooManyRequests, "", "This connection sends too many requests. Try again in %d s.", e.Seconds())
	}
	return nil
}
