package web

import (
	"bytes"
	"net/http"
	"strings"
)

// ReadBody reads a request's body of at most limit bytes. A longer one fails
// with *http.MaxBytesError.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close") // rather than read what is refused
		return nil, &http.MaxBytesError{Limit: limit}
	}
	body := http.MaxBytesReader(w, r.Body, limit)
	var data bytes.Buffer
	// The length is the client's word: memory beyond a little comes as the bytes do.
	data.Grow(int(min(max(r.ContentLength, 0), 64<<10)) + bytes.MinRead)
	_, err := data.ReadFrom(body)
	return data.Bytes(), err
}

// Credentials are what an Authorization header holds.
type Credentials struct {
	Given bool   // the header is there, whatever it holds
	Token string // "" where it holds none
	Bare  bool   // the scheme was missing
}

// ReadCredentials reads a bearer token. The scheme may have any case, and may
// be missing: some clients send what an admin typed, as it is. Another scheme
// holds no token.
func ReadCredentials(r *http.Request) Credentials {
	values, given := r.Header["Authorization"]
	if !given || len(values) == 0 {
		return Credentials{}
	}
	fields := strings.Fields(values[0])
	switch {
	case len(fields) == 2 && strings.EqualFold(fields[0], "Bearer"):
		return Credentials{Given: true, Token: fields[1]}
	case len(fields) == 3 && strings.EqualFold(fields[0], "Bearer") && strings.EqualFold(fields[1], "Bearer"):
		return Credentials{Given: true, Token: fields[2]} // typed into a field that adds the scheme itself
	case len(fields) == 1 && !strings.EqualFold(fields[0], "Bearer"):
		return Credentials{Given: true, Token: fields[0], Bare: true}
	}
	return Credentials{Given: true}
}
