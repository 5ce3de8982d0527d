package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
	"github.com/joineryhq/joinery/match"
)

// signedUp is how many of the people of each provider had an account before.
const signedUp = 3

// signUp makes accounts of people who signed up before anything was pushed:
// some of those who are pushed later, at the organization's own domains, and
// some with names that others want.
func (d *demo) signUp(ctx context.Context) error {
	for _, c := range []*demoConnection{d.okta, d.entra} {
		if _, err := d.api.AddDomain(ctx, d.organization.ID, wire.NewDomain{Domain: c.domain, Verified: true}); err != nil {
			return err
		}
		for _, person := range c.directory.People[:min(signedUp, len(c.directory.People))] {
			if _, err := d.account(ctx, person.UserName, "", false); err != nil {
				return err
			}
			d.accounts++
		}
	}
	return nil
}

func (d *demo) account(ctx context.Context, email, username string, protected bool) (string, error) {
	a, err := d.api.CreateAccount(ctx, wire.NewAccount{Email: email, Username: username, Protected: protected})
	if err != nil {
		return "", err
	}
	return a.ID, nil
}

// conflicts has a third provider, whose connection refuses rather than helps
// itself, push people who meet each of the reasons for a refusal.
func (d *demo) conflicts(ctx context.Context) error {
	policy := json.RawMessage(`{"preset":"pulumi","verified_domains_only":true,"guard":{"action":"off"}}`)
	connection, err := d.api.CreateConnection(ctx, d.organization.ID, wire.NewConnection{Name: "OneLogin", IdP: "onelogin", Policy: policy})
	if err != nil {
		return err
	}
	token, err := d.api.CreateToken(ctx, connection.ID, wire.NewToken{Name: "demo"})
	if err != nil {
		return err
	}
	d.onelogin = &demoConnection{Connection: connection, token: token.Secret, domain: d.okta.domain}
	if err := d.settlers(ctx); err != nil {
		return err
	}
	return d.pushConflicts(ctx)
}

// settlers makes the accounts that are in the way.
func (d *demo) settlers(ctx context.Context) error {
	at := "@" + d.okta.domain
	for _, a := range []struct {
		email, username string
		protected       bool
		role            string // in the organization; "" for none
	}{
		{"sam@elsewhere-" + d.run + ".example", "sam-" + d.run, false, ""},
		{"kim@elsewhere-" + d.run + ".example", "captain-" + d.run, false, ""},
		{"pat@elsewhere-" + d.run + ".example", "navigator-" + d.run, false, ""},
		{"ola" + at, "ola-" + d.run, false, "member"},
		{"owner" + at, "owner-" + d.run, false, "owner"},
		{"rescue" + at, "rescue-" + d.run, true, ""},
	} {
		id, err := d.account(ctx, a.email, a.username, a.protected)
		if err != nil {
			return err
		}
		d.accounts++
		if a.role == "" {
			continue
		}
		if _, err := d.api.AddMember(ctx, d.organization.ID, wire.NewMember{AccountID: id, Role: a.role}); err != nil {
			return err
		}
	}
	return nil
}

// conflict is a push, and the reason for which it is refused.
type conflict struct {
	userName, email string
	refused         match.Reason // "": it is let in
}

func (d *demo) pushConflicts(ctx context.Context) error {
	at, run := "@"+d.okta.domain, "-"+d.run
	var errs []error
	for i, c := range []conflict{
		{"sam.stone" + at, "sam@elsewhere" + run + ".example", match.ReasonEmailTaken},
		{"captain" + run, "captain" + at, match.ReasonUsernameTaken},
		{"navigator" + run, "ola" + at, match.ReasonSplitIdentity},
		{"twin.one" + run, "twin" + at, ""},
		{"twin.two" + run, "twin" + at, match.ReasonAlreadyLinked},
		{"rescue" + at, "rescue" + at, match.ReasonProtected},
		{"guest" + run, "guest@elsewhere" + run + ".example", match.ReasonDomainNotAllowed},
		{"twin.one" + run, "other" + at, match.ReasonDuplicateUser},
		{"owner" + run, "owner" + at, ""},
	} {
		id, err := d.pushPerson(ctx, fmt.Sprintf("onelogin-%d", i), c)
		errs = append(errs, err)
		if c.userName == "owner"+run && err == nil {
			errs = append(errs, d.suspendOwner(ctx, id))
		}
	}
	return errors.Join(errs...)
}

func (d *demo) pushPerson(ctx context.Context, externalID string, c conflict) (string, error) {
	status, answer, err := d.scim(ctx, http.MethodPost, "/Users", map[string]any{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": c.userName, "externalId": externalID,
		"emails": []any{map[string]any{"value": c.email, "type": "work", "primary": true}}, "active": true,
	})
	want := http.StatusCreated
	if c.refused != "" {
		want = http.StatusConflict
	}
	if err == nil && status != want {
		err = fmt.Errorf("pushing %s: the server answered %d, not %d", c.userName, status, want)
	}
	return answer.ID, err
}

func (d *demo) suspendOwner(ctx context.Context, id string) error {
	status, _, err := d.scim(ctx, http.MethodPatch, "/Users/"+id, map[string]any{
		"schemas":    []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"},
		"Operations": []any{map[string]any{"op": "replace", "path": "active", "value": false}},
	})
	if err == nil && status != http.StatusConflict {
		err = fmt.Errorf("suspending the last owner: the server answered %d", status)
	}
	return err
}

// scimAnswer is what the demo looks at of an answer.
type scimAnswer struct{ ID, Detail string }

func (d *demo) scim(ctx context.Context, method, path string, body any) (int, scimAnswer, error) {
	var answer scimAnswer
	data, err := json.Marshal(body)
	if err != nil {
		return 0, answer, err
	}
	request, err := http.NewRequestWithContext(ctx, method, d.onelogin.SCIMBaseURL+path, bytes.NewReader(data))
	if err != nil {
		return 0, answer, err
	}
	request.Header.Set("Authorization", "Bearer "+d.onelogin.token)
	request.Header.Set("Content-Type", "application/scim+json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, answer, err
	}
	defer response.Body.Close()
	return response.StatusCode, answer, json.NewDecoder(response.Body).Decode(&answer)
}

// printCases lists the cases that are open, with how to settle them. There must
// be one of each reason.
func (d *demo) printCases(ctx context.Context) error {
	page, err := d.api.Cases(ctx, adminclient.CaseQuery{ConnectionID: d.onelogin.ID, Status: "open"}, adminclient.Page{Limit: 100})
	if err != nil {
		return err
	}
	out := d.k.Stdout
	fmt.Fprintf(out, "%s: refused, and each can be settled without a change at the identity provider\n\n", bold(out, "Open cases"))
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	seen := map[string]bool{}
	for _, c := range slices.Backward(page.Cases) {
		seen[c.Reason] = true
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", c.Code, c.Reason, c.Value, "by "+strings.Join(c.Actions, ", "))
	}
	_ = w.Flush() // as any other line for people
	fmt.Fprintf(out, "\n  joinery case show CODE tells what happened and what to type.\n\n")
	var errs []error
	for _, reason := range joinery.CaseReasons() {
		if !seen[string(reason.Reason)] {
			errs = append(errs, fmt.Errorf("there is no open case of the reason %s", reason.Reason))
		}
	}
	return errors.Join(errs...)
}
