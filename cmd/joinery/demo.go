package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/internal/adminclient"
	"github.com/joineryhq/joinery/server"
	"github.com/joineryhq/joinery/simulate"
)

// DemoCmd shows the whole of Joinery at work.
type DemoCmd struct {
	Once   bool   `help:"Exit when done, rather than keep the server up."`
	Listen string `default:"127.0.0.1:8480" help:"Address to listen on; where it is in use, a free port is taken. Default: ${default}." placeholder:"HOST:PORT"`
	Data   string `help:"Folder to keep the data in. Default: a temporary one." placeholder:"DIR" type:"path"`
	People int    `default:"24" help:"How many people each identity provider pushes. Default: ${default}." placeholder:"N"`
	Groups int    `default:"3" help:"How many groups each identity provider pushes. Default: ${default}." placeholder:"N"`
}

// Help is printed below the flags.
func (c *DemoCmd) Help() string {
	return `Starts a server on an embedded database, makes an organization with two connections, and lets a simulated Okta and a simulated Microsoft Entra ID push people and groups through their whole life over HTTP. Some of the people have signed up before, and keep their accounts. Each answer is checked, and the state is read back after each change. A third identity provider then pushes people who are refused, one for each reason, and the cases that this opens are listed with how to settle them.

The server then stays up to be looked at, until Ctrl-C. With --once the exit status is 0 only if every expectation held.`
}

// demo is a running demonstration.
type demo struct {
	*DemoCmd
	k     *kong.Kong
	url   string
	token string // of the admin API
	api   *adminclient.Client

	run          string // what makes the names of this run its own
	organization *wire.Organization
	okta, entra  *demoConnection
	onelogin     *demoConnection // its pushes meet every reason for a refusal
	accounts     int             // that signed up before anything was pushed
}

// demoConnection is a connection with what its provider pushes.
type demoConnection struct {
	*wire.Connection
	token     string
	domain    string
	directory simulate.Directory
	report    *simulate.Report
}

// Run serves and pushes.
func (c *DemoCmd) Run(ctx context.Context, k *kong.Kong) error {
	folder, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer remove()
	d := &demo{DemoCmd: c, k: k, token: "jadmin-demo-" + rand.Text()}
	listener, err := c.listen(ctx)
	if err != nil {
		return err
	}
	noLimit := 0.0 // the providers shall not have to wait
	s, err := server.New(ctx, server.Options{
		Database: folder, AdminToken: d.token, RateLimit: &noLimit, Logger: warnings(k.Stderr), Version: version(),
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	d.url = "http://" + listener.Addr().String()
	d.api = &adminclient.Client{URL: d.url, Token: d.token}
	fmt.Fprintf(k.Stdout, "\nJoinery serves %s with its data in %s\n\n", d.url, folder)

	serving, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- s.Serve(serving, listener) }()
	err = d.show(ctx)
	if !c.Once && ctx.Err() == nil {
		d.stay(ctx, folder, err)
	}
	stop()
	if !c.Once {
		err = nil // it was shown, and Ctrl-C is how a demonstration ends
	}
	return errors.Join(err, <-served)
}

// folder is where the data goes, and what removes it in the end.
func (c *DemoCmd) folder() (string, func(), error) {
	if c.Data != "" {
		return c.Data, func() {}, nil
	}
	folder, err := os.MkdirTemp("", "joinery-demo-")
	return folder, func() { _ = os.RemoveAll(folder) }, err
}

// listen takes the port asked for, or any other.
func (c *DemoCmd) listen(ctx context.Context) (net.Listener, error) {
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp", c.Listen)
	if err == nil {
		return listener, nil
	}
	host, _, splitErr := net.SplitHostPort(c.Listen)
	if splitErr != nil {
		return nil, explainListen(c.Listen, err)
	}
	listener, err = l.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, explainListen(c.Listen, err)
	}
	return listener, nil
}

// show sets up, pushes, and prints what happened.
func (d *demo) show(ctx context.Context) error {
	if err := d.setUp(ctx); err != nil {
		return err
	}
	if err := d.signUp(ctx); err != nil {
		return err
	}
	d.introduce()
	if err := d.push(ctx); err != nil {
		return err
	}
	if err := d.conflicts(ctx); err != nil {
		return err
	}
	reports := []*simulate.Report{d.okta.report, d.entra.report}
	printReports(d.k.Stdout, reports...)
	mismatch := d.printEvents(ctx)
	err := errors.Join(failed(reports...), mismatch, d.printCases(ctx))
	if err == nil {
		fmt.Fprintf(d.k.Stdout, "%s Every expectation held: %d requests, each answered as it should be, and the state read back after each change.\n",
			green(d.k.Stdout, "✓"), d.okta.report.Requests+d.entra.report.Requests)
	}
	return err
}

// setUp makes the organization and its connections by the admin API.
func (d *demo) setUp(ctx context.Context) error {
	d.run = strings.ToLower(rand.Text()[:5])
	var err error
	d.organization, err = d.api.CreateOrganization(ctx, wire.NewOrganization{Name: "Lumen Fjord Shipping", Slug: "lumen-fjord-" + d.run})
	if err != nil {
		return err
	}
	if d.okta, err = d.connect(ctx, "Okta", "okta-oin", "lumen-"+d.run+".example"); err != nil {
		return err
	}
	d.entra, err = d.connect(ctx, "Entra", "entra-legacy", "fjord-"+d.run+".example")
	return err
}

func (d *demo) connect(ctx context.Context, name, idp, domain string) (*demoConnection, error) {
	connection, err := d.api.CreateConnection(ctx, d.organization.ID, wire.NewConnection{Name: name, IdP: idp})
	if err != nil {
		return nil, err
	}
	token, err := d.api.CreateToken(ctx, connection.ID, wire.NewToken{Name: "demo"})
	if err != nil {
		return nil, err
	}
	return &demoConnection{
		Connection: connection, token: token.Secret, domain: domain,
		directory: simulate.NewDirectory(domain, max(d.People, 1), max(d.Groups, 1)),
	}, nil
}

// push lets both providers work at the same time.
func (d *demo) push(ctx context.Context) error {
	p := newProgress(d.k.Stdout, "okta", "entra")
	defer p.end()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		c := d.okta
		c.report, err = simulate.Okta{
			BaseURL: c.SCIMBaseURL, Token: c.token, People: c.directory.People, Groups: c.directory.Groups, Observer: p.step,
		}.Run(ctx)
		return err
	})
	group.Go(func() (err error) {
		c := d.entra
		c.report, err = simulate.Entra{
			BaseURL: c.SCIMBaseURL, Token: c.token, People: c.directory.People, Groups: c.directory.Groups, Observer: p.step,
		}.Run(ctx)
		return err
	})
	return group.Wait()
}

// stay keeps the server up until Ctrl-C.
func (d *demo) stay(ctx context.Context, folder string, err error) {
	if err != nil {
		fmt.Fprintln(d.k.Stderr, "joinery:", explain(err))
	}
	if d.okta != nil && d.entra != nil {
		d.printWhere()
	}
	after := "The data stays in " + folder + "."
	if d.Data == "" {
		after = "It takes " + folder + " with it."
	}
	fmt.Fprintf(d.k.Stdout, "The server stays up. Ctrl-C stops it. %s\n", after)
	<-ctx.Done()
	fmt.Fprintln(d.k.Stdout)
}
