package adminapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/joineryhq/joinery/internal/web"
)

// mediaNDJSON is JSON with a value on each line.
const mediaNDJSON = "application/x-ndjson"

// maxLine is the longest line that is read, in bytes.
const maxLine = 64 << 10

var errLongLine = invalid("line", fmt.Sprintf("The line is longer than %d bytes.", maxLine))

// lineReader reads the lines of a body. What it holds does not grow with them.
type lineReader struct {
	buffer *bufio.Reader
	number int // of the line that was read last, from 1 on
}

func newLineReader(body io.Reader) *lineReader {
	return &lineReader{buffer: bufio.NewReaderSize(body, maxLine+len("\r\n"))}
}

// skipBOM passes over the mark that some editors put at the beginning of a file.
func skipBOM(r *bufio.Reader) {
	if mark, _ := r.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = r.Discard(3)
	}
}

// next returns the next line that is not blank. It fails with errLongLine, after
// which it can go on, and at the end with io.EOF.
func (l *lineReader) next() ([]byte, error) {
	if l.number == 0 {
		skipBOM(l.buffer)
	}
	for {
		text, err := l.buffer.ReadSlice('\n')
		if len(text) == 0 && err != nil {
			return nil, err
		}
		l.number++
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, l.passOver()
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(bytes.TrimRight(text, "\r\n")) > maxLine {
			return nil, errLongLine
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return bytes.Clone(text), nil
		}
	}
}

// passOver reads the rest of a line that is too long.
func (l *lineReader) passOver() error {
	for {
		_, err := l.buffer.ReadSlice('\n')
		switch {
		case err == nil || errors.Is(err, io.EOF):
			return errLongLine
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

// patience is for how long a client may leave an exchange of lines alone.
const patience = 5 * time.Minute

// lineWriter writes an answer that consists of lines.
type lineWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	buffer  bytes.Buffer
	encoder *json.Encoder
	began   bool
}

func newLineWriter(w http.ResponseWriter) *lineWriter {
	w.Header().Set("Content-Type", mediaNDJSON)
	l := &lineWriter{w: w, control: http.NewResponseController(w)}
	l.encoder = json.NewEncoder(&l.buffer)
	l.encoder.SetEscapeHTML(false)
	return l
}

// add puts a value on a line of its own.
func (l *lineWriter) add(v any) error { return l.encoder.Encode(v) }

// flush sends what was added. Writers without deadlines, as in tests, go without.
func (l *lineWriter) flush() error {
	_ = l.control.SetWriteDeadline(time.Now().Add(patience))
	defer func() { _ = l.control.SetWriteDeadline(time.Time{}) }()
	l.began = true
	if _, err := l.buffer.WriteTo(l.w); err != nil {
		return err
	}
	return l.control.Flush()
}

// broken returns the error that ends the answer. Once that has begun its status
// does not tell, so the log does, unless it is the client that went away.
func (l *lineWriter) broken(ctx context.Context, err error) error {
	if l.began && ctx.Err() == nil {
		web.RecordOf(ctx).Fault = err
	}
	return err
}
