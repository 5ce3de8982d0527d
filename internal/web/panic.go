package web

import (
	"fmt"
	"net/http"
	"runtime/debug"
)

// PanicError is a panic of a handler. It never reaches a client.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// guard calls h and turns a panic into an error.
func guard(h Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch value := recover(); value {
		case nil:
		case http.ErrAbortHandler:
			panic(value) // the way to cut a connection; net/http knows it
		default:
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return h(w, r)
}
