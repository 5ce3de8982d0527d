package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/scim/schema"
)

// direct is a Service without a server, whose time the test sets.
type direct struct {
	*testing.T
	*joinery.Service
	store joinery.Store
	now   atomic.Pointer[time.Time]
}

// directly runs a test on a Service of its own on each database.
func directly(t *testing.T, run func(*direct)) {
	t.Helper()
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) { run(newDirect(t, open(t))) })
}

func newDirect(t *testing.T, store joinery.Store) *direct {
	t.Helper()
	registry, err := schema.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	d := &direct{T: t, store: store}
	d.now.Store(new(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	d.Service = joinery.NewService(joinery.Options{
		Store: store, Registry: registry, IdPs: []string{"generic"}, Now: func() time.Time { return *d.now.Load() },
	})
	return d
}

// later lets time pass.
func (d *direct) later(by time.Duration) { d.now.Store(new(d.now.Load().Add(by))) }

func (d *direct) account(in joinery.NewAccount) *joinery.AccountView {
	d.Helper()
	view, err := d.CreateAccount(d.Context(), in)
	if err != nil {
		d.Fatalf("creating %+v: %v", in, err)
	}
	return view
}

func (d *direct) change(id string, change joinery.AccountChange) {
	d.Helper()
	if _, err := d.UpdateAccount(d.Context(), id, change); err != nil {
		d.Fatalf("changing %+v: %v", change, err)
	}
}

// failure is the reason and field of an error that may be shown, with a "!".
func failure(err error) string {
	e, ok := errors.AsType[*joinery.Error](err)
	if !ok {
		return fmt.Sprint(err)
	}
	return strings.TrimSpace("!" + e.Reason + " " + e.Field)
}

// events are all that who follows them sees.
func (d *direct) events() []*joinery.Event {
	d.Helper()
	page, err := d.Events(d.Context(), "", 1000)
	if err != nil {
		d.Fatal(err)
	}
	return page.Events
}

func eventTypes(events []*joinery.Event) (types []string) {
	for _, e := range events {
		types = append(types, string(e.Type))
	}
	return types
}

// payload is what an event tells.
func payload(e *joinery.Event) map[string]any {
	var data map[string]any
	_ = json.Unmarshal(e.Data, &data) // the caller sees that it is nil
	return data
}
