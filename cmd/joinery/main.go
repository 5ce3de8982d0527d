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
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/server"
)

// cli is all that the command can do.
type cli struct {
	Serve ServeCmd `cmd:"" group:"server" help:"Run the server."`
	Demo  DemoCmd  `cmd:"" group:"server" help:"Run a server with a simulated Okta and Entra, to see it at work."`

	Org        OrgCmd        `cmd:"" group:"admin" help:"Organizations: your customers."`
	Connection ConnectionCmd `cmd:"" group:"admin" help:"Connections: a customer's link to one identity provider."`
	Token      TokenCmd      `cmd:"" group:"admin" help:"Tokens that identity providers use."`
	Events     EventsCmd     `cmd:"" group:"admin" help:"What happened to users and groups."`

	Simulate SimulateCmd `cmd:"" group:"test" help:"Play an identity provider against any SCIM server."`
	Probe    ProbeCmd    `cmd:"" group:"test" help:"Hold any SCIM server to the standards."`

	Version VersionCmd `cmd:"" group:"other" help:"Print the version."`
}

const description = `Joinery receives users and groups from identity providers such as Okta and Microsoft Entra ID over SCIM 2.0.

The server keeps all it needs in one folder, or in PostgreSQL. The other commands talk to its admin API: at JOINERY_URL (http://127.0.0.1:8480 if unset), with the admin token in JOINERY_TOKEN.

To connect a first identity provider:

    joinery serve                                # prints the admin token, once
    export JOINERY_TOKEN=…                       # in another terminal
    joinery org create "Acme Inc." --slug acme
    joinery connection create acme "Okta" --idp okta --token production

The last command prints the URL and the token to enter at the identity provider.`

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
		kong.Vars{
			"rate_limit": strconv.FormatFloat(server.DefaultRateLimit(), 'f', -1, 64),
			"idps":       idpNames(),
		},
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

func groups() []kong.Group {
	return []kong.Group{
		{Key: "server", Title: "Server:"},
		{Key: "admin", Title: "Administration:"},
		{Key: "test", Title: "Testing SCIM servers:"},
		{Key: "other", Title: "Other:"},
		{Key: "client", Title: "Which server:"},
		{Key: "token", Title: "Admin API:"},
		{Key: "file", Title: "Configuration file:"},
		{Key: "http", Title: "HTTP:"},
		{Key: "storage", Title: "Storage:"},
		{Key: "scim", Title: "SCIM:"},
		{Key: "log", Title: "Log:"},
	}
}
