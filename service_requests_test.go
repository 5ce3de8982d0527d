package joinery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/schema"
)

// slowStore is a store that takes its time, and may fail. It keeps nothing but
// the ids and bodies of requests.
type slowStore struct {
	joinery.Store
	takes    time.Duration
	failures int // of the next attempts; below 0: of all
	panics   bool

	mu      sync.Mutex
	batches []int
	kept    []string
	bodies  []string
}

func (s *slowStore) written() (batches []int, kept []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.batches, s.kept
}

func (s *slowStore) Update(ctx context.Context, fn func(joinery.Tx) error) error {
	time.Sleep(s.takes)
	if s.failures != 0 {
		s.failures--
		return errors.New("the disk is full")
	}
	if s.panics {
		panic("the disk is on fire")
	}
	return fn(slowTx{store: s})
}

type slowTx struct {
	joinery.Tx
	store *slowStore
}

func (tx slowTx) AppendRequests(list ...*joinery.Request) error {
	tx.store.mu.Lock()
	defer tx.store.mu.Unlock()
	tx.store.batches = append(tx.store.batches, len(list))
	for _, r := range list {
		tx.store.kept = append(tx.store.kept, r.RequestID)
		tx.store.bodies = append(tx.store.bodies, string(r.Body))
	}
	return nil
}

// badgeSchema has attributes that are never returned, one of them in part.
const badgeSchema = `[
	{"id": "urn:example:Badge", "name": "Badge", "attributes": [
		{"name": "pin", "returned": "never", "mutability": "writeOnly"},
		{"name": "door", "type": "complex", "subAttributes": [{"name": "number"}, {"name": "code", "returned": "never", "mutability": "writeOnly"}]}
	]},
	{"name": "User", "schemaExtensions": [{"schema": "urn:example:Badge", "required": false}]}
]`

// logging runs a test of the request log of a Service on a slow store.
func logging(t *testing.T, store *slowStore, run func(t *testing.T, s *joinery.Service, log *bytes.Buffer)) {
	t.Helper()
	t.Parallel()
	registry, err := schema.NewRegistry(fstest.MapFS{"badge.json": {Data: []byte(badgeSchema)}})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		run(t, joinery.NewService(joinery.Options{Store: store, Registry: registry, Logger: slog.New(slog.NewTextHandler(&log, nil))}), &log)
	})
}

// logMany logs requests with bodies of a size.
func logMany(s *joinery.Service, from, to, size int) {
	for i := from; i < to; i++ {
		s.LogRequest(&joinery.Request{RequestID: fmt.Sprint(i)}, joinery.ExcerptOf(make([]byte, size)), joinery.Excerpt{})
	}
}

// wantKept flushes and checks that the first n requests are kept, each once.
func wantKept(t *testing.T, s *joinery.Service, store *slowStore, n int) {
	t.Helper()
	if err := s.FlushRequests(t.Context()); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	_, kept := store.written()
	for i, id := range kept {
		if id != fmt.Sprint(i) {
			t.Fatalf("entry %d is request %s", i, id)
		}
	}
	if len(kept) != n {
		t.Errorf("%d requests are kept, want %d", len(kept), n)
	}
}

func TestLoggedRequestsAreBatched(t *testing.T) {
	store := &slowStore{takes: 10 * time.Millisecond}
	logging(t, store, func(t *testing.T, s *joinery.Service, _ *bytes.Buffer) {
		logMany(s, 0, 3, 0)
		for _, want := range []int{0, 3} { // after 200 and 400 ms
			time.Sleep(200 * time.Millisecond)
			if _, kept := store.written(); len(kept) != want {
				t.Errorf("%d requests are written, want %d", len(kept), want)
			}
		}
		logMany(s, 3, 1103, 0)
		began := time.Now()
		wantKept(t, s, store, 1103)
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("a flush took %v", took)
		}
		if batches, _ := store.written(); !slices.Equal(batches, []int{3, 500, 500, 100}) {
			t.Errorf("batches %v", batches)
		}
	})
}

func TestLoggedRequestsAreTriedAgain(t *testing.T) {
	store := &slowStore{failures: 3}
	logging(t, store, func(t *testing.T, s *joinery.Service, _ *bytes.Buffer) {
		logMany(s, 0, 700, 0)
		wantKept(t, s, store, 700)
		if n := s.LostRequests(); n != 0 {
			t.Errorf("%d are lost", n)
		}
	})
}

func TestLoggedRequestsAreGivenUp(t *testing.T) {
	for name, store := range map[string]*slowStore{"error": {failures: -1}, "panic": {panics: true}} {
		t.Run(name, func(t *testing.T) {
			logging(t, store, func(t *testing.T, s *joinery.Service, log *bytes.Buffer) {
				logMany(s, 0, 2, 0)
				wantKept(t, s, store, 0)
				if n := s.LostRequests(); n != 2 || strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "count=2") {
					t.Errorf("%d are lost; log %s", n, log)
				}
			})
		})
	}
}

// TestLoggedRequestsAreBounded has a store that stands still.
func TestLoggedRequestsAreBounded(t *testing.T) {
	for name, c := range map[string]struct{ size, kept int }{
		"by count": {0, 10_000},
		"by bytes": {joinery.MaxRequestBody, (32 << 20) / (joinery.MaxRequestBody + 512)},
	} {
		t.Run(name, func(t *testing.T) {
			store := &slowStore{takes: time.Minute}
			logging(t, store, func(t *testing.T, s *joinery.Service, log *bytes.Buffer) {
				logMany(s, 0, 12_000, c.size)
				if n := s.LostRequests(); n != int64(12_000-c.kept) {
					t.Errorf("%d are lost, want %d", n, 12_000-c.kept)
				}
				wantKept(t, s, store, c.kept)
				if want := fmt.Sprintf("count=%d", 12_000-c.kept); strings.Count(log.String(), want) != 1 {
					t.Errorf("%q is not once in the log:\n%s", want, log)
				}
			})
		})
	}
}

func TestFlushGivesUp(t *testing.T) {
	store := &slowStore{takes: time.Hour}
	logging(t, store, func(t *testing.T, s *joinery.Service, _ *bytes.Buffer) {
		logMany(s, 0, 3, 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.FlushRequests(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "3 requests") {
			t.Errorf("got %v", err)
		}
		wantKept(t, s, store, 3)
	})
}

func TestLoggedRequestsHideWhatIsNeverReturned(t *testing.T) {
	store := &slowStore{}
	logging(t, store, func(t *testing.T, s *joinery.Service, _ *bytes.Buffer) {
		body := `{"userName":"ada","urn:example:Badge":{"PIN":1234,"door":{"number":"7","code":"1234"}},"n":1}`
		s.LogRequest(&joinery.Request{RequestID: "0"}, joinery.ExcerptOf([]byte(body)), joinery.Excerpt{})
		wantKept(t, s, store, 1)
		if want := `{"userName":"ada","urn:example:Badge":{"PIN":"[redacted]","door":"[redacted]"},"n":1}`; store.bodies[0] != want {
			t.Errorf("kept %s", store.bodies[0])
		}
	})
}
