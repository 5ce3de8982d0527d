// Command joinery is the Joinery server and what administers it: see
// joinery --help.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/server"
)

// cli is all that the command can do.
type cli struct {
	Serve   ServeCmd   `cmd:"" group:"server" help:"Run the server."`
	Demo    DemoCmd    `cmd:"" group:"server" help:"Run a server with a simulated Okta and Entra, to see it at work."`
	Version VersionCmd `cmd:"" group:"server" help:"Print the version."`

	Org        OrgCmd        `cmd:"" group:"customers" help:"Organizations: your customers."`
	Domain     DomainCmd     `cmd:"" group:"customers" help:"Email domains that an organization has shown to be its own."`
	Connection ConnectionCmd `cmd:"" group:"customers" help:"Connections: a customer's link to one identity provider."`
	Token      TokenCmd      `cmd:"" group:"customers" help:"Tokens that identity providers use."`
	Mapping    MappingCmd    `cmd:"" group:"customers" help:"Roles that the members of groups get."`

	Account    AccountCmd    `cmd:"" group:"people" help:"Accounts: the users of your product."`
	Import     ImportCmd     `cmd:"" group:"people" help:"Make an account of each line of a file."`
	Member     MemberCmd     `cmd:"" group:"people" help:"Accounts in organizations, with their roles."`
	Duplicates DuplicatesCmd `cmd:"" group:"people" help:"Find accounts that may be one person's."`
	Merge      MergeCmd      `cmd:"" group:"people" help:"Make two accounts one, or take that back."`

	Preview PreviewCmd `cmd:"" group:"match" help:"What would become of a file of users, before anything is pushed."`
	Observe ObserveCmd `cmd:"" group:"match" help:"What would become of what was pushed to a connection that observes."`
	Explain ExplainCmd `cmd:"" group:"match" help:"What would become of one user or sign-in, and by which rule."`
	Case    CaseCmd    `cmd:"" group:"match" help:"What was refused, why, and how to settle it."`

	Readiness ReadinessCmd `cmd:"" group:"watch" help:"What stands in the way of a connection, or soon will."`
	Guard     GuardCmd     `cmd:"" group:"watch" help:"What the guard holds back when many users leave at once."`
	Requests  RequestsCmd  `cmd:"" group:"watch" help:"What an identity provider sent, and how it was answered."`
	Events    EventsCmd    `cmd:"" group:"watch" help:"What happened, for programs to follow."`
	Audit     AuditCmd     `cmd:"" group:"watch" help:"What was changed, by whom."`

	SignIn   SignInCmd   `cmd:"" group:"test" help:"Report a sign-in, as your product would."`
	SignOut  SignOutCmd  `cmd:"" group:"test" help:"Report the end of a session."`
	Simulate SimulateCmd `cmd:"" group:"test" help:"Play an identity provider against any SCIM server."`
	Probe    ProbeCmd    `cmd:"" group:"test" help:"Hold any SCIM server to the standards."`
}

const description = `Joinery receives users and groups from identity providers such as Okta and Microsoft Entra ID over SCIM 2.0, and fits them to the accounts that are there already.

The server keeps all it needs in one folder, or in PostgreSQL. The other commands talk to its admin API: at JOINERY_URL (http://127.0.0.1:8480 if unset), with the admin token in JOINERY_TOKEN. To connect a first identity provider:

    joinery serve                                # prints the admin token, once
    export JOINERY_TOKEN=…                       # in another terminal
    joinery org create "Acme Inc." --slug acme
    joinery connection create acme "Okta" --idp okta --token production`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program; it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once

	exit := -1
	parser := kong.Must(&cli{},
		kong.Name("joinery"),
		kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.ExplicitGroups(groups()),
		vars(),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help was printed
		return exit
	}
	if err == nil {
		err = command.Run()
	}
	if err != nil {
		fmt.Fprintln(stderr, "joinery:", explain(err))
		return 1
	}
	return 0
}

// vars are the defaults that the help of flags tells.
func vars() kong.Vars {
	return kong.Vars{
		"rate_limit": strconv.FormatFloat(server.DefaultRateLimit(), 'f', -1, 64),
		"idps":       idpNames(),
		"roles":      strings.Join(joinery.DefaultRoles(), ","),
	}
}

func groups() []kong.Group {
	return []kong.Group{
		{Key: "server", Title: "Server:"},
		{Key: "customers", Title: "Customers:"},
		{Key: "people", Title: "People:"},
		{Key: "match", Title: "Who is who:"},
		{Key: "watch", Title: "To watch:"},
		{Key: "test", Title: "To try out:"},
		{Key: "client", Title: "Which server:"},
		{Key: "token", Title: "Admin API:"},
		{Key: "file", Title: "Configuration file:"},
		{Key: "http", Title: "HTTP:"},
		{Key: "storage", Title: "Storage:"},
		{Key: "scim", Title: "SCIM:"},
		{Key: "log", Title: "Log:"},
	}
}
