package adminapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

func newClient(t *testing.T, server *httptest.Server) *adminclient.Client {
	t.Helper()
	return &adminclient.Client{URL: server.URL, Token: adminToken, HTTP: server.Client()}
}

// accountLines are lines to import, from one number up to another.
func accountLines(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "{\"email\":\"person%d@acme.example\"}\n", i)
	}
	return b.String()
}

// collect reads a sequence to its end, and returns the error that ended it.
func collect[T any](sequence iter.Seq2[T, error]) (list []T, err error) {
	for item, err := range sequence {
		if err != nil {
			return list, err
		}
		list = append(list, item)
	}
	return list, nil
}

// TestAnswersFlowWhileTheBodyIsSent has the client wait for the answer to each
// line before it sends the next one, for longer than the server would wait for
// a body.
func TestAnswersFlowWhileTheBodyIsSent(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(newHandler(t, newFixture(), newStore(t)))
	server.Config.ReadTimeout = 400 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)

	body, send := io.Pipe()
	answers, stop := iter.Pull2(newClient(t, server).ImportAccounts(t.Context(), body))
	defer stop()
	go func() { _, _ = io.WriteString(send, accountLines(0, 1)) }()
	for i := range 4 {
		result, err, more := answers()
		if !more || err != nil || result.Line != i+1 || result.Status != "created" {
			t.Fatalf("answer %d: %+v, %v", i, result, err)
		}
		if i < 3 {
			_, _ = io.WriteString(send, accountLines(i+1, i+2))
		}
	}
	_ = send.Close()
	if result, err, more := answers(); more {
		t.Errorf("a further answer: %+v, %v", result, err)
	}
}

// TestEachLineIsAnsweredInOrder sends more than a batch, with lines of all
// lengths between.
func TestEachLineIsAnsweredInOrder(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t)
	long := func(n int) string { // a line of n bytes
		line := `{"email":"long%d@acme.example","display_name":"x"}`
		line = fmt.Sprintf(line, n)
		return line + strings.Repeat(" ", n-len(line))
	}
	body := strings.Join([]string{
		strings.TrimSpace(accountLines(0, 700)), long(64 << 10), long(64<<10 + 1), long(300 << 10), "", strings.TrimSpace(accountLines(700, 701)),
	}, "\r\n")
	results, err := collect(newClient(t, server).ImportAccounts(t.Context(), strings.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	var lines, failed []int
	for _, r := range results {
		if lines = append(lines, r.Line); r.Status == "failed" {
			failed = append(failed, r.Line)
			if r.Reason != "invalid_line" {
				t.Errorf("line %d: %s", r.Line, r.Message)
			}
		}
	}
	want := make([]int, 703)
	for i := range want {
		want[i] = i + 1
	}
	if diff := cmp.Diff(append(want, 705), lines); diff != "" {
		t.Error("lines:", diff)
	}
	if diff := cmp.Diff([]int{702, 703}, failed); diff != "" {
		t.Error("failed:", diff)
	}
}

// TestAClientThatGoesEndsTheExchange would hang where the server went on to
// wait for the client: Close waits for its requests.
func TestAClientThatGoesEndsTheExchange(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newHandler(t, newFixture(), newStore(t)))
	body, send := io.Pipe()
	go func() { _, _ = io.WriteString(send, accountLines(0, 1)) }()
	for _, err := range newClient(t, server).ImportAccounts(t.Context(), body) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	server.Close()
}

// failing is a store that takes only so many writes.
type failing struct {
	joinery.Store
	left atomic.Int64
}

func (f *failing) Update(ctx context.Context, fn func(joinery.Tx) error) error {
	if f.left.Add(-1) < 0 {
		return errors.New("disk full")
	}
	return f.Store.Update(ctx, fn)
}

// TestAFailureBreaksTheAnswerOff shows that what was answered was done, and
// that the end of the answers is not mistaken for that of the lines.
func TestAFailureBreaksTheAnswerOff(t *testing.T) {
	t.Parallel()
	store := &failing{Store: newStore(t)}
	server := httptest.NewServer(newHandler(t, newFixture(), store))
	t.Cleanup(server.Close)
	client := newClient(t, server)

	store.left.Store(1)
	results, err := collect(client.ImportAccounts(t.Context(), strings.NewReader(accountLines(0, 800))))
	if _, cut := errors.AsType[*adminclient.UnreachableError](err); !cut || len(results) != 500 {
		t.Errorf("%d results, then %v", len(results), err)
	}
	_, err = collect(client.ImportAccounts(t.Context(), strings.NewReader(accountLines(0, 1))))
	if p, ok := errors.AsType[*wire.Problem](err); !ok || p.Reason != "internal" {
		t.Errorf("before the first answer: %v", err)
	}
}

// TestExportIsWhole reads more than fits on a page.
func TestExportIsWhole(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t)
	client := newClient(t, server)
	const all = 450
	if _, err := collect(client.ImportAccounts(t.Context(), strings.NewReader(accountLines(0, all)))); err != nil {
		t.Fatal(err)
	}
	events, err := collect(client.ExportAudit(t.Context(), adminclient.AuditQuery{Type: "account.created"}))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range events {
		seen[e.SubjectID] = true
	}
	if len(events) != all || len(seen) != all {
		t.Errorf("%d events about %d accounts", len(events), len(seen))
	}
}

// TestPreviewOfABrokenTable ends where the next record cannot be told any more,
// without reading the rest into memory.
func TestPreviewOfABrokenTable(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t)
	client := newClient(t, server)
	o, err := client.CreateOrganization(t.Context(), wire.NewOrganization{Name: "Acme", Slug: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.CreateConnection(t.Context(), o.ID, wire.NewConnection{Name: "Okta"})
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	table.WriteString("userName,displayName\nlea,Lea\ntom,\"Tom\n")
	for range 100_000 {
		table.WriteString("eva,Eva\n")
	}
	lines, err := collect(client.Preview(t.Context(), c.ID, "text/csv", &table))
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 2 || lines[0].Verdict != "create" || lines[1].Line != 3 || !strings.Contains(lines[1].Error, "quotation mark") {
		t.Errorf("%+v", lines)
	}
}
