package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestUploadProgress: the line tells by the answers how far a file is, which is
// then still sent from its beginning.
func TestUploadProgress(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "accounts.ndjson")
	if err := os.WriteFile(path, []byte(strings.Repeat("{}\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	u, err := openUpload(path, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if got := u.howFar(250); got != "" {
		t.Errorf("without the number of lines: %q", got)
	}
	if err := u.count(); err != nil {
		t.Fatal(err)
	}
	u.started = time.Now().Add(-10 * time.Second)
	if got, want := u.howFar(250), "██████░░░░░░░░░░░░░░░░░░  25 %  30s left  "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if text, err := io.ReadAll(u); err != nil || len(text) != 3000 {
		t.Errorf("read %d bytes, error %v", len(text), err)
	}
}
