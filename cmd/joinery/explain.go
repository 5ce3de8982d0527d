package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// ExplainCmd says what would become of somebody.
type ExplainCmd struct {
	Client
	connectionArg
	User       string   `help:"File with a SCIM User as the identity provider would create it; - is standard input." placeholder:"FILE"`
	UserName   string   `help:"userName of a User, instead of a file." placeholder:"NAME"`
	ExternalID string   `name:"external-id" help:"externalId of a User, instead of a file." placeholder:"ID"`
	Email      string   `help:"Email of a User or a sign-in." placeholder:"EMAIL"`
	SignIn     string   `help:"Explain a sign-in with this subject: the SAML NameID, or the OIDC sub." placeholder:"SUBJECT"`
	Username   string   `help:"Username that a sign-in carries, for a new account." placeholder:"NAME"`
	Group      []string `help:"Group that a sign-in carries; may be repeated." placeholder:"NAME" sep:"none"`
}

// Help is printed below the flags.
func (c *ExplainCmd) Help() string {
	return `Changes nothing. The answer is the verdict, the rule that decided, and each rule that was tried before it:

    joinery explain acme/okta --email lea@acme.example --user-name lea@acme.example
    joinery explain acme/okta --user lea.json
    joinery explain acme/okta --sign-in lea@acme.example --email lea@acme.example`
}

// Run calls the admin API.
func (c *ExplainCmd) Run(ctx context.Context, k *kong.Kong) error {
	question, err := c.question()
	if err != nil {
		return err
	}
	if question.ConnectionID, err = c.connectionID(ctx, c.Connection); err != nil {
		return err
	}
	answer, err := c.api().Explain(ctx, question)
	if err != nil {
		return err
	}
	return c.print(k, answer, func(w io.Writer) { printExplanation(w, answer) })
}

func (c *ExplainCmd) question() (q wire.Explain, err error) {
	switch described := c.Email != "" || c.UserName != "" || c.ExternalID != ""; {
	case c.SignIn != "" && (c.User != "" || c.UserName != "" || c.ExternalID != ""):
		return q, errors.New("give either a User (--user, or --user-name, --email and --external-id) or a sign-in (--sign-in, --email, --username, --group), not both")
	case c.SignIn != "":
		q.SignIn = &wire.ExplainSignIn{SignInData: wire.SignInData{Subject: c.SignIn, Email: c.Email, Username: c.Username, Groups: c.Group}}
	case c.Username != "" || len(c.Group) > 0:
		return q, errors.New("--username and --group belong to a sign-in: give --sign-in SUBJECT, too. The userName of a User is --user-name")
	case c.User != "" && described:
		return q, errors.New("give a User either by --user, or by --user-name, --email and --external-id")
	case c.User != "":
		q.User, err = readUser(c.User)
	case described:
		q.User = c.user()
	default:
		return q, errors.New("say whom to explain: --email and --user-name of a User, --user FILE, or --sign-in SUBJECT")
	}
	return q, err
}

// user makes a User of the flags.
func (c *ExplainCmd) user() json.RawMessage {
	user := map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": c.UserName}
	if c.UserName == "" {
		user["userName"] = c.Email
	}
	if c.ExternalID != "" {
		user["externalId"] = c.ExternalID
	}
	if c.Email != "" {
		user["emails"] = []any{map[string]any{"value": c.Email, "type": "work", "primary": true}}
	}
	text, _ := json.Marshal(user)
	return text
}

// maxUser is how many bytes of a file are taken for one User.
const maxUser = 1 << 20

func readUser(path string) (json.RawMessage, error) {
	file := os.Stdin
	if path != "-" {
		var err error
		if file, err = os.Open(path); err != nil {
			return nil, err
		}
		defer file.Close()
	}
	text, err := io.ReadAll(io.LimitReader(file, maxUser))
	if err != nil {
		return nil, err
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("%s is not JSON: a SCIM User is wanted, such as {\"userName\": \"lea@acme.example\"}", path)
	}
	return text, nil
}

func printExplanation(w io.Writer, e *wire.Explanation) {
	fact(w, "verdict", verdictText(e))
	fact(w, "rule", e.Rule)
	whose := ""
	if e.Verdict == "refuse" {
		fact(w, "reason", e.Reason)
		whose = " in the way"
	}
	if e.Attribute != "" {
		fact(w, "attribute", e.Attribute)
	}
	if e.Account != nil {
		fact(w, "account"+whose, accountText(e.Account))
	}
	if e.UserID != "" {
		fact(w, "user"+whose, e.UserID)
	}
	fmt.Fprintln(w, "\nThe rules that were tried:")
	printTrace(w, e.Trace)
}

// verdictText is the verdict in words.
func verdictText(e *wire.Explanation) string {
	switch e.Verdict {
	case "create":
		if e.Username != "" {
			return "create: a new account with the username " + e.Username
		}
		return "create: a new account"
	case "adopt":
		return "adopt: the account that is there is joined"
	case "return":
		return "return: the same user and account as before"
	}
	if e.Ask {
		return "refuse: the policy asks for a person's word"
	}
	return e.Verdict
}

// accountText is what people and commands need to tell an account from others.
func accountText(a *wire.AccountRef) string {
	text := ""
	for _, part := range []string{a.Email, a.Username, a.DisplayName, a.ID} {
		if part != "" && text != "" {
			text += ", "
		}
		text += part
	}
	return text
}
