package idp_test

import (
	"bytes"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
)

// TestRateLimit (quirk 117): who sends too much gets a 429 that a SCIM client
// understands, and another connection does not.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	rate := 1.0
	h := serve(t, server.Options{Store: testenv.SQLite(t), RateLimit: &rate})
	busy, quiet := newPlayer(t, h, "entra"), newPlayer(t, h, "okta")
	limited := make(chan bool, 64)
	for range cap(limited) {
		go func() {
			answer, text := busy.send(step{method: "GET", path: "/Users"})
			limited <- answer.StatusCode == 429
			if answer.StatusCode != 429 {
				return
			}
			if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err != nil || seconds < 1 {
				t.Errorf("Retry-After is %q", answer.Header.Get("Retry-After"))
			}
			busy.general("GET /Users", answer, text)
		}()
	}
	count := 0
	for range cap(limited) {
		if <-limited {
			count++
		}
	}
	if count == 0 {
		t.Errorf("none of %d requests was limited", cap(limited))
	}
	if answer, text := quiet.send(step{method: "GET", path: "/Users"}); answer.StatusCode != 200 {
		t.Errorf("the other connection: %d %s", answer.StatusCode, text)
	}
}

// TestNamesStayOutOfTheLog (quirk 123).
func TestNamesStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := serve(t, server.Options{Store: testenv.SQLite(t), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	p := newPlayer(t, h, "entra")
	p.send(step{method: "GET", path: `/Users?filter=userName+eq+"mira.holt@fjord.example"&count=5`})
	p.send(step{method: "POST", path: "/Users", body: `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"mira.holt@fjord.example","password":"s3cret"}`})
	p.host.close()
	if !strings.Contains(log.String(), "/Users") {
		t.Fatalf("the requests are not in the log: %s", log.String())
	}
	for _, secret := range []string{"mira", "s3cret", p.values["token"]} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, log.String())
		}
	}
}
