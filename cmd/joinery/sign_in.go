package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// SignInCmd reports a sign-in, as the product does.
type SignInCmd struct {
	Client
	connectionArg
	subjectArg
	Email    string   `help:"Email that the sign-in carries." placeholder:"EMAIL"`
	Username string   `help:"Username that the sign-in carries, for a new account." placeholder:"NAME"`
	Name     string   `help:"How people call the person." placeholder:"NAME"`
	Format   string   `help:"Format of the subject, such as that of a SAML NameID." placeholder:"FORMAT"`
	Group    []string `help:"Group that the sign-in carries; may be repeated." placeholder:"NAME" sep:"none"`
	NoGroups bool     `help:"The sign-in says that the person is in no group. Without this and --group it says nothing of groups, and changes none."`
}

// subjectArg names who signs in or out.
type subjectArg struct {
	Subject string `arg:"" help:"Who it is to the identity provider: the SAML NameID, or the OIDC sub."`
}

// Help is printed below the flags.
func (c *SignInCmd) Help() string {
	return `Does what your product does at each login by single sign-on (POST /api/v1/sign-ins): it changes accounts, memberships and roles. To see the verdict alone: joinery explain CONNECTION --sign-in SUBJECT.

    joinery sign-in acme/okta lea@acme.example --email lea@acme.example --group Engineers`
}

// Run calls the admin API.
func (c *SignInCmd) Run(ctx context.Context, k *kong.Kong) error {
	if c.NoGroups && len(c.Group) > 0 {
		return errors.New("give --group or --no-groups, not both")
	}
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	in := wire.SignIn{ConnectionID: id, SignInData: wire.SignInData{
		Subject: c.Subject, SubjectFormat: c.Format, Email: c.Email, Username: c.Username, DisplayName: c.Name, Groups: c.Group,
	}}
	if c.NoGroups {
		in.Groups = []string{}
	}
	result, err := c.api().SignIn(ctx, in)
	if err != nil {
		return err
	}
	return c.print(k, result, func(w io.Writer) { printSignIn(w, c.names(ctx), result) })
}

func printSignIn(w io.Writer, names *names, r *wire.SignInResult) {
	fact(w, "decision", decisionText(r))
	fact(w, "rule", r.Rule)
	if r.Reason != "" {
		fact(w, "reason", r.Reason)
	}
	if r.Account != nil {
		fact(w, "account", accountText(r.Account))
	}
	if r.UserID != "" {
		fact(w, "user id", r.UserID)
	}
	for _, m := range r.Memberships {
		slug := names.organization(m.OrganizationID)
		fact(w, "member of", fmt.Sprintf("%s, %s: %s", slug, m.State, names.roles(slug, m.Roles)))
	}
	fmt.Fprintln(w, "\nThe rules that were tried:")
	printTrace(w, r.Trace)
	if r.Case != nil {
		fmt.Fprintf(w, "\nSettle it: joinery case show %s\n", r.Case.Code)
	}
}

func decisionText(r *wire.SignInResult) string {
	switch {
	case r.Decision == "pending":
		return "pending: denied until a person decides on the case"
	case r.Scope == "account":
		return "allow, in all organizations of the account"
	case r.Scope == "organization":
		return "allow, but limit the session to this organization"
	}
	return r.Decision
}

// SignOutCmd reports the end of a session.
type SignOutCmd struct {
	Client
	connectionArg
	subjectArg
}

// Run calls the admin API.
func (c *SignOutCmd) Run(ctx context.Context, k *kong.Kong) error {
	id, err := c.connectionID(ctx, c.Connection)
	if err != nil {
		return err
	}
	a, err := c.api().SignOut(ctx, wire.SignOut{ConnectionID: id, Subject: c.Subject})
	if err != nil {
		return err
	}
	return c.print(k, a, func(w io.Writer) {
		fmt.Fprintf(w, "noted: %s signed out at %s\n", shown(accountName(&a.AccountRef)), when(a.LastSignOut))
	})
}
