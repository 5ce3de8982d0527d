package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery/internal/testenv"
)

// connection is the SCIM connection that is written to.
type connection struct{ token, group, organization string }

func (c connection) at(p *testenv.Program) *client { return &client{url: p.URL, connection: c} }

// connect makes an organization, a connection, a token, and a group.
func connect(t *testing.T, p *testenv.Program) connection {
	t.Helper()
	admin := connection{token: testenv.AdminToken}.at(p)
	must := func(path, body string) (made struct{ ID, Token string }) {
		if err := admin.call("POST", path, body, &made); err != nil {
			t.Fatal(err)
		}
		return made
	}
	organization := must("/api/v1/organizations", `{"name":"Crash","slug":"crash"}`)
	made := must("/api/v1/organizations/"+organization.ID+"/connections", `{"name":"Crash","idp":"generic"}`)
	c := connection{token: must("/api/v1/connections/"+made.ID+"/tokens", `{"name":"crash"}`).Token}
	var group struct{ ID string }
	if err := c.at(p).call("POST", "/scim/v2/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"All"}`, &group); err != nil {
		t.Fatal(err)
	}
	c.group, c.organization = group.ID, organization.ID
	return c
}

// client talks to one run of the server.
type client struct {
	url string
	connection
}

func (c *client) call(method, path, body string, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s", method, path, response.Status, answer)
	}
	if into == nil || len(answer) == 0 {
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (c *client) createUser(name string) (string, error) {
	var user struct{ ID string }
	err := c.call("POST", "/scim/v2/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"`+name+`","active":true}`, &user)
	return user.ID, err
}

func (c *client) patch(path, op string) error {
	return c.call("PATCH", path, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[`+op+`]}`, nil)
}

func (c *client) addMember(user string) error {
	return c.patch("/scim/v2/Groups/"+c.group, `{"op":"add","path":"members","value":[{"value":"`+user+`"}]}`)
}

func (c *client) deactivate(user string) error {
	return c.patch("/scim/v2/Users/"+user, `{"op":"replace","path":"active","value":false}`)
}

// person is a user, or the account that he has as a member of the organization.
type person struct {
	Name   string // his userName, which is his email
	Active bool
}

// users returns all users by id, by walking a cursor.
func (c *client) users(t *testing.T) map[string]person {
	t.Helper()
	users := map[string]person{}
	cursor := ""
	for {
		var page struct {
			Resources []struct {
				ID, UserName string
				Active       bool
			}
			NextCursor string
		}
		if err := c.call("GET", "/scim/v2/Users?count=500&cursor="+url.QueryEscape(cursor), "", &page); err != nil {
			t.Fatal(err)
		}
		for _, user := range page.Resources {
			users[user.ID] = person{user.UserName, user.Active}
		}
		if cursor = page.NextCursor; cursor == "" {
			return users
		}
	}
}

// accounts returns the members of the organization.
func (c *client) accounts(t *testing.T) (people []person) {
	t.Helper()
	admin := &client{url: c.url, connection: connection{token: testenv.AdminToken}}
	cursor := ""
	for {
		var page struct {
			Members []struct {
				Account struct{ Email string }
				State   string
			}
			NextCursor string `json:"next_cursor"`
		}
		if err := admin.call("GET", "/api/v1/organizations/"+c.organization+"/members?limit=1000&after="+url.QueryEscape(cursor), "", &page); err != nil {
			t.Fatal(err)
		}
		for _, member := range page.Members {
			people = append(people, person{member.Account.Email, member.State == "active"})
		}
		if cursor = page.NextCursor; cursor == "" {
			return people
		}
	}
}

func (c *client) members(t *testing.T) map[string]bool {
	t.Helper()
	var group struct{ Members []struct{ Value string } }
	if err := c.call("GET", "/scim/v2/Groups/"+c.group, "", &group); err != nil {
		t.Fatal(err)
	}
	members := map[string]bool{}
	for _, member := range group.Members {
		members[member.Value] = true
	}
	return members
}

// events counts the events by type and the user they are about.
func (c *client) events(t *testing.T) map[string]int {
	t.Helper()
	admin := &client{url: c.url, connection: connection{token: testenv.AdminToken}}
	counts := map[string]int{}
	cursor := ""
	for {
		var page struct {
			Events []struct {
				Type      string
				SubjectID string `json:"subject_id"`
				Data      struct {
					MemberID string `json:"member_id"`
				}
			}
			NextCursor string `json:"next_cursor"`
		}
		if err := admin.call("GET", "/api/v1/events?limit=1000&after="+url.QueryEscape(cursor), "", &page); err != nil {
			t.Fatal(err)
		}
		for _, event := range page.Events {
			user := event.SubjectID
			if event.Data.MemberID != "" {
				user = event.Data.MemberID
			}
			counts[event.Type+" "+user]++
		}
		if len(page.Events) == 0 {
			return counts
		}
		cursor = page.NextCursor
	}
}

// orphans returns the users that have an event and are not there.
func orphans(events map[string]int, users map[string]person) []string {
	var lost []string
	for key := range events {
		kind, user, _ := strings.Cut(key, " ")
		if _, exists := users[user]; !exists && kind == "user.created" {
			lost = append(lost, user)
		}
	}
	return lost
}
