package service

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// duplicateCase is an organization with accounts, some of them one person's.
type duplicateCase struct {
	Name     string
	Verified []string // domains
	Accounts []struct {
		Email, Username string
		DisplayName     string `json:"display_name"`
		Stranger        bool   // no member
		Okta, Entra     string // the externalIds of its Users in two connections
		SignedIn        bool   `json:"signed_in"` // through okta
		Deleted         bool   // its User in okta
	}
	Want []duplicate
}

type duplicate struct {
	Accounts []int
	Reasons  []string
}

// TestDuplicates finds what testdata/duplicates.json says, and that each set can
// be merged.
func TestDuplicates(t *testing.T) {
	data, err := os.ReadFile("testdata/duplicates.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []duplicateCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, e *env) {
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				w := newWorld(t, e)
				accounts := w.populateCase(c)
				same(t, "duplicates", c.Want, w.duplicates(accounts, ""))
				if len(c.Want) > 0 {
					same(t, "limited", c.Want[:1], w.duplicates(accounts, "?limit=1"))
				}
				for _, d := range c.Want {
					w.merge(accounts[d.Accounts[0]], accounts[d.Accounts[1]])
				}
			})
		}
	})
}

// populateCase makes the accounts of a case and returns their ids.
func (w *world) populateCase(c duplicateCase) (ids []string) {
	w.t.Helper()
	for _, domain := range c.Verified {
		w.admin(201, "POST", "/organizations/"+w.acme+"/domains", fmt.Sprintf(`{"domain":"%s.%s.example","verified":true}`, domain, w.tag))
	}
	for i, a := range c.Accounts {
		email, username := "", fmt.Sprintf("%s-%d-x", w.tag, i)
		if a.Email != "" {
			email = w.email(a.Email)
		}
		if a.Username != "" {
			username = w.tag + "-" + a.Username
		}
		body, _ := json.Marshal(map[string]string{"email": email, "username": username, "display_name": a.DisplayName}) // strings always encode
		id := text(w.admin(201, "POST", "/accounts", string(body)), "id")
		ids = append(ids, id)
		if !a.Stranger {
			w.admin(201, "POST", "/organizations/"+w.acme+"/members", fmt.Sprintf(`{"account_id":%q}`, id))
		}
		if a.SignedIn {
			w.okta.signIn(id, email, "")
		}
		for c, externalID := range map[*client]string{w.okta: a.Okta, w.entra: a.Entra} {
			if externalID == "" {
				continue
			}
			user, account := c.push(email, fmt.Sprintf(`"externalId":%q`, externalID))
			same(w.t, "account", id, account)
			if a.Deleted {
				c.ok(204, "DELETE", "/Users/"+user, "")
			}
		}
	}
	return ids
}

// duplicates asks for those of the first organization, with accounts by their
// place in a list.
func (w *world) duplicates(accounts []string, query string) (found []duplicate) {
	w.t.Helper()
	for _, d := range objects(w.admin(200, "GET", "/organizations/"+w.acme+"/duplicates"+query, "")["duplicates"]) {
		one := duplicate{}
		for _, id := range texts(d["accounts"], "id") {
			one.Accounts = append(one.Accounts, slices.Index(accounts, id))
		}
		for _, reason := range d["reasons"].([]any) {
			one.Reasons = append(one.Reasons, reason.(string))
		}
		found = append(found, one)
	}
	return found
}

// TestManyDuplicates looks through an organization with more members than are
// read at once.
func TestManyDuplicates(t *testing.T) {
	const people = 1300
	onBoth(t, func(t *testing.T, e *env) {
		w := newWorld(t, e)
		var lines strings.Builder
		for i := range people {
			email := w.email(fmt.Sprintf("p%dx@one", i))
			fmt.Fprintf(&lines, `{"email":%q,"organization":%q}`+"\n", email, w.acme)
			if i%100 == 0 {
				fmt.Fprintf(&lines, `{"email":%q,"organization":%q}`+"\n", strings.Replace(email, "@", "+late@", 1), w.acme)
			}
		}
		w.importAccounts(lines.String())
		found := objects(w.admin(200, "GET", "/organizations/"+w.acme+"/duplicates?limit=1000", "")["duplicates"])
		same(t, "duplicates", people/100, len(found))
		if a := w.api("GET", "/organizations/nobody/duplicates", ""); a.status != 404 {
			t.Errorf("of an unknown organization: %d %s", a.status, a.body)
		}
	})
}

// importAccounts imports lines, all of which must be taken in.
func (w *world) importAccounts(lines string) {
	w.t.Helper()
	a := w.send("POST", w.url+"/api/v1/accounts:import", lines, "Authorization: Bearer "+adminToken, "Content-Type: application/x-ndjson")
	if a.status != 200 || strings.Contains(a.body, `"failed"`) {
		w.t.Fatalf("%d %.500s", a.status, a.body)
	}
}
