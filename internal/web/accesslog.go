package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

// The keys of the access log. There are no others, and none holds a token, a
// body, or a value that names a person.
const (
	keyAPI        = "api"
	keyRequestID  = "request_id"
	keyMethod     = "method"
	keyRoute      = "route"
	keyPath       = "path"
	keyQuery      = "query"
	keyStatus     = "status"
	keyBytes      = "bytes"
	keyDuration   = "duration"
	keyConnection = "connection_id"
	keyRepairs    = "repairs"
	keyIgnored    = "ignored_attributes"
	keyPending    = "pending_members"
	keyOperations = "operations"
	keyReason     = "reason"
	keyError      = "error"
	keyStack      = "stack"
)

// logAccess writes the one line of a request. The cause of an error is only
// written where the fault is ours: others quote what the client sent.
func logAccess(log *slog.Logger, r *http.Request, rec *Record) {
	level, cause := slog.LevelInfo, rec.Fault
	if joinery.KindOf(rec.Err) == joinery.Unavailable {
		level = slog.LevelWarn // the client may try again later, and nothing is broken
	} else if rec.Status >= 500 && rec.Status != http.StatusNotImplemented {
		level, cause = slog.LevelError, errors.Join(rec.Err, rec.Fault)
	} else if cause != nil {
		level = slog.LevelError
	}
	if log == nil || !log.Enabled(r.Context(), level) {
		return
	}
	attrs := make([]slog.Attr, 0, 16)
	attrs = append(attrs,
		slog.String(keyAPI, rec.API),
		slog.String(keyRequestID, rec.ID),
		slog.String(keyMethod, r.Method),
		slog.String(keyRoute, rec.Route),
		slog.String(keyPath, safePath(r.URL.Path)),
		slog.Int(keyStatus, rec.Status),
		slog.Int64(keyBytes, rec.Bytes),
		slog.Duration(keyDuration, rec.Duration),
	)
	attrs = appendDetails(attrs, r, rec)
	if cause != nil {
		attrs = append(attrs, slog.String(keyError, cause.Error()))
		if p, ok := errors.AsType[*PanicError](cause); ok {
			attrs = append(attrs, slog.String(keyStack, string(p.Stack)))
		}
	}
	log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// ReasonOf is the stable code of a refusal, which names nobody; "" for none.
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*joinery.Refusal](err); ok {
		return string(e.Case.Reason)
	}
	if e, ok := errors.AsType[*joinery.Error](err); ok {
		return e.Reason
	}
	if e, ok := errors.AsType[*scim.Error](err); ok {
		return string(e.Type)
	}
	return ""
}

func appendDetails(attrs []slog.Attr, r *http.Request, rec *Record) []slog.Attr {
	if r.URL.RawQuery != "" {
		attrs = append(attrs, slog.String(keyQuery, safeQuery(r.URL.RawQuery)))
	}
	if rec.ConnectionID != "" {
		attrs = append(attrs, slog.String(keyConnection, rec.ConnectionID))
	}
	if len(rec.Repairs) > 0 {
		attrs = append(attrs, slog.Any(keyRepairs, rec.Repairs))
	}
	if len(rec.Ignored) > 0 {
		attrs = append(attrs, slog.Any(keyIgnored, rec.Ignored))
	}
	if reason := ReasonOf(rec.Err); reason != "" {
		attrs = append(attrs, slog.String(keyReason, reason))
	}
	if rec.Pending > 0 {
		attrs = append(attrs, slog.Int(keyPending, rec.Pending))
	}
	if rec.Operations > 0 {
		attrs = append(attrs, slog.Int(keyOperations, rec.Operations))
	}
	return attrs
}

const redacted = "redacted"

// safePath hides the segments of a path that may be a person's address: a
// client that puts a userName where an id belongs.
func safePath(path string) string {
	if !strings.Contains(path, "@") {
		return path
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.Contains(segment, "@") {
			segments[i] = redacted
		}
	}
	return strings.Join(segments, "/")
}

// safeQuery keeps the values of the parameters that name no person, and tells
// of the others that do only that they were there (RFC 7644 7.5.2). What it
// does not know it leaves out.
func safeQuery(raw string) string {
	var kept []string
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch strings.ToLower(name) {
		case "startindex", "count", "limit", "sortby", "sortorder", "attributes", "excludedattributes":
			if plain, err := url.QueryUnescape(value); err != nil || len(plain) > 200 || strings.Contains(plain, "@") {
				value = redacted
			}
			kept = append(kept, name+"="+value)
		case "filter", "cursor", "after":
			kept = append(kept, name+"="+redacted)
		}
	}
	return strings.Join(kept, "&")
}
