package adminapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
)

// statusOf is the status of each kind of error; any other kind is a 500.
func statusOf(kind joinery.Kind) int {
	switch kind {
	case joinery.Invalid:
		return http.StatusBadRequest
	case joinery.Unauthorized:
		return http.StatusUnauthorized
	case joinery.NotFound:
		return http.StatusNotFound
	case joinery.Conflict:
		return http.StatusConflict
	case joinery.PreconditionFailed:
		return http.StatusPreconditionFailed
	case joinery.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

func problem(status int, reason, detail string) *wire.Problem {
	return &wire.Problem{Title: http.StatusText(status), Status: status, Reason: reason, Detail: detail}
}

// invalid is the error of an input that the OpenAPI document does not refuse.
func invalid(field, message string) error {
	p := problem(http.StatusBadRequest, invalidReason(field), message)
	p.Errors = []wire.FieldError{{Field: field, Message: message}}
	return p
}

// invalidReason is the reason of a wrong input, as the Service has it:
// invalid_policy for policy.rename.
func invalidReason(field string) string {
	name, _, _ := strings.Cut(field, ".")
	return "invalid_" + name
}

// problemOf turns an error into a problem document. The text of an error that
// is not made to be shown is shown to nobody.
func problemOf(err error) *wire.Problem {
	if p, ok := errors.AsType[*wire.Problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*scim.Error](err); ok { // about a User in a request
		return problem(e.Status, scimReason(e.Type), e.Detail)
	}
	status := statusOf(joinery.KindOf(err))
	if status == http.StatusInternalServerError {
		return problem(status, "internal", "Something went wrong on our side. Try again; if it happens again, look for the request id in the server's log.")
	}
	e, _ := errors.AsType[*joinery.Error](err)
	p := problem(status, e.Reason, e.Message)
	if p.Reason == "" {
		p.Reason = statusReason(status)
	}
	if e.Field != "" {
		p.Errors = []wire.FieldError{{Field: e.Field, Message: e.Message}}
	}
	return p
}

// scimReason writes the type of a SCIM error as our reasons are: invalid_value
// for invalidValue.
func scimReason(t scim.ErrorType) string {
	var b strings.Builder
	for _, c := range string(t) {
		if unicode.IsUpper(c) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// statusReason is the reason where nothing more exact is known: the status text as
// a code.
func statusReason(status int) string {
	return strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "_"))
}

// Fail answers a request with an error, as a problem document.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	p := *problemOf(err)
	p.RequestID = web.RecordOf(r.Context()).ID
	w.Header().Set("Content-Type", wire.ProblemType)
	w.WriteHeader(p.Status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(p)
}

// failure carries the error of a handler through huma to transform, which
// knows the request.
type failure struct{ err error }

func (f *failure) Error() string             { return f.err.Error() }
func (f *failure) GetStatus() int            { return problemOf(f.err).Status }
func (f *failure) ContentType(string) string { return wire.ProblemType }

// transform makes problem documents of the errors of handlers and of those
// that huma finds in a request; other answers stay as they are.
func transform(ctx huma.Context, _ string, v any) (any, error) {
	var p wire.Problem
	rec := web.RecordOf(ctx.Context())
	switch v := v.(type) {
	case *failure:
		p, rec.Err = *problemOf(v.err), v.err
	case *huma.ErrorModel:
		p, rec.Err = *problemOfInput(v), v
	default:
		return v, nil
	}
	p.RequestID = rec.ID
	return p, nil
}

// problemOfInput explains what is wrong with a request that no handler saw.
func problemOfInput(e *huma.ErrorModel) *wire.Problem {
	status := badRequestFor(e.Status)
	switch {
	case status >= http.StatusInternalServerError:
		return problemOf(e)
	case status == http.StatusUnsupportedMediaType:
		return problem(status, statusReason(status), "Send the body as JSON, with Content-Type: application/json.")
	case status == http.StatusRequestEntityTooLarge:
		return problem(status, statusReason(status), fmt.Sprintf("The body is longer than %d bytes.", maxBody))
	}
	if len(e.Errors) == 0 {
		return problem(status, statusReason(status), noErrors(e.Detail))
	}
	p := problem(status, "", "")
	for _, d := range e.Errors {
		p.Errors = append(p.Errors, wire.FieldError{Field: fieldOf(d.Location), Message: wordsOf(d.Message)})
	}
	first := p.Errors[0]
	p.Reason = invalidReason(first.Field)
	p.Detail = first.Field + ": " + first.Message + "."
	if len(p.Errors) > 1 {
		p.Detail += " There is more to correct: see errors."
	}
	return p
}

// wordsOf replaces what huma says of a time, which only Go programmers understand.
func wordsOf(message string) string {
	if strings.HasPrefix(message, "invalid date/time for format") {
		return "expected a time as RFC 3339 has it, such as 2026-11-21T12:00:00Z"
	}
	return message
}

// noErrors words what huma says of a request as a whole.
func noErrors(detail string) string {
	if detail == "request body is required" {
		return "This call needs a body: a JSON object."
	}
	return strings.ToUpper(detail[:1]) + detail[1:] + "."
}

// fieldOf is the place of an input as a caller knows it: policy.rename for
// body.policy.rename.
func fieldOf(location string) string {
	if place, name, ok := strings.Cut(location, "."); ok && (place == "body" || place == "query" || place == "path") {
		return name
	}
	return location
}

// badRequestFor has 400 for the 422 of huma: to the caller both say that the
// request must be changed.
func badRequestFor(status int) int {
	if status == http.StatusUnprocessableEntity {
		return http.StatusBadRequest
	}
	return status
}

type humaContext huma.Context

// badRequestContext answers 400 where huma would answer 422.
type badRequestContext struct{ humaContext }

func (c badRequestContext) SetStatus(status int) { c.humaContext.SetStatus(badRequestFor(status)) }

func badRequest(ctx huma.Context, next func(huma.Context)) { next(badRequestContext{ctx}) }
