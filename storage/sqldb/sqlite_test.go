package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/storage/sqldb"
)

func openSQLite(t *testing.T, path string) joinery.Store {
	t.Helper()
	store, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteOptions{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // a test may have closed it
	return store
}

func insertOrganization(store joinery.Store, id string) error {
	return store.Update(context.Background(), func(tx joinery.Tx) error {
		return tx.InsertOrganization(&joinery.Organization{ID: id, Name: "Acme", Slug: id})
	})
}

func TestSQLiteKeepsItsContent(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data 100%?#")
	store := openSQLite(t, dir)
	if err := insertOrganization(store, "o1"); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{dir: 0o700 | os.ModeDir, filepath.Join(dir, "joinery.db"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != mode {
			t.Errorf("%s has the mode %v, want %v", path, info.Mode(), mode)
		}
	}
	err := openSQLite(t, dir).View(context.Background(), func(tx joinery.Tx) error {
		_, err := tx.Organization("o1")
		return err
	})
	if err != nil {
		t.Errorf("after opening it again: %v", err)
	}
}

func TestSQLiteIsOpenOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := openSQLite(t, dir)
	_, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteOptions{Path: dir})
	if err == nil || !strings.Contains(err.Error(), "another process has this database open") {
		t.Errorf("opening it a second time: error %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	openSQLite(t, dir)
}

// TestSQLiteSharesCommits holds the writer up with one transaction, lets
// others gather, and looks whether each has its own outcome: a failure, a
// panic, a context that ended, and successes.
func TestSQLiteSharesCommits(t *testing.T) {
	t.Parallel()
	store := openSQLite(t, t.TempDir())
	running, proceed := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := store.Update(context.Background(), func(tx joinery.Tx) error {
			close(running)
			<-proceed
			return tx.InsertOrganization(&joinery.Organization{ID: "first", Name: "x", Slug: "first"})
		})
		if err != nil {
			t.Errorf("first: %v", err)
		}
	})
	<-running
	errFailed := errors.New("failed")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for i := range 40 {
		id := fmt.Sprintf("o%02d", i)
		wg.Go(func() {
			defer func() {
				if cause := recover(); (cause != nil) != (i%4 == 2) {
					t.Errorf("%s: panic %v", id, cause)
				}
			}()
			ctx := context.Background()
			if i%4 == 3 {
				ctx = ended
			}
			err := store.Update(ctx, func(tx joinery.Tx) error {
				if err := tx.InsertOrganization(&joinery.Organization{ID: id, Name: "x", Slug: id}); err != nil {
					return err
				}
				switch i % 4 {
				case 1:
					return errFailed
				case 2:
					panic("failed")
				}
				return nil
			})
			if want := []error{nil, errFailed, nil, context.Canceled}[i%4]; !errors.Is(err, want) {
				t.Errorf("%s: error %v, want %v", id, err, want)
			}
		})
	}
	close(proceed)
	wg.Wait()
	var got []string
	err := store.View(context.Background(), func(tx joinery.Tx) error {
		list, err := tx.Organizations("", 100)
		for _, o := range list {
			got = append(got, o.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "first o00 o04 o08 o12 o16 o20 o24 o28 o32 o36"; strings.Join(got, " ") != want {
		t.Errorf("organizations %v, want %s", got, want)
	}
}
