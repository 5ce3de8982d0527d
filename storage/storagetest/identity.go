package storagetest

import (
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func identity(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"holders": identityHolders,
		"verified domains": func(e *env) {
			mine, _ := e.connection()
			theirs, _ := e.connection()
			e.domain(mine, "mine.example", joinery.DomainVerified)
			e.domain(mine, "both.example", joinery.DomainPending)
			e.domain(theirs, "both.example", joinery.DomainVerified)
			for _, test := range []struct {
				organization, domain string
				want                 bool
			}{
				{mine, "mine.example", true}, {mine, "both.example", false}, {theirs, "both.example", true}, {theirs, "mine.example", false}, {mine, "", false},
			} {
				found := e.identity(joinery.IdentityQuery{OrganizationID: test.organization, Domain: test.domain, At: start})
				e.equal(test.domain, found, &joinery.Identity{Verified: test.want})
			}
		},
		"unsettled cases": identityCases,
	})
}

func identityHolders(e *env) {
	organization, connection := e.connection()
	other, elsewhere := e.connection()
	ada, bob := e.account("ada"), e.account("bob")
	safe := &joinery.Account{ID: e.id(), Email: "safe@example.com", Username: "safe", Protected: true, Origin: joinery.FromAPI, Created: start, Updated: start}
	until := start.Add(time.Hour)
	e.update(func(tx joinery.Tx) error {
		old := &joinery.Handle{HandleKey: usernameHandle("old"), Value: "old", AccountID: ada.ID, Since: start, Until: &until}
		if err := tx.HoldHandle(old, start); err != nil {
			return err
		}
		return insertAccount(tx, safe)
	})
	e.member(organization, ada.ID, joinery.MembershipSuspended)
	e.member(other, bob.ID, joinery.MembershipActive)
	user := e.linkedUser(connection, "ada", "", ada.ID)
	e.linkedUser(elsewhere, "bob", "", bob.ID)
	e.update(func(tx joinery.Tx) error {
		return tx.InsertLink(&joinery.Link{ConnectionID: connection, UserID: "former", AccountID: bob.ID, Rule: "new", Origin: joinery.FromSCIM, Created: start, Ended: &until})
	})

	holder := &joinery.Holder{AccountID: ada.ID, Member: true, UserID: user.ID}
	former := &joinery.Holder{AccountID: ada.ID, Member: true, UserID: user.ID, Former: true}
	for _, test := range []struct {
		name            string
		email, username string
		at              time.Time
		want            *joinery.Identity
	}{
		{"nothing", "", "", start, &joinery.Identity{}},
		{"nobody", "x@example.com", "x", start, &joinery.Identity{}},
		{"a member with a User", "ada@example.com", "ada", start, &joinery.Identity{Email: holder, Username: holder}},
		{"a handle that is kept", "", "old", start, &joinery.Identity{Username: former}},
		{"until its time is over", "", "old", until, &joinery.Identity{}},
		{"a stranger with an ended link", "bob@example.com", "", start, &joinery.Identity{Email: &joinery.Holder{AccountID: bob.ID}}},
		{"a protected one", "", "safe", start, &joinery.Identity{Username: &joinery.Holder{AccountID: safe.ID, Protected: true}}},
		{"two", "bob@example.com", "ada", start, &joinery.Identity{Email: &joinery.Holder{AccountID: bob.ID}, Username: holder}},
	} {
		found := e.identity(joinery.IdentityQuery{OrganizationID: organization, ConnectionID: connection, Email: test.email, Username: test.username, At: test.at})
		e.equal(test.name, found, test.want)
	}
}

func identityCases(e *env) {
	organization, connection := e.connection()
	_, other := e.connection()
	open := func(connection, code string, status joinery.CaseStatus, subject joinery.CaseSubject) string {
		c := &joinery.Case{
			ID: e.id(), Code: code, OrganizationID: organization, ConnectionID: connection, Reason: "email_taken", Rule: "email_taken",
			Status: status, Attempts: 1, SubjectKey: code, Subject: subject, Opened: start, LastSeen: start,
		}
		e.update(func(tx joinery.Tx) error { return tx.InsertCase(c) })
		return c.ID
	}
	subject := joinery.CaseSubject{ExternalID: "X1", UserName: "ada", Email: "ada@example.com", Subject: "s1", UserID: "u1"}
	first := open(connection, "C-1", joinery.CaseOpen, subject)
	open(connection, "C-2", joinery.CaseDismissed, subject)
	open(other, "C-3", joinery.CaseOpen, subject)
	for name, keys := range map[string]joinery.CaseKeys{
		"external id": {ExternalID: "X1"},
		"userName":    {UserName: "ada"},
		"email":       {Email: "ada@example.com"},
		"subject":     {Subject: "s1"},
		"User":        {UserID: "u1"},
		"all":         {ExternalID: "X1", UserName: "ada", Email: "ada@example.com", Subject: "s1", UserID: "u1"},
	} {
		found := e.identity(joinery.IdentityQuery{OrganizationID: organization, ConnectionID: connection, At: start, Keys: keys})
		e.equal(name, found, &joinery.Identity{Cases: []string{first}})
	}
	for name, keys := range map[string]joinery.CaseKeys{
		"nothing": {}, "another": {ExternalID: "X2", UserName: "s1"}, "another case of letters": {ExternalID: "x1"},
	} {
		e.equal(name, e.identity(joinery.IdentityQuery{ConnectionID: connection, At: start, Keys: keys}), &joinery.Identity{})
	}
}

// identity asks in a View and in an Update.
func (e *env) identity(q joinery.IdentityQuery) *joinery.Identity {
	e.Helper()
	var found [2]*joinery.Identity
	read := func(i int) func(joinery.Tx) error {
		return func(tx joinery.Tx) (err error) {
			found[i], err = tx.Identity(q)
			return err
		}
	}
	e.view(read(0))
	e.update(read(1))
	e.equal("identity in an Update and in a View", found[1], found[0])
	return found[0]
}
