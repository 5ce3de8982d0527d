package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

// testAPI is an API that logs to a buffer and writes errors as plain text.
func testAPI(log *bytes.Buffer) API {
	return API{
		Name:   "test",
		Logger: slog.New(slog.NewJSONHandler(log, nil)),
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "failed", http.StatusInternalServerError)
		},
	}
}

func logLine(t *testing.T, log *bytes.Buffer) map[string]any {
	t.Helper()
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Fatalf("%d log lines, want 1:\n%s", n, log)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return line
}

func TestServeLogsOnceWithoutPersonalData(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := testAPI(&log).Serve(func(w http.ResponseWriter, r *http.Request) error {
		rec := RecordOf(r.Context())
		rec.Route, rec.ConnectionID, rec.Pending = "/Users/{id}", "c-1", 2
		rec.AddRepair("op-case")
		rec.AddRepair("op-case")
		rec.Ignored = []string{"shoeSize"}
		w.WriteHeader(http.StatusCreated)
		_, err := io.WriteString(w, "hello")
		return err
	})
	r := httptest.NewRequest("POST", `/scim/v2/Users/kai@lumen.example?filter=userName+eq+%22kai@lumen.example%22&count=5&startIndex=a%40b&nick=kai`, strings.NewReader("secret-body"))
	r.Header.Set("Authorization", "Bearer secret-token")
	r.Header.Set("X-Request-Id", "req-7")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)

	if got := w.Header().Get("X-Request-Id"); got != "req-7" {
		t.Errorf("X-Request-Id = %q", got)
	}
	line := logLine(t, &log)
	delete(line, "time")
	delete(line, "duration")
	want := map[string]any{
		"level": "INFO", "msg": "request", "api": "test", "request_id": "req-7", "method": "POST",
		"route": "/Users/{id}", "path": "/scim/v2/Users/redacted", "query": "filter=redacted&count=5&startIndex=redacted",
		"status": 201.0, "bytes": 5.0, "connection_id": "c-1", "repairs": []any{"op-case"},
		"ignored_attributes": []any{"shoeSize"}, "pending_members": 2.0,
	}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Error(diff)
	}
}

func TestServeAnswersPanicsAndErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		handler Handler
		stack   bool
	}{
		"panic": {func(http.ResponseWriter, *http.Request) error { panic("boom") }, true},
		"error": {func(http.ResponseWriter, *http.Request) error { return errors.New("boom") }, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := httptest.NewRecorder()
			testAPI(&log).Serve(c.handler).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != 500 || w.Body.String() != "failed\n" {
				t.Errorf("answer %d %q", w.Code, w.Body)
			}
			line := logLine(t, &log)
			if cause := fmt.Sprint(line["error"]); line["level"] != "ERROR" || !strings.Contains(cause, "boom") {
				t.Errorf("log %v", line)
			}
			if _, ok := line["stack"]; ok != c.stack {
				t.Errorf("stack in log: %t, want %t", ok, c.stack)
			}
		})
	}
}

func TestServeCutsOffABegunAnswer(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := testAPI(&log).Serve(func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, "half")
		return errors.New("boom")
	})
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the connection was not aborted")
		}
		logLine(t, &log)
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestFaultOfAnAnsweredRequestIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := testAPI(&log).Serve(func(w http.ResponseWriter, r *http.Request) error {
		RecordOf(r.Context()).Fault = errors.New("disk full")
		w.WriteHeader(http.StatusOK)
		return nil
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if line := logLine(t, &log); line["level"] != "ERROR" || line["error"] != "disk full" {
		t.Errorf("log %v", line)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for given, kept := range map[string]bool{
		"abc-DEF_1.2": true, "": false, "a b": false, "a\nb": false, `a"b`: false, strings.Repeat("a", 129): false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Request-Id"] = []string{given}
		got := requestID(r)
		if (got == given) != kept || got == "" {
			t.Errorf("requestID(%q) = %q, kept should be %t", given, got, kept)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	api := testAPI(&bytes.Buffer{})
	api.Metrics = NewMetrics(registry)
	h := api.Serve(func(w http.ResponseWriter, r *http.Request) error {
		rec := RecordOf(r.Context())
		rec.Route, rec.Limited = "/Users", true
		w.WriteHeader(http.StatusTooManyRequests)
		return nil
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("BREW", "/", nil))

	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetName() + "=" + label.GetValue()
			}
			switch {
			case m.GetCounter() != nil:
				got[name] = m.GetCounter().GetValue()
			case m.GetGauge() != nil:
				got[name] = m.GetGauge().GetValue()
			default:
				got[name] = float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	want := map[string]float64{
		"joinery_http_requests_total api=test method=GET route=/Users status=4xx":   1,
		"joinery_http_requests_total api=test method=other route=/Users status=4xx": 1,
		"joinery_http_request_duration_seconds api=test method=GET route=/Users":    1,
		"joinery_http_request_duration_seconds api=test method=other route=/Users":  1,
		"joinery_http_requests_in_flight api=test":                                  0,
		"joinery_http_requests_limited_total api=test":                              2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
