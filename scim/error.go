package scim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// ErrorType is the scimType of an error (RFC 7644 3.12, RFC 9865 2).
type ErrorType string

// The error types, each with the one status that it goes with.
const (
	InvalidFilter ErrorType = "invalidFilter" // 400
	TooMany       ErrorType = "tooMany"       // 400
	Uniqueness    ErrorType = "uniqueness"    // 409
	Mutability    ErrorType = "mutability"    // 400
	InvalidSyntax ErrorType = "invalidSyntax" // 400
	InvalidPath   ErrorType = "invalidPath"   // 400
	NoTarget      ErrorType = "noTarget"      // 400
	InvalidValue  ErrorType = "invalidValue"  // 400
	InvalidVers   ErrorType = "invalidVers"   // 400
	Sensitive     ErrorType = "sensitive"     // 403
	InvalidCursor ErrorType = "invalidCursor" // 400
	ExpiredCursor ErrorType = "expiredCursor" // 400
	InvalidCount  ErrorType = "invalidCount"  // 400
)

// Error is a SCIM error response (RFC 7644 3.12). Detail is shown to the
// client, often as the only thing an IdP admin sees, and says what to do; Err
// is for the log.
type Error struct {
	Status int
	Type   ErrorType
	Detail string
	Err    error
}

func (e *Error) Error() string {
	s := strconv.Itoa(e.Status)
	if e.Type != "" {
		s += " " + string(e.Type)
	}
	s += ": " + e.Detail
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// MarshalJSON writes the error resource: status is a string, as the RFC has it.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Schemas  []string  `json:"schemas"`
		Status   string    `json:"status"`
		ScimType ErrorType `json:"scimType,omitempty"`
		Detail   string    `json:"detail,omitempty"`
	}{[]string{ErrorURN}, strconv.Itoa(e.Status), e.Type, e.Detail})
}

// Errorf makes an error with the given status and type.
func Errorf(status int, errorType ErrorType, format string, args ...any) *Error {
	return &Error{Status: status, Type: errorType, Detail: fmt.Sprintf(format, args...)}
}

// InvalidSyntaxf makes a 400 invalidSyntax error.
func InvalidSyntaxf(format string, args ...any) *Error {
	return Errorf(http.StatusBadRequest, InvalidSyntax, format, args...)
}

// InvalidValuef makes a 400 invalidValue error.
func InvalidValuef(format string, args ...any) *Error {
	return Errorf(http.StatusBadRequest, InvalidValue, format, args...)
}

// InvalidPathf makes a 400 invalidPath error.
func InvalidPathf(format string, args ...any) *Error {
	return Errorf(http.StatusBadRequest, InvalidPath, format, args...)
}

// InvalidFilterf makes a 400 invalidFilter error.
func InvalidFilterf(format string, args ...any) *Error {
	return Errorf(http.StatusBadRequest, InvalidFilter, format, args...)
}
