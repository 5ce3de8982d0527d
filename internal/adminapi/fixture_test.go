package adminapi_test

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// fixture is what a server under test depends on: its clock, its ids and its
// DNS. It gives what differs from run to run the names that stand in testdata:
// id-1, C-00001 and SECRET-1 are the first of their kind that an answer showed.
type fixture struct {
	ids         atomic.Int64
	minutes     atomic.Int64 // since noon
	mu          sync.Mutex   // the server looks domains up
	shown, real map[string]string
	count       map[string]int
}

func newFixture() *fixture {
	return &fixture{shown: map[string]string{}, real: map[string]string{}, count: map[string]int{}}
}

// now is the time. It stands still but for a minute before each SCIM request,
// so that their log has an order.
func (f *fixture) now() time.Time {
	return time.Date(2026, 11, 21, 12, int(f.minutes.Load()), 0, 0, time.UTC)
}

// newID makes the ids of the server. Those of events count too, but no answer
// shows them all.
func (f *fixture) newID() string { return fmt.Sprintf("id-%06d", f.ids.Add(1)) }

var (
	madeUp  = regexp.MustCompile(`\bid-\d{6}\b|\bC-[0-9A-Z]{5}\b|\bj(scim|consent)-[A-Za-z0-9-]{43}|joinery-domain-verification=[A-Za-z0-9-]+`)
	begun   = regexp.MustCompile(`2026-11-21T[0-9:]+59\.\d+Z`) // when a request began: just before the minute
	took    = regexp.MustCompile(`("duration_ms": ?)[0-9.]+`)
	inFiles = regexp.MustCompile(`\bid-\d+\b|\bC-\d{5}\b|\bSECRET-\d+\b`)
)

// show writes an answer as it stands in testdata.
func (f *fixture) show(text string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	text = took.ReplaceAllString(begun.ReplaceAllString(text, "LATELY"), "${1}1.5")
	return madeUp.ReplaceAllStringFunc(text, func(value string) string {
		if name, ok := f.shown[value]; ok {
			return name
		}
		kind, format := value[:2], map[string]string{"id": "id-%d", "C-": "C-%05d"}[value[:2]]
		if format == "" {
			kind, format = "", "SECRET-%d"
		}
		f.count[kind]++
		name := fmt.Sprintf(format, f.count[kind])
		f.shown[value], f.real[name] = name, value
		return name
	})
}

// send writes a request of testdata as it is sent. An id that no answer has
// shown is one that there is not.
func (f *fixture) send(text string) string {
	if strings.Contains(text, " /scim/") {
		f.minutes.Add(1)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return inFiles.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := f.real[name]; ok {
			return value
		}
		unknown := strings.Replace(name, "id-", "id-9000", 1)
		f.shown[unknown] = name
		return unknown
	})
}

// LookupTXT is the DNS. It holds what the answers asked to put there,
// but for domains that begin with "unset".
func (f *fixture) LookupTXT(_ context.Context, host string) ([]string, error) {
	if strings.HasPrefix(host, "_joinery.unset") {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	records := []string{"v=spf1 -all"}
	for value := range f.shown {
		if strings.HasPrefix(value, "joinery-domain-verification=") {
			records = append(records, value)
		}
	}
	return records, nil
}
