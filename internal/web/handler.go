// Package web holds what the HTTP APIs share: handlers that return errors, the
// record of a request with its id, the access log, metrics, limits, and the
// reading of bodies and tokens. It knows neither SCIM nor the admin API: each
// API gives it the function that writes its kind of error.
package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Handler answers a request, or returns an error and has written nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ErrorWriter answers a request with an error, in the format of an API.
type ErrorWriter func(w http.ResponseWriter, r *http.Request, err error)

// API is what the requests of one HTTP API have in common.
type API struct {
	Name    string       // "scim", "admin": as in the log and the metrics
	Fail    ErrorWriter  // required
	Logger  *slog.Logger // nil: no access log
	Metrics *Metrics     // nil: none
	// Done is called at the end of each request, with all that is known of it.
	// Nil: nothing is, and bodies are not kept.
	Done func(*http.Request, *Record)
}

// Serve makes an http.Handler of a Handler: the request gets a Record and an
// id, its panics and errors are written by Fail, and at its end it is counted
// and logged once.
func (a API) Serve(h Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &Record{API: a.Name, ID: requestID(r)}
		rw.Header().Set("X-Request-Id", rec.ID)
		w := &response{ResponseWriter: rw}
		if a.Done != nil {
			w.keep = rec
		}
		r = withRecord(r, rec)
		a.Metrics.begin(a.Name)
		defer func() {
			if rec.Route == "" {
				rec.Route = r.Pattern // set where an http.ServeMux routed it
			}
			rec.Status, rec.Bytes, rec.Duration = w.status, w.bytes, time.Since(began)
			a.Metrics.end(r.Method, rec)
			logAccess(a.Logger, r, rec)
			if a.Done != nil {
				a.Done(r, rec)
			}
		}()
		a.run(h, w, r, rec)
	})
}

// run calls the handler and has its error written.
func (a API) run(h Handler, w *response, r *http.Request, rec *Record) {
	err := guard(h, w, r)
	if err == nil {
		return
	}
	rec.Err = err
	if w.status != 0 { // the answer has begun: the client can only be cut off
		panic(http.ErrAbortHandler)
	}
	a.Fail(w, r, err)
}

// response notes the status and size of an answer.
type response struct {
	http.ResponseWriter
	status int
	bytes  int64
	keep   *Record // where to keep the beginning of the answer to a connection; nil: nowhere
}

func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	if w.keep != nil && w.keep.ConnectionID != "" {
		w.keep.Answered.Append(p[:n])
	}
	return n, err
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
