// Package config is the configuration of `joinery serve`: a struct whose tags
// make it flags, environment variables and keys of a file, all with the same
// names, and the rules that its values must keep to.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Config is what an operator sets. A flag wins over the environment, that over
// the file, that over the default.
type Config struct {
	Config         File     `help:"JSON file with any of the settings below, by the names of their flags: {\"listen\": \":8480\", \"rate-limit\": 50}." env:"JOINERY_CONFIG" placeholder:"FILE" group:"file"`
	Listen         string   `help:"Address to listen on. Use :8480 to be reached from elsewhere. Default: ${default}." default:"127.0.0.1:8480" env:"JOINERY_LISTEN" placeholder:"HOST:PORT" group:"http"`
	PublicURL      string   `help:"URL under which identity providers reach this server. Default: as each request says." env:"JOINERY_PUBLIC_URL" placeholder:"URL" group:"http"`
	TrustProxy     bool     `help:"Believe X-Forwarded-Proto and X-Forwarded-Host. Only behind a proxy that sets them." env:"JOINERY_TRUST_PROXY" group:"http"`
	RateLimit      float64  `help:"Requests a second that each connection may send in the long run, bursts allowed. 0: no limit. Default: ${default}." default:"${rate_limit}" env:"JOINERY_RATE_LIMIT" placeholder:"N" group:"http"`
	Data           string   `help:"Folder of the SQLite database; made if missing. Default: ${default}." default:"./joinery-data" env:"JOINERY_DATA" placeholder:"DIR" group:"storage"`
	DatabaseURL    string   `help:"PostgreSQL to use instead of SQLite: postgres://user:password@host/database." env:"JOINERY_DATABASE_URL" placeholder:"URL" group:"storage"`
	AdminToken     string   `help:"Token of the admin API. Better in the environment or a file: other users of this machine can read flags. Without one, the first start makes one and prints it." env:"JOINERY_ADMIN_TOKEN" placeholder:"TOKEN" group:"token"`
	AdminTokenFile string   `help:"File with the token of the admin API." env:"JOINERY_ADMIN_TOKEN_FILE" placeholder:"FILE" group:"token"`
	Schemas        string   `help:"Folder of JSON files with further SCIM schemas and resource types." env:"JOINERY_SCHEMAS" placeholder:"DIR" group:"scim"`
	Roles          []string `help:"The roles of members, the highest first: the first is that of owners, the last what everyone has. Default: ${default}." default:"${roles}" env:"JOINERY_ROLES" placeholder:"ROLE" group:"scim"`
	RequestLogDays int      `help:"Days for which the SCIM requests of connections are kept. Default: ${default}." default:"30" env:"JOINERY_REQUEST_LOG_DAYS" placeholder:"N" group:"log"`
	LogLevel       string   `help:"Least level to log: debug, info, warn or error. Default: ${default}." default:"info" env:"JOINERY_LOG_LEVEL" placeholder:"LEVEL" group:"log"`
	LogFormat      string   `help:"Form of the log: text or json. Default: ${default}." default:"text" env:"JOINERY_LOG_FORMAT" placeholder:"FORMAT" group:"log"`
}

// Database returns the place of the database, as storage.Open takes it: the
// URL of PostgreSQL, or the folder of SQLite.
func (c *Config) Database() string {
	if c.DatabaseURL != "" {
		return c.DatabaseURL
	}
	return c.Data
}

// GoodAdminToken is the length from which an admin token is hard to guess, in
// bytes. Shorter ones are taken with a warning.
const GoodAdminToken = 16

// Validate reports all that is wrong with the values, each on a line of its own.
func (c *Config) Validate() error {
	_, _, listenErr := net.SplitHostPort(c.Listen)
	publicURL, publicErr := url.Parse(c.PublicURL)
	token, tokenErr := c.ResolveAdminToken()
	var failures []error
	for _, check := range []struct {
		bad     bool
		setting string
		message string
	}{
		{listenErr != nil, "listen", "must be HOST:PORT such as 127.0.0.1:8480, not " + quote(c.Listen)},
		{c.PublicURL != "" && (publicErr != nil || !absolute(publicURL)), "public-url", "must be like https://scim.example.com, without a query, not " + quote(c.PublicURL)},
		{c.RateLimit < 0, "rate-limit", "must be 0 (no limit) or more"},
		{c.DatabaseURL == "" && c.Data == "", "data", "must name a folder, where no database-url is given"},
		{c.DatabaseURL != "" && !isPostgres(c.DatabaseURL), "database-url", "must begin with postgres://; for SQLite give the folder as data"},
		{c.AdminToken != "" && c.AdminTokenFile != "", "admin-token", "and admin-token-file exclude each other; give one"},
		{tokenErr != nil, "admin-token-file", fmt.Sprint(tokenErr)},
		{strings.ContainsAny(token, " \t\r\n"), "admin-token", "must not contain spaces or line breaks"},
		{c.Schemas != "" && !isFolder(c.Schemas), "schemas", "must be a folder that exists, not " + quote(c.Schemas)},
		{!validRoles(c.Roles), "roles", "must be two or more different names of at most 64 characters without spaces"},
		{c.RequestLogDays < 1 || c.RequestLogDays > 3650, "request-log-days", "must be 1 to 3650"},
		{!slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel), "log-level", "must be debug, info, warn or error, not " + quote(c.LogLevel)},
		{!slices.Contains([]string{"text", "json"}, c.LogFormat), "log-format", "must be text or json, not " + quote(c.LogFormat)},
	} {
		if check.bad {
			failures = append(failures, fmt.Errorf("%s %s", check.setting, check.message))
		}
	}
	return errors.Join(failures...)
}

// ResolveAdminToken returns the admin token, from the file where one is named.
func (c *Config) ResolveAdminToken() (string, error) {
	if c.AdminTokenFile == "" {
		return c.AdminToken, nil
	}
	text, err := os.ReadFile(c.AdminTokenFile)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", fmt.Errorf("is empty: %s", c.AdminTokenFile)
	}
	return token, nil
}

// Level returns the least level to log.
func (c *Config) Level() slog.Level {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // Validate has seen it
	return level
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

func absolute(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

func isPostgres(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

func validRoles(roles []string) bool {
	seen := map[string]bool{}
	for _, role := range roles {
		if role == "" || len(role) > 64 || strings.ContainsAny(role, " \t\r\n") || seen[role] {
			return false
		}
		seen[role] = true
	}
	return len(roles) >= 2
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
