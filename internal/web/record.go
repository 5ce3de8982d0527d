package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/joineryhq/joinery"
)

// Record is what is known of a request at its end. The handlers fill it in on
// the way; the access log, the metrics and a connection's request log read it.
// It belongs to the request's goroutine.
type Record struct {
	API          string
	ID           string // the request id, as in the answer's X-Request-Id
	Route        string // the pattern of the path, such as "/Users/{id}"
	ConnectionID string
	TokenID      string   // of the connection
	Repairs      []string // the names of the fixes that were applied
	Ignored      []string // attributes of no known schema, which were dropped
	Pending      int      // members that were named but do not exist yet
	Operations   int      // of a bulk request
	Err          error    // what Fail was called with
	Fault        error    // a fault of ours that the answer's status does not show
	Limited      bool     // refused for its rate
	Unlogged     bool     // not to be kept in the connection's request log

	UserID  string // the User and the Group it touched; "" for none, and for several
	GroupID string

	// The bodies of a connection's request, where the API has a Done to tell.

	Sent, Answered joinery.Excerpt

	Status   int
	Bytes    int64
	Duration time.Duration
}

// AddRepair notes a fix, once.
func (rec *Record) AddRepair(fix string) {
	for _, known := range rec.Repairs {
		if known == fix {
			return
		}
	}
	rec.Repairs = append(rec.Repairs, fix)
}

type recordKey struct{}

func withRecord(r *http.Request, rec *Record) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), recordKey{}, rec))
}

// RecordOf returns the record of the request that a context belongs to; outside
// of any, one that nobody reads.
func RecordOf(ctx context.Context) *Record {
	if rec, ok := ctx.Value(recordKey{}).(*Record); ok {
		return rec
	}
	return &Record{}
}

// maxRequestID is the longest request id that is taken from a client.
const maxRequestID = 128

// requestID takes the client's id where it is harmless in a log, or makes one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if id == "" || len(id) > maxRequestID {
		return rand.Text()
	}
	for _, c := range []byte(id) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return rand.Text()
		}
	}
	return id
}
