package conformance

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// client speaks HTTP with the server under test.
type client struct {
	base  string
	token string
	http  *http.Client
	run   string // makes the names of this run unique
	names atomic.Int64
}

func newClient(baseURL, token string, h *http.Client) (*client, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("the base URL %q is not an absolute URL such as https://example.com/scim/v2", baseURL)
	}
	if h == nil {
		h = &http.Client{Timeout: 30 * time.Second}
	}
	// Redirects are answers to judge, not to follow.
	own := *h
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{
		base: strings.TrimRight(baseURL, "/"), token: token, http: &own,
		run: strings.ToLower(rand.Text()[:8]),
	}, nil
}

// name makes a name that nobody else has.
func (c *client) name() string {
	return fmt.Sprintf("probe-%s-%d", c.run, c.names.Add(1))
}

// Answer is an answer of the server.
type Answer struct {
	Status int
	Header http.Header
	Raw    []byte
	Body   map[string]any // nil where it was no JSON object
	TLS    uint16         // version, 0 without TLS
}

// header is one header of a request; an empty value leaves it out.
type header struct{ name, value string }

// send makes a request. A body that is a string or []byte is sent as it is,
// any other as JSON. It waits where the server asks to slow down.
func (c *client) send(ctx context.Context, method, target string, body any, headers ...header) (*Answer, error) {
	text, err := encode(body)
	if err != nil {
		return nil, err
	}
	for try := 0; ; try++ {
		answer, err := c.once(ctx, method, target, text, headers)
		if err != nil || answer.Status != http.StatusTooManyRequests || try == 10 {
			return answer, err
		}
		seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil {
			return answer, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(seconds) * time.Second):
		}
	}
}

func encode(body any) ([]byte, error) {
	switch body := body.(type) {
	case nil:
		return nil, nil
	case []byte:
		return body, nil
	case string:
		return []byte(body), nil
	}
	return json.Marshal(body)
}

func (c *client) once(ctx context.Context, method, target string, body []byte, headers []header) (*Answer, error) {
	if !strings.Contains(target, "://") {
		target = c.base + target
	}
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body == nil {
		request.Body, request.ContentLength = nil, 0
	} else {
		request.Header.Set("Content-Type", "application/scim+json")
	}
	request.Header.Set("User-Agent", "joinery-probe")
	request.Header.Set("Accept", "application/scim+json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for _, h := range headers {
		request.Header.Del(h.name)
		if h.value != "" {
			request.Header.Set(h.name, h.value)
		}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	answer := &Answer{Status: response.StatusCode, Header: response.Header, Raw: raw}
	if response.TLS != nil {
		answer.TLS = response.TLS.Version
	}
	_ = json.Unmarshal(raw, &answer.Body) // checks judge what is no JSON
	return answer, err
}

// ID is the id of the resource in the answer.
func (a *Answer) ID() string { return a.Text("id") }

// Get follows a dotted path into the body.
func (a *Answer) Get(path string) any { return get(a.Body, path) }

// Text is Get for a string, "" for anything else.
func (a *Answer) Text(path string) string {
	text, _ := a.Get(path).(string)
	return text
}

// Number is Get for a number; ok is false for anything else.
func (a *Answer) Number(path string) (n int, ok bool) {
	number, ok := a.Get(path).(float64)
	return int(number), ok && number == float64(int(number))
}

// Resources are the resources of a list.
func (a *Answer) Resources() []map[string]any { return objects(a.Body["Resources"]) }

// IDs are the ids of the resources of a list.
func (a *Answer) IDs() []string {
	var ids []string
	for _, r := range a.Resources() {
		id, _ := r["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

func get(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

func objects(value any) []map[string]any {
	array, _ := value.([]any)
	var out []map[string]any
	for _, element := range array {
		if object, ok := element.(map[string]any); ok {
			out = append(out, object)
		}
	}
	return out
}

// values are the values of a multi-valued attribute that is not complex.
func values(answer *Answer, path string) []any {
	array, _ := answer.Get(path).([]any)
	return array
}
