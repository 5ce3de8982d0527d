package simulate

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// entraFlag is the query parameter of the tenant URL that makes Entra's PATCH
// follow the RFC more closely.
const entraFlag = "aadOptscim062020"

// Entra plays Microsoft Entra ID's provisioning job.
type Entra struct {
	BaseURL    string // may carry a query, which is sent along
	Token      string
	HTTPClient *http.Client // nil: one with a timeout of a minute
	// Flag makes it speak the dialect of aadOptscim062020, as a base URL with
	// that parameter does.
	Flag     bool
	People   []Person
	Groups   []Group
	Observer func(Step) // is told of each request; may be nil
}

// Run goes through the life of the directory. The error says that the run could
// not go on; expectations that did not hold are in the report.
func (e Entra) Run(ctx context.Context) (*Report, error) {
	header := http.Header{}
	header.Set("User-Agent", "Azure AD Provisioning/1.0")
	header.Set("Accept", "application/scim+json")
	header.Set("Content-Type", "application/scim+json; charset=utf-8")
	s, err := newSession("entra", e.BaseURL, e.Token, header, e.HTTPClient, e.Observer)
	if err != nil {
		return nil, err
	}
	flag := e.Flag || strings.Contains(s.base.RawQuery, entraFlag)
	if flag && s.base.RawQuery == "" {
		s.base.RawQuery = entraFlag
	}
	run := &entraRun{life: newLife(s, e.People, e.Groups, entraDocument), flag: flag}
	return run.live(ctx, []part{
		{Connecting, run.connect}, {Pushing, run.push}, {Grouping, run.pushGroups},
		{Changing, run.change}, {Leaving, run.leave}, {Comparing, run.compare},
	})
}

type entraRun struct {
	*life
	flag bool
}

// connect is the probe at the start of a cycle: somebody who cannot exist.
func (e *entraRun) connect(ctx context.Context) error {
	_, ok := e.do(ctx, call{
		action: TestConnection, method: http.MethodGet, path: "/Users",
		query: equals("userName", uuid.NewString()), want: []int{http.StatusOK}, check: finds(),
	})
	if !ok {
		return errStopped
	}
	return nil
}

// push is the initial cycle: match or create everybody, then the references.
func (e *entraRun) push(ctx context.Context) error {
	for i, a := range e.accounts {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.pushPerson(ctx, i, a)
	}
	return e.people(ctx, func(a *account) bool { return e.account(a.Manager) != nil }, e.setManager)
}

func (e *entraRun) pushPerson(ctx context.Context, i int, a *account) {
	if id, found := e.match(ctx, a); found {
		a.id = id
		e.patchUser(ctx, UpdateUser, a, e.flag, []edit{{"Replace", "displayName", displayName(a)}, {"Replace", "externalId", a.ID}})
	} else if !e.create(ctx, i, a) {
		return
	}
	e.readUser(ctx, a)
}

// match tries the matching attributes in the admin's order.
func (e *entraRun) match(ctx context.Context, a *account) (string, bool) {
	mail := map[string]any{"type": "work", "value": a.UserName}
	for _, attribute := range []struct {
		query string
		want  map[string]any
	}{
		{equals("userName", a.UserName), map[string]any{"userName": a.UserName}},
		{"filter=" + url.QueryEscape(`emails[type eq "work"].value eq `+quote(a.UserName)), map[string]any{"emails": []any{mail}}},
	} {
		answer, ok := e.do(ctx, call{
			action: LookUp, subject: a.UserName, method: http.MethodGet, path: "/Users", query: attribute.query,
			want: []int{http.StatusOK}, check: isListOf(attribute.want),
		})
		if found := answer.resources(); ok && len(found) == 1 {
			id, _ := found[0]["id"].(string)
			return id, true
		}
	}
	return "", false
}

func (e *entraRun) create(ctx context.Context, i int, a *account) bool {
	answer, ok := e.do(ctx, call{
		action: CreateUser, subject: a.UserName, method: http.MethodPost, path: "/Users", body: e.newUser(i, a),
		want: []int{http.StatusCreated}, check: all(hasID, has(entraDocument(a)), noPassword),
	})
	a.id = answer.id()
	return ok
}

// newUser is the body of a POST with the habits that depend on the mapping: an
// empty array, explicit nulls, and now and then a boolean as a string.
func (e *entraRun) newUser(i int, a *account) map[string]any {
	body := entraDocument(a)
	body["schemas"] = []any{userURN, enterpriseURN}
	body["meta"] = map[string]any{"resourceType": "User"}
	body["roles"] = []any{}
	if _, given := body["addresses"]; !given {
		body["addresses"] = nil
	}
	if !e.flag && i%5 == 4 {
		body["active"] = "True"
	}
	return body
}

func displayName(a *account) string { return a.GivenName + " " + a.FamilyName }

// entraDocument is what Entra maintains of a user.
func entraDocument(a *account) map[string]any {
	doc := map[string]any{
		"externalId":  a.ID,
		"userName":    a.UserName,
		"active":      a.active,
		"displayName": displayName(a),
		"emails":      []any{map[string]any{"primary": true, "type": "work", "value": a.UserName}},
		"name": map[string]any{
			"formatted": displayName(a), "familyName": a.FamilyName, "givenName": a.GivenName,
		},
		"title":             a.Title,
		"preferredLanguage": a.Language,
		enterpriseURN:       map[string]any{"employeeNumber": a.Number, "department": a.Department},
	}
	if a.Locality != "" {
		doc["addresses"] = []any{map[string]any{"type": "work", "locality": a.Locality}}
	}
	if a.Phone != "" {
		doc["phoneNumbers"] = []any{map[string]any{"type": "mobile", "value": a.Phone}}
	}
	return doc
}
