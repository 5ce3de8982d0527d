package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery/internal/config"
)

// parse runs kong as the command does, with one subcommand that has the
// configuration and one that has not.
func parse(t *testing.T, args ...string) (config.Config, error) {
	t.Helper()
	var cli struct {
		Serve struct{ config.Config } `cmd:""`
		Other struct{}                `cmd:""`
	}
	parser, err := kong.New(&cli, kong.Vars{"rate_limit": "100", "roles": "owner,member"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return cli.Serve.Config, err
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	got, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Listen: "127.0.0.1:8480", Data: "./joinery-data", RateLimit: 100,
		Roles: []string{"owner", "member"}, RequestLogDays: 30, LogLevel: "info", LogFormat: "text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPrecedence gives four settings in ever fewer places: each value shows
// where it came from.
func TestPrecedence(t *testing.T) {
	file := write(t, "joinery.json", `{"listen": "file:1", "public_url": "http://file", "data": "file", "rate-limit": 7, "trust-proxy": true}`)
	t.Setenv("JOINERY_CONFIG", file)
	t.Setenv("JOINERY_LISTEN", "env:1")
	t.Setenv("JOINERY_PUBLIC_URL", "http://env")
	got, err := parse(t, "serve", "--listen=flag:1")
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Config: config.File(file), Listen: "flag:1", PublicURL: "http://env", Data: "file", RateLimit: 7, TrustProxy: true,
		Roles: []string{"owner", "member"}, RequestLogDays: 30, LogLevel: "info", LogFormat: "text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestFileOfOtherCommand: the environment of a server must not break commands
// that have nothing to do with its file.
func TestFileOfOtherCommand(t *testing.T) {
	t.Setenv("JOINERY_CONFIG", "/does/not/exist")
	if _, err := parse(t, "other"); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"missing file":   {[]string{"--config=nowhere.json"}, []string{"config nowhere.json", "no such file"}},
		"not JSON":       {[]string{"--config=" + write(t, "c.json", "listen: x")}, []string{"no JSON object"}},
		"misspelt key":   {[]string{"--config=" + write(t, "c.json", `{"lisen": ":1", "help": true}`)}, []string{"unknown setting help, lisen"}},
		"wrong type":     {[]string{"--config=" + write(t, "c.json", `{"rate-limit": "fast"}`)}, []string{"c.json: rate-limit must be a number"}},
		"number as text": {[]string{"--config=" + write(t, "c.json", `{"listen": 8480}`)}, []string{"c.json: listen must be text in double quotes"}},
		"text as switch": {[]string{"--config=" + write(t, "c.json", `{"trust_proxy": "yes"}`)}, []string{"c.json: trust-proxy must be true or false"}},
		"two tokens":     {[]string{"--admin-token=0123456789abcdef", "--admin-token-file=" + write(t, "t", "0123456789abcdef")}, []string{"exclude each other"}},
		"empty token":    {[]string{"--admin-token-file=" + write(t, "t", "\n")}, []string{"is empty"}},
		"sqlite as URL":  {[]string{"--database-url=sqlite:x"}, []string{"postgres://"}},
		"all at once": {
			[]string{"--listen=8480", "--public-url=scim.example.com", "--rate-limit=-1", "--data=", "--schemas=nowhere", "--log-level=loud", "--log-format=xml", "--roles=one", "--request-log-days=0"},
			[]string{"listen must be", "public-url must be", "rate-limit must be", "data must name", "schemas must be", `not "loud"`, `not "xml"`, "roles must be", "request-log-days must be"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(t, append([]string{"serve"}, c.args...)...)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in:\n%v", want, err)
				}
			}
		})
	}
}

func TestAdminTokenFile(t *testing.T) {
	t.Parallel()
	c := config.Config{AdminTokenFile: write(t, "token", "  secret-secret-secret\n")}
	got, err := c.ResolveAdminToken()
	if err != nil || got != "secret-secret-secret" {
		t.Errorf("got %q, %v", got, err)
	}
}
