package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// request is one HTTP request, ready to be written.
type request struct {
	method, path, token, body string
	contentType               string // "" for that of SCIM
}

func (r request) bytes(host string) []byte {
	var b []byte
	b = append(b, r.method...)
	b = append(b, ' ')
	b = append(b, r.path...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	if r.token != "" {
		b = append(b, "\r\nAuthorization: Bearer "...)
		b = append(b, r.token...)
	}
	if r.body != "" {
		b = append(b, "\r\nContent-Type: "...)
		b = append(b, cmp.Or(r.contentType, "application/scim+json")...)
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(r.body)), 10)
	}
	b = append(b, "\r\n\r\n"...)
	return append(b, r.body...)
}

// connection is one keep-alive connection; it does the least a client can do, so
// that the client's own cost weighs little in the comparison.
type connection struct {
	host   string
	conn   net.Conn
	reader *bufio.Reader
}

func dial(host string) (*connection, error) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	return &connection{host: host, conn: conn, reader: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// do sends a request and returns the answer's status and, where keep is set, body.
func (c *connection) do(r request, keep bool) (int, []byte, error) {
	if _, err := c.conn.Write(r.bytes(c.host)); err != nil {
		return 0, nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if keep || response.StatusCode >= 400 {
		body, err := io.ReadAll(response.Body)
		return response.StatusCode, body, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, nil, err
}

// result is what one or more turns measured.
type result struct {
	count     int
	elapsed   time.Duration
	latencies []time.Duration
}

func (r *result) add(other result) {
	r.count += other.count
	r.elapsed += other.elapsed
	r.latencies = append(r.latencies, other.latencies...)
}

func (r *result) perSecond() float64 { return float64(r.count) / r.elapsed.Seconds() }

func (r *result) percentile(p float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	slices.Sort(r.latencies)
	return r.latencies[min(len(r.latencies)-1, int(p*float64(len(r.latencies))))]
}

// turn sends requests made by next over several connections until the time is
// up, or next has no more (a request without method).
func turn(host string, workers int, length time.Duration, next func(n int64) request) (result, error) {
	var total result
	var mu sync.Mutex
	var wait sync.WaitGroup
	var counter atomic.Int64
	var failure error
	start := time.Now()
	for range workers {
		wait.Go(func() {
			own, err := work(host, start.Add(length), &counter, next)
			mu.Lock()
			defer mu.Unlock()
			total.add(own)
			if err != nil && failure == nil {
				failure = err
			}
		})
	}
	wait.Wait()
	total.elapsed = time.Since(start)
	return total, failure
}

func work(host string, until time.Time, counter *atomic.Int64, next func(n int64) request) (result, error) {
	var own result
	c, err := dial(host)
	if err != nil {
		return own, err
	}
	defer func() { _ = c.conn.Close() }()
	for time.Now().Before(until) {
		r := next(counter.Add(1) - 1)
		if r.method == "" {
			break
		}
		begin := time.Now()
		status, body, err := c.do(r, false)
		if err != nil {
			return own, err
		}
		if status >= 400 {
			return own, fmt.Errorf("%s %s: %d %s", r.method, r.path, status, body)
		}
		own.latencies = append(own.latencies, time.Since(begin))
		own.count++
	}
	return own, nil
}
