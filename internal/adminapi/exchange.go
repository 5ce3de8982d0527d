package adminapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// entry is one line of a body.
type entry[In any] struct {
	line  int
	size  int                // in bytes, about
	parse func() (In, error) // returns what the line says, or what is wrong with it
}

// exchange answers each line of a body with a line, while the body is still
// coming. It holds no more of it than a batch.
type exchange[In, Out any] struct {
	// read returns the next line, or fails with io.EOF.
	read func() (entry[In], error)
	// work returns the outcome of each of at most maxBatch lines.
	work func(context.Context, []In) ([]Out, error)
	// failed is the outcome of a line that cannot be parsed.
	failed func(error) Out
	// answer is what is answered to a line.
	answer func(line int, out Out) any
}

// linesOf reads a body line by line.
func linesOf[In any](body io.Reader, parse func([]byte) (In, error)) func() (entry[In], error) {
	lines := newLineReader(body)
	return func() (entry[In], error) {
		text, err := lines.next()
		switch {
		case err == nil:
			return entry[In]{lines.number, len(text), func() (In, error) { return parse(text) }}, nil
		case errors.Is(err, errLongLine):
			return unreadable[In](lines.number, err), nil
		}
		return entry[In]{}, err
	}
}

// unreadable is a line that is known to be wrong.
func unreadable[In any](line int, err error) entry[In] {
	return entry[In]{line: line, parse: func() (none In, _ error) { return none, err }}
}

// A batch ends by its length, by its size, or some time after its first line,
// so that whoever sends slowly has his answers soon.
const (
	maxBatch      = 500
	maxBatchBytes = 1 << 20
	batchTime     = 250 * time.Millisecond
)

var errBodyBroken = problem(http.StatusBadRequest, "body_broken", "The body broke off before its end. What was answered until then was done.")

// serve runs an exchange. The server's time limit for a body counts anew with
// each batch.
func (x *exchange[In, Out]) serve(w http.ResponseWriter, r *http.Request) error {
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // HTTP/2 has it anyway
	ctx, cancel := context.WithCancel(r.Context())
	entries := make(chan entry[In], 64)
	var failure error // of reading; may be looked at once entries is closed
	go func() {
		defer close(entries)
		failure = x.readAll(ctx, entries)
	}()
	defer func() {
		cancel()
		stopReading(control, entries)
	}()
	out := newLineWriter(w)
	for {
		_ = control.SetReadDeadline(time.Now().Add(patience))
		batch := nextBatch(entries)
		switch {
		case len(batch) > 0:
			err := x.settle(ctx, batch, out)
			if r.Context().Err() != nil { // the client is gone
				return errBodyBroken
			}
			if err != nil {
				return out.broken(ctx, err)
			}
		case failure != nil:
			return errBodyBroken
		default:
			return out.flush()
		}
	}
}

func (x *exchange[In, Out]) readAll(ctx context.Context, entries chan<- entry[In]) error {
	for {
		e, err := x.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case entries <- e:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stopReading waits until nobody reads the body any more. A read that waits for
// the client is cut short; then the connection cannot be used again.
func stopReading[In any](control *http.ResponseController, entries <-chan entry[In]) {
	select {
	case _, more := <-entries:
		if !more {
			return
		}
	default:
	}
	_ = control.SetReadDeadline(time.Now())
	for range entries {
	}
}

// nextBatch returns no line at the end.
func nextBatch[In any](entries <-chan entry[In]) (batch []entry[In]) {
	var late <-chan time.Time
	for size := 0; len(batch) < maxBatch && size < maxBatchBytes; {
		select {
		case e, more := <-entries:
			if !more {
				return batch
			}
			if batch == nil {
				late = time.After(batchTime)
			}
			batch, size = append(batch, e), size+e.size
		case <-late:
			return batch
		}
	}
	return batch
}

// settle answers a batch. Where the work fails as a whole, the outcomes that
// there are do go out.
func (x *exchange[In, Out]) settle(ctx context.Context, batch []entry[In], out *lineWriter) error {
	var inputs []In
	faults := make([]error, len(batch))
	for i, e := range batch {
		input, err := e.parse()
		if faults[i] = err; err == nil {
			inputs = append(inputs, input)
		}
	}
	var outcomes []Out
	var failure error
	if len(inputs) > 0 {
		outcomes, failure = x.work(ctx, inputs)
	}
	for i, e := range batch {
		var outcome Out
		switch {
		case faults[i] != nil:
			outcome = x.failed(faults[i])
		case len(outcomes) == 0 && i == 0:
			return failure
		case len(outcomes) == 0:
			return errors.Join(failure, out.flush())
		default:
			outcome, outcomes = outcomes[0], outcomes[1:]
		}
		if err := out.add(x.answer(e.line, outcome)); err != nil {
			return err
		}
	}
	return errors.Join(failure, out.flush())
}
