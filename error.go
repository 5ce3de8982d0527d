package joinery

import (
	"errors"
	"fmt"
)

// Kind classifies an error by what the caller can do about it. Each API maps
// kinds to its own statuses in one table.
type Kind int

// The kinds of error.
const (
	Internal           Kind = iota // a fault of ours; the message is never shown
	Invalid                        // the input is wrong and must be changed
	Unauthorized                   // no credentials, or wrong ones
	NotFound                       // no such thing, or not the caller's
	Conflict                       // a uniqueness rule or a state forbids it
	PreconditionFailed             // the resource has another version than the caller thinks
	Unavailable                    // try again later
)

// Error is an error whose Message may be shown to the caller and says what to
// do. Err is only logged. Reason is a stable code for programs, such as
// "slug_taken"; Field names the input at fault.
type Error struct {
	Kind    Kind
	Reason  string
	Field   string
	Message string
	Err     error
}

func (e *Error) Error() string {
	s := e.Message
	if e.Reason != "" {
		s = e.Reason + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind with a message that may be shown.
func Errorf(kind Kind, reason, format string, args ...any) *Error {
	return &Error{Kind: kind, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// invalidField makes an Invalid error about one input.
func invalidField(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Reason: "invalid_" + field, Field: field, Message: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of an error: Internal for any that is not an *Error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
