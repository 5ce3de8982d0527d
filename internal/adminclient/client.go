// Package adminclient calls the admin API of a Joinery server.
package adminclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// Client calls the admin API at a URL with a token.
type Client struct {
	URL   string // of the server: http://127.0.0.1:8480
	Token string
	HTTP  *http.Client // nil: http.DefaultClient
}

// UnreachableError says that no server answered at all.
type UnreachableError struct {
	URL string
	Err error
}

func (e *UnreachableError) Error() string { return fmt.Sprintf("no answer from %s: %v", e.URL, e.Err) }
func (e *UnreachableError) Unwrap() error { return e.Err }

// StrangerError says that something else than a Joinery server answered.
type StrangerError struct {
	URL    string
	Status string
}

func (e *StrangerError) Error() string {
	return fmt.Sprintf("%s answered %q, but not as the Joinery admin API does", e.URL, e.Status)
}

// ask makes a call that is answered with a T.
func ask[T any](ctx context.Context, c *Client, method, path string, in any) (*T, error) {
	out := new(T)
	if err := c.call(ctx, method, path, in, out); err != nil {
		return nil, err
	}
	return out, nil
}

// call sends a request and decodes the answer into out, unless that is nil. An
// error that the server answers with is a *wire.Problem.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	mediaType := ""
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body, mediaType = bytes.NewReader(text), mediaJSON
	}
	response, err := c.send(ctx, method, path, mediaType, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return c.unreachable(ctx, err)
	}
	return c.decode(response, answer, out)
}

const mediaJSON = "application/json"

// send sends a request and returns the beginning of its answer.
func (c *Client) send(ctx context.Context, method, path, mediaType string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+"/api/v1"+path, body)
	if err != nil {
		return nil, err
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if mediaType != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	return response, nil
}

func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		err = network.Err // without the address, which is the URL's
	}
	return &UnreachableError{URL: c.URL, Err: err}
}

func (c *Client) decode(response *http.Response, body []byte, out any) error {
	if response.StatusCode >= http.StatusBadRequest {
		return c.problem(response, body)
	}
	if out == nil {
		return nil
	}
	if kindOf(response) != mediaJSON || json.Unmarshal(body, out) != nil {
		return &StrangerError{URL: c.URL, Status: response.Status}
	}
	return nil
}

// problem is the error that the server answered with.
func (c *Client) problem(response *http.Response, body []byte) error {
	problem := &wire.Problem{}
	if kindOf(response) != wire.ProblemType || json.Unmarshal(body, problem) != nil {
		return &StrangerError{URL: c.URL, Status: response.Status}
	}
	return problem
}

func kindOf(response *http.Response) string {
	kind, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	return kind
}
