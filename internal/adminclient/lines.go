package adminclient

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
)

const mediaNDJSON = "application/x-ndjson"

// exchange makes a call that is answered with lines, each a T, while the body
// is still sent. The sequence ends with an error where the call fails, or the
// answer breaks off; whoever stops it earlier ends the call.
func exchange[T any](ctx context.Context, c *Client, method, path, mediaType string, body io.Reader) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var none T
		response, err := c.send(ctx, method, path, mediaType, body)
		if err != nil {
			yield(none, err)
			return
		}
		defer response.Body.Close()
		if err := c.expectLines(response); err != nil {
			yield(none, err)
			return
		}
		for lines := json.NewDecoder(response.Body); ; {
			var line T
			err := lines.Decode(&line)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(none, c.unreachable(ctx, err))
				return
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}

// maxProblem is how much of an error is read.
const maxProblem = 1 << 20

// expectLines fails with the error that was answered instead of lines.
func (c *Client) expectLines(response *http.Response) error {
	if response.StatusCode >= http.StatusBadRequest {
		body, _ := io.ReadAll(io.LimitReader(response.Body, maxProblem)) // what is cut off is no problem document
		return c.problem(response, body)
	}
	if kindOf(response) != mediaNDJSON {
		return &StrangerError{URL: c.URL, Status: response.Status}
	}
	return nil
}
