package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// upload is a file whose lines are sent to the server, which answers each. On a
// terminal a line that is written anew tells how far it is.
type upload struct {
	*os.File
	w       io.Writer
	lines   int // of the file; 0 where that is not known
	started time.Time
	shown   time.Time
}

// openUpload opens a file, or standard input for "-".
func openUpload(path string, w io.Writer) (*upload, error) {
	u := &upload{File: os.Stdin, w: w, started: time.Now()}
	if path == "-" {
		return u, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	u.File = file
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("%s is a folder, not a file", path)
	case isTerminal(w) && info.Mode().IsRegular():
		err = u.count()
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return u, nil
}

// count counts the lines: what was sent tells little, for the network holds much
// of it that the server has not come to yet.
func (u *upload) count() error {
	buffer := make([]byte, 1<<20)
	for {
		n, err := u.Read(buffer)
		u.lines += bytes.Count(buffer[:n], []byte{'\n'})
		if err == io.EOF {
			_, err = u.Seek(0, io.SeekStart)
			return err
		}
		if err != nil {
			return err
		}
	}
}

// step shows how far it is once a line is answered, and what became of the lines
// until then.
func (u *upload) step(line int, outcome fmt.Stringer) {
	if isTerminal(u.w) && time.Since(u.shown) > refresh {
		u.shown = time.Now()
		fmt.Fprintf(u.w, "\r\x1b[K  %s%s", u.howFar(line), outcome)
	}
}

func (u *upload) howFar(line int) string {
	if u.lines == 0 {
		return ""
	}
	left := time.Duration(float64(time.Since(u.started)) * float64(u.lines-line) / float64(line))
	return fmt.Sprintf("%s %3d %%  %s left  ", gauge(24, line, u.lines), min(line*100/u.lines, 100), max(left, 0).Round(time.Second))
}

// end takes the line away.
func (u *upload) end() {
	if !u.shown.IsZero() {
		fmt.Fprint(u.w, "\r\x1b[K")
	}
}
