package storage_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/storage"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, url := range []string{
		"sqlite:" + filepath.Join(dir, "a"),
		"sqlite://" + filepath.Join(dir, "b"),
		"sqlite:" + filepath.Join(dir, "c.db"),
		filepath.Join(dir, "d"),
	} {
		store, err := storage.Open(context.Background(), url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if err := store.Ping(context.Background()); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		if err := store.Close(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "joinery.db"))
	if err != nil || len(files) != 3 {
		t.Errorf("database files %v, %v; want three", files, err)
	}
}

func TestOpenPostgres(t *testing.T) {
	t.Parallel()
	url := testenv.PostgresURL(t)
	for _, url := range []string{url, strings.Replace(url, "postgres://", "postgresql://", 1)} {
		store, err := storage.Open(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"":                           "empty",
		"sqlite:":                    "empty",
		"mysql://localhost/joinery":  "there is no storage for mysql:// URLs",
		"postgres://localhost:port/": "cannot be used",
	} {
		_, err := storage.Open(context.Background(), url)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", url, err, want)
		}
	}
}
