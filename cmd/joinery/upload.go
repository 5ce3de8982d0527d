package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// upload is a file whose lines are sent to the server. On a terminal a line
// that is written anew tells how far it is.
type upload struct {
	io.ReadCloser
	w       io.Writer
	size    int64        // in bytes; 0 where it is not known
	sent    atomic.Int64 // by another goroutine than that which shows it
	started time.Time
	shown   time.Time
}

// openUpload opens a file, or standard input for "-".
func openUpload(path string, w io.Writer) (*upload, error) {
	u := &upload{ReadCloser: os.Stdin, w: w, started: time.Now()}
	if path == "-" {
		return u, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder, not a file", path)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	u.ReadCloser, u.size = file, info.Size()
	return u, nil
}

// Read counts what is sent.
func (u *upload) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	u.sent.Add(int64(n))
	return n, err
}

// step shows how far it is, and what became of the lines until then.
func (u *upload) step(outcome func() string) {
	if isTerminal(u.w) && time.Since(u.shown) > refresh {
		u.shown = time.Now()
		fmt.Fprintf(u.w, "\r\x1b[K  %s%s", u.howFar(u.shown), outcome())
	}
}

func (u *upload) howFar(now time.Time) string {
	sent := u.sent.Load()
	if u.size == 0 || sent == 0 {
		return ""
	}
	passed := now.Sub(u.started)
	left := time.Duration(float64(passed) * float64(u.size-sent) / float64(sent))
	return fmt.Sprintf("%s %3d %%  %s left  ", gauge(24, sent, u.size), sent*100/u.size, max(left, 0).Round(time.Second))
}

// end takes the line away.
func (u *upload) end() {
	if !u.shown.IsZero() {
		fmt.Fprint(u.w, "\r\x1b[K")
	}
}
