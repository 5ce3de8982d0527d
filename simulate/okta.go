package simulate

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// OktaMode says which of Okta's two SCIM clients to play.
type OktaMode string

const (
	// OIN is the client of apps from Okta's catalogue: PATCH for activation,
	// passwords and groups, PUT for profiles.
	OIN OktaMode = "oin"
	// AIW is the client of apps made with the App Integration Wizard: PUT for
	// everything.
	AIW OktaMode = "aiw"
)

// Okta plays Okta's provisioning client. It never deletes a user: who leaves is
// deactivated.
type Okta struct {
	BaseURL    string
	Token      string
	HTTPClient *http.Client // nil: one with Okta's timeout
	Mode       OktaMode     // "": OIN
	People     []Person
	Groups     []Group
	Observer   func(Step) // is told of each request; may be nil
}

// Run goes through the life of the directory. The error says that the run could
// not go on; expectations that did not hold are in the report.
func (o Okta) Run(ctx context.Context) (*Report, error) {
	header := http.Header{}
	header.Set("User-Agent", "Okta SCIM Client 1.0.0")
	header.Set("Accept", "application/scim+json")
	header.Set("Accept-Charset", "utf-8")
	header.Set("Content-Type", "application/scim+json; charset=utf-8")
	if o.Mode == "" {
		o.Mode = OIN
	}
	if o.Mode != OIN && o.Mode != AIW {
		return nil, fmt.Errorf("the Okta mode must be %q or %q, not %q", OIN, AIW, o.Mode)
	}
	s, err := newSession("okta", o.BaseURL, o.Token, header, o.HTTPClient, o.Observer)
	if err != nil {
		return nil, err
	}
	run := &oktaRun{life: newLife(s, o.People, o.Groups, oktaDocument), mode: o.Mode}
	return run.live(ctx, []part{
		{Connecting, run.connect}, {Pushing, run.push}, {Grouping, run.pushGroups},
		{Changing, run.change}, {Leaving, run.leave}, {Comparing, run.compare},
	})
}

type oktaRun struct {
	*life
	mode OktaMode
}

// connect is the test that Okta makes when an admin saves the settings.
func (o *oktaRun) connect(ctx context.Context) error {
	_, users := o.do(ctx, call{action: TestConnection, method: http.MethodGet, path: "/Users",
		query: "startIndex=1&count=2", want: []int{http.StatusOK}, check: isList})
	_, groups := o.do(ctx, call{action: TestConnection, method: http.MethodGet, path: "/Groups",
		query: "startIndex=1&count=100", want: []int{http.StatusOK}, check: isList})
	if !users || !groups {
		return errStopped
	}
	return nil
}

// push brings every person to the server: look up, then create or link.
func (o *oktaRun) push(ctx context.Context) error {
	for i, a := range o.accounts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if id, found := o.lookUp(ctx, a.UserName); found {
			a.id = id
			o.put(ctx, UpdateUser, a)
			continue
		}
		o.create(ctx, a)
		if i == 0 && a.id != "" {
			o.createAgain(ctx, a)
		}
		if a.id != "" {
			o.readUser(ctx, a)
		}
	}
	if len(o.accounts) > 0 && o.accounts[0].id != "" {
		o.lookUpInOtherCase(ctx, o.accounts[0])
	}
	return nil
}

// lookUp finds a user by userName. Okta takes a 404 for an empty list.
func (o *oktaRun) lookUp(ctx context.Context, userName string) (string, bool) {
	answer, ok := o.do(ctx, call{
		action: LookUp, subject: userName, method: http.MethodGet, path: "/Users",
		query: equals("userName", userName) + "&startIndex=1&count=100",
		want:  []int{http.StatusOK, http.StatusNotFound},
		check: func(answer reply) string {
			if answer.status == http.StatusNotFound {
				return ""
			}
			return isListOf(map[string]any{"userName": userName})(answer)
		},
	})
	if found := answer.resources(); ok && len(found) == 1 {
		id, _ := found[0]["id"].(string)
		return id, true
	}
	return "", false
}

// lookUpInOtherCase is what Okta's certification suite tries: userName compares
// without case.
func (o *oktaRun) lookUpInOtherCase(ctx context.Context, a *account) {
	o.do(ctx, call{
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users",
		query: equals("userName", strings.ToUpper(a.UserName)) + "&startIndex=1&count=100",
		want:  []int{http.StatusOK}, check: finds(a.id),
	})
}

func (o *oktaRun) create(ctx context.Context, a *account) {
	answer, ok := o.do(ctx, call{
		action: CreateUser, subject: a.UserName, method: http.MethodPost, path: "/Users", body: oktaNewUser(a),
		want: []int{http.StatusCreated}, check: all(hasID, has(oktaDocument(a)), noPassword),
	})
	if ok {
		a.id = answer.id()
	}
}

// createAgain is what follows when the answer to a POST was lost: the same POST
// again. The server may refuse it or answer with the same user, and Okta then
// finds the one user by its name.
func (o *oktaRun) createAgain(ctx context.Context, a *account) {
	o.do(ctx, call{
		action: LookUp, subject: a.UserName + " (POST repeated)", method: http.MethodPost, path: "/Users", body: oktaNewUser(a),
		want: []int{http.StatusConflict, http.StatusOK, http.StatusCreated},
		check: func(answer reply) string {
			if answer.status != http.StatusConflict && answer.id() != a.id {
				return "a repeated POST made a second user"
			}
			return ""
		},
	})
	o.do(ctx, call{
		action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users",
		query: equals("userName", a.UserName) + "&startIndex=1&count=100",
		want:  []int{http.StatusOK}, check: finds(a.id),
	})
}

// oktaDocument is what Okta maintains of a user.
func oktaDocument(a *account) map[string]any {
	return map[string]any{
		"schemas":     []any{userURN},
		"userName":    a.UserName,
		"name":        map[string]any{"givenName": a.GivenName, "familyName": a.FamilyName},
		"emails":      []any{map[string]any{"primary": true, "value": a.UserName, "type": "work"}},
		"displayName": a.GivenName + " " + a.FamilyName,
		"locale":      strings.ReplaceAll(a.Language, "-", "_"),
		"externalId":  a.ID,
		"active":      a.active,
	}
}

// oktaNewUser is the body of a POST.
func oktaNewUser(a *account) map[string]any {
	body := oktaDocument(a)
	body["groups"] = []any{}
	body["password"] = "r4nd0m-" + a.Number
	return body
}
