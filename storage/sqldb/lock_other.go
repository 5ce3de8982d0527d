//go:build !unix

package sqldb

import "os"

// lockFile cannot lock here. It keeps the file open, which on Windows keeps
// others from removing it; SQLite's own locks keep the data whole.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}
