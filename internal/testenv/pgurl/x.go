package pgurl

import (
	"os"
	"testing"
)

func URL(t *testing.T) string { return os.Getenv("PGURL") }
