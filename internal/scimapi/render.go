package scimapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// appendResource writes a resource as it is stored: id and meta, then the
// members of the body, then the rows. Nothing is decoded.
func appendResource(b []byte, t *schema.Type, r *joinery.Resource, rows bool, baseURL string) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, r.ID)
	b = append(b, `,"meta":`...)
	b = appendMeta(b, t, r, baseURL)
	if body := bytes.TrimSpace(r.Body); len(body) > 2 {
		b = append(b, ',')
		b = append(b, body[1:len(body)-1]...)
	}
	if rows && hasRows(r) {
		b = append(b, ',')
		b = appendString(b, rowsOf(t))
		b = append(b, ':')
		b = append(b, r.Rows...)
	}
	return append(b, '}')
}

// hasRows reports whether a resource has rows: an empty array says nothing.
func hasRows(r *joinery.Resource) bool { return len(r.Rows) > 2 }

const timeLayout = "2006-01-02T15:04:05.000Z"

// appendMeta writes the meta attribute (RFC 7643 3.1).
func appendMeta(b []byte, t *schema.Type, r *joinery.Resource, baseURL string) []byte {
	b = append(b, `{"resourceType":`...)
	b = appendString(b, t.Name)
	b = append(b, `,"created":"`...)
	b = r.Created.UTC().AppendFormat(b, timeLayout)
	b = append(b, `","lastModified":"`...)
	b = r.LastModified.UTC().AppendFormat(b, timeLayout)
	b = append(b, `","location":`...)
	b = appendString(b, location(baseURL, t, r.ID))
	b = append(b, `,"version":"W/\"`...)
	b = strconv.AppendInt(b, r.Version, 10)
	return append(b, `\""}`...)
}

// location is the URL of a resource.
func location(baseURL string, t *schema.Type, id string) string {
	return baseURL + "/" + endpoint(t) + "/" + id
}

// appendString writes a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			b, _ = appendJSON(b, s) // a string always encodes
			return b
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendJSON writes any value, without the escapes that only HTML needs.
func appendJSON(b []byte, value any) ([]byte, error) {
	buffer := bytes.NewBuffer(b)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return b, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// appendPageHead writes a ListResponse up to its first resource.
func appendPageHead(b []byte, l *joinery.Listing, byCursor bool) []byte {
	b = append(b, `{"schemas":["`+scim.ListResponseURN+`"],"totalResults":`...)
	b = strconv.AppendInt(b, int64(l.Total), 10)
	b = append(b, `,"itemsPerPage":`...)
	b = strconv.AppendInt(b, int64(len(l.Resources)), 10)
	if !byCursor {
		b = append(b, `,"startIndex":`...)
		b = strconv.AppendInt(b, int64(max(1, l.StartIndex)), 10)
	}
	if l.NextCursor != "" {
		b = append(b, `,"nextCursor":`...)
		b = appendString(b, l.NextCursor)
	}
	return append(b, `,"Resources":[`...)
}

// replyResource answers with one resource.
func (c *call) replyResource(w http.ResponseWriter, status int, r *joinery.Resource, s shape) error {
	buffer := takeBuffer()
	defer buffer.put()
	body, err := s.append(buffer.bytes, r, c.caller.BaseURL)
	if err != nil {
		return err
	}
	buffer.bytes = body
	w.Header().Set("Location", location(c.caller.BaseURL, s.t, r.ID))
	w.Header().Set("ETag", etag(r.Version))
	return reply(w, status, body)
}

// replyEmpty answers 204, with the version of the resource where there is one.
func (c *call) replyEmpty(w http.ResponseWriter, r *joinery.Resource) error {
	w.Header().Del("Content-Type")
	if r != nil {
		w.Header().Set("ETag", etag(r.Version))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func replyJSON(w http.ResponseWriter, status int, value any) error {
	body, err := appendJSON(nil, value)
	if err != nil {
		return err
	}
	return reply(w, status, body)
}

// reply writes a whole answer. That the client may be gone by now is nobody's
// error.
func reply(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return nil
}

// buffer is the memory of one answer, used again for later ones.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return &buffer{bytes: make([]byte, 0, 4<<10)} }}

// maxPooled is the size up to which a buffer is kept: a rare large page must
// not hold its memory for ever.
const maxPooled = 1 << 20

func takeBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) put() {
	if cap(b.bytes) <= maxPooled {
		b.bytes = b.bytes[:0]
		buffers.Put(b)
	}
}
