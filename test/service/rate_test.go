package service

import (
	"bufio"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
)

// onBothLimited is onBoth with a rate limit.
func onBothLimited(t *testing.T, rate float64, run func(*testing.T, *env)) {
	t.Helper()
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		run(t, newEnv(t, open(t), server.Options{RateLimit: &rate}))
	})
}

// TestRateLimit holds that a connection that sends too much is refused, on each
// of its routes and with any of its tokens, and that nobody else is.
func TestRateLimit(t *testing.T) {
	const rate = 0.001 // so that no token comes back while the test runs
	onBothLimited(t, rate, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		busy, calm := e.connect(organization, "okta"), e.connect(organization, "entra")
		second, _ := busy.newToken()
		for _, route := range busy.routes("x") { // reading discovery takes the one request that is free
			a := busy.send(route[0], route[1], `{"userName":"kai","displayName":"kai","serial":"1"}`)
			if route[0] != "HEAD" {
				wantSCIMError(t, fmt.Sprint(route), a, 429, "")
			}
			if after, err := strconv.Atoi(a.header.Get("Retry-After")); a.status != 429 || err != nil || after < 1 || after > 1000 {
				t.Errorf("%v: %d, Retry-After %q", route, a.status, a.header.Get("Retry-After"))
			}
		}
		wantSCIMError(t, "another token", busy.with(second).send("GET", "/Users", ""), 429, "")
		wantSCIMError(t, "the other URL", busy.at(e.url+"/scim/v2").send("GET", "/Users", ""), 429, "")
		if got := fmt.Sprint(calm.get("/Users")["totalResults"]); got != "0" {
			t.Errorf("totalResults %s", got)
		}
		if len(e.events()) != 0 {
			t.Error("a refused request wrote something")
		}
	})
}

// TestRetryAfter holds that a client that waits as long as it is told is let in.
func TestRetryAfter(t *testing.T) {
	onBothLimited(t, 1.5, func(t *testing.T, e *env) {
		c := e.connectNew("okta")
		for range 1000 {
			a := c.send("GET", "/ServiceProviderConfig", "")
			if a.status == 200 {
				continue
			}
			after, err := strconv.Atoi(a.header.Get("Retry-After"))
			if a.status != 429 || err != nil {
				t.Fatalf("%d, Retry-After %q", a.status, a.header.Get("Retry-After"))
			}
			time.Sleep(time.Duration(after) * time.Second)
			c.get("/ServiceProviderConfig")
			return
		}
		t.Error("no request was refused")
	})
}

// TestNoRateLimit holds that a rate of 0 is none.
func TestNoRateLimit(t *testing.T) {
	onBothLimited(t, 0, func(t *testing.T, e *env) {
		c := e.connectNew("okta")
		parallel(16, 1200, func(int) {
			if a := c.send("GET", "/ServiceProviderConfig", ""); a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	})
}

// TestHangingRequests holds that a connection whose requests do not come to
// their end keeps no other one from being served.
func TestHangingRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		organization := e.organization("acme")
		busy, calm := e.connect(organization, "okta"), e.connect(organization, "entra")
		const all = 64 // that a connection may have at a time
		for range all {
			busy.hang()
		}
		user := calm.user("kai")
		calm.get("/Users/" + user)
	})
}

// hang begins a POST, and returns once the server waits for its body, which
// never comes.
func (c *client) hang() {
	c.t.Helper()
	host := strings.TrimPrefix(c.url, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s/Users HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/scim+json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
		strings.TrimPrefix(c.base, c.url), host, c.token)
	if err != nil {
		c.t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		c.t.Fatalf("got %q, %v", line, err)
	}
}
