package joinery

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// The request log is written by a goroutine that runs while there is something
// to write. It waits a little for a batch to fill: that costs one commit.
const (
	maxBatch   = 500
	batchDelay = 250 * time.Millisecond
)

// What may wait to be written. Beyond it entries are lost.
const (
	maxQueued      = 10_000
	maxQueuedBytes = 32 << 20
)

// loggedRequest is an entry on its way into the log.
type loggedRequest struct {
	request        *Request
	sent, answered Excerpt
}

// size is about how much memory the entry holds.
func (l *loggedRequest) size() int {
	return cap(l.sent.Begin) + cap(l.answered.Begin) + len(l.request.Path) + 512
}

// requestLog is the queue of the request log.
type requestLog struct {
	mu      sync.Mutex
	queue   []loggedRequest
	bytes   int           // of what is queued or being written
	added   int64         // how many were ever queued
	done    int64         // how many of them were written or given up
	urgent  int64         // up to which of them someone waits
	settled chan struct{} // closed after the batch; nil where nobody waits
	hurry   chan struct{} // tells the writer not to wait; nil before the first
	writing bool          // there is a writer
	lost    int64
	warned  time.Time // when the last loss was told
	told    int64     // how many of the lost were told
}

// add queues an entry, or loses it. It reports whether a writer is to be started.
func (q *requestLog) add(l loggedRequest) (start bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	size := l.size()
	if q.added-q.done >= maxQueued || q.bytes+size > maxQueuedBytes {
		q.lost++
		return false
	}
	q.queue = append(q.queue, l)
	q.bytes += size
	q.added++
	if q.hurry == nil {
		q.hurry = make(chan struct{}, 1)
	}
	if len(q.queue) == maxBatch {
		q.wake()
	}
	start, q.writing = !q.writing, true
	return start
}

// wake has the writer not wait.
func (q *requestLog) wake() {
	select {
	case q.hurry <- struct{}{}:
	default: // it is told already
	}
}

// take waits for a batch and takes it. Where nothing is queued, the writer ends.
func (q *requestLog) take() []loggedRequest {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.queue) == 0 {
		q.writing = false
		return nil
	}
	if len(q.queue) < maxBatch && q.done >= q.urgent {
		q.mu.Unlock()
		q.gather()
		q.mu.Lock()
	}
	n := min(len(q.queue), maxBatch)
	batch := slices.Clone(q.queue[:n])
	q.queue = slices.Delete(q.queue, 0, n)
	return batch
}

// gather waits for a batch to fill, unless someone is in a hurry.
func (q *requestLog) gather() {
	timer := time.NewTimer(batchDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-q.hurry:
	}
}

// finish counts a batch as done, be it that it was lost, and told of.
func (q *requestLog) finish(entries, bytes int, lost bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes -= bytes
	q.done += int64(entries)
	if lost {
		q.lost += int64(entries)
		q.told += int64(entries)
	}
	if q.settled != nil {
		close(q.settled)
		q.settled = nil
	}
}

// writeRequests writes batches until nothing is left.
func (s *Service) writeRequests() {
	q := &s.requests
	for {
		batch := q.take()
		if len(batch) == 0 {
			return
		}
		bytes := 0
		for i := range batch {
			bytes += batch[i].size()
		}
		err := s.appendRequests(batch)
		if err != nil {
			s.log.Error("requests not logged", "count", len(batch), "error", err)
		}
		q.finish(len(batch), bytes, err != nil)
		if n := q.untold(s.now()); n > 0 {
			s.log.Warn("requests not logged: the log cannot keep up", "count", n)
		}
	}
}

// writeTimeout bounds one attempt to write a batch.
const writeTimeout = 30 * time.Second

// appendRequests writes a batch, and tries again a few times. No caller could
// recover from a panic.
func (s *Service) appendRequests(batch []loggedRequest) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	entries := make([]*Request, len(batch))
	for i, l := range batch {
		entries[i] = s.entry(l)
	}
	for _, pause := range []time.Duration{0, 100 * time.Millisecond, time.Second, 3 * time.Second} {
		time.Sleep(pause)
		ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
		err = s.store.Update(ctx, func(tx Tx) error { return tx.AppendRequests(entries...) })
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}

// untold returns how many entries were lost that are to be told of now: once in
// a minute.
func (q *requestLog) untold(now time.Time) int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := q.lost - q.told
	if n == 0 || now.Sub(q.warned) < time.Minute {
		return 0
	}
	q.warned, q.told = now, q.lost
	return n
}

// FlushRequests returns once all requests that were logged before are written
// to the store, or given up. Whoever closes the store calls it after the last
// request was answered. It fails where ctx ends earlier.
func (s *Service) FlushRequests(ctx context.Context) error {
	q := &s.requests
	q.mu.Lock()
	defer q.mu.Unlock()
	until := q.added
	q.urgent = until
	for q.done < until {
		if q.settled == nil {
			q.settled = make(chan struct{})
		}
		settled := q.settled
		q.wake()
		q.mu.Unlock()
		select {
		case <-settled:
			q.mu.Lock()
		case <-ctx.Done():
			q.mu.Lock()
			return fmt.Errorf("%d requests are not logged: %w", until-q.done, ctx.Err())
		}
	}
	return nil
}

// LostRequests returns how many requests this process could not log.
func (s *Service) LostRequests() int64 {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	return s.requests.lost
}
