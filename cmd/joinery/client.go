package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/uuid"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
)

// Client holds the flags of all commands that talk to the admin API.
type Client struct {
	URL        string `help:"URL of the server. Default: ${default}." default:"http://127.0.0.1:8480" env:"JOINERY_URL" group:"client" placeholder:"URL"`
	AdminToken string `help:"Admin token. Better in the environment: other users of this machine can read flags." env:"JOINERY_TOKEN,JOINERY_ADMIN_TOKEN" group:"client" placeholder:"TOKEN"`
	JSON       bool   `help:"Print the answer as JSON." name:"json"`
}

// Validate refuses a URL that no server can have.
func (c *Client) Validate() error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("url (JOINERY_URL) must be like http://127.0.0.1:8480, not %q", c.URL)
	}
	return nil
}

func (c *Client) api() *adminclient.Client {
	return &adminclient.Client{URL: strings.TrimSuffix(c.URL, "/"), Token: c.AdminToken}
}

// print writes an answer: as JSON, or by the function for people.
func (c *Client) print(k *kong.Kong, answer any, forPeople func(io.Writer)) error {
	if c.JSON {
		encoder := json.NewEncoder(k.Stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(answer)
	}
	w := tabwriter.NewWriter(k.Stdout, 0, 8, 2, ' ', 0)
	forPeople(w)
	return w.Flush()
}

// organization finds an organization by its id or slug.
func (c *Client) organization(ctx context.Context, name string) (*wire.Organization, error) {
	var found *wire.Organization
	err := c.api().Organizations(ctx, func(o wire.Organization) bool {
		if o.ID == name || o.Slug == name {
			found = &o
		}
		return found == nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("there is no organization with the id or slug %q. See: joinery org list", name)
	}
	return found, err
}

// connectionID finds a connection by its id, or by ORG/NAME.
func (c *Client) connectionID(ctx context.Context, name string) (string, error) {
	slug, title, qualified := strings.Cut(name, "/")
	if !qualified {
		if uuid.Validate(name) != nil {
			return "", fmt.Errorf("%q is no id of a connection. Give the id, or ORG/NAME such as acme/okta; joinery connection list ORG shows both", name)
		}
		return name, nil
	}
	o, err := c.organization(ctx, slug)
	if err != nil {
		return "", err
	}
	list, err := c.api().Connections(ctx, o.ID)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, connection := range list.Connections {
		if strings.EqualFold(connection.Name, title) {
			ids = append(ids, connection.ID)
		}
	}
	switch len(ids) {
	case 0:
		return "", fmt.Errorf("%s has no connection named %q. See: joinery connection list %s", slug, title, slug)
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("%s has %d connections named %q; give the id instead: %s", slug, len(ids), title, strings.Join(ids, ", "))
}

// when writes a time for people, "-" for none.
func when(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04 MST")
}
