package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"sync/atomic"
)

// The accounts that are there before anyone pushes their people: of other
// customers, of members of the organization, and at its domain.
const (
	strangerAccounts = 50_000
	memberAccounts   = 25_000
	localAccounts    = 25_000
)

// regulars is how many of the users have signed in before.
const regulars = 1_000

// accountOperations lists what is measured beside those accounts.
func (b *bench) accountOperations() []operation {
	var adopted, claimed, arrived atomic.Int64
	return b.wanted([]operation{
		{fmt.Sprintf("create, %d accounts present", strangerAccounts+memberAccounts+localAccounts), b.create, b.bareCreate},
		{"adopt a member", func(int64) request {
			return b.adopt(&adopted, memberAccounts, memberName, "fjord.example")
		}, b.bareCreate},
		{"adopt at a verified domain", func(int64) request {
			return b.adopt(&claimed, localAccounts, localName, domain)
		}, b.bareCreate},
		{"first sign-in", func(int64) request {
			n := regulars + int(arrived.Add(1)-1)
			if n >= len(b.spares) {
				return request{}
			}
			return b.signIn(n)
		}, b.bareSignIn},
		{"sign-in", func(int64) request { return b.signIn(rand.IntN(regulars)) }, b.bareSignIn},
	})
}

func strangerName(n int) string { return fmt.Sprintf("stranger-%d", n) }
func memberName(n int) string   { return fmt.Sprintf("member-%d", n) }
func localName(n int) string    { return fmt.Sprintf("local-%d", n) }

// adopt pushes the next of the people who have an account, or nobody where all
// have been pushed.
func (b *bench) adopt(pushed *atomic.Int64, total int, name func(int) string, domain string) request {
	n := int(pushed.Add(1) - 1)
	if n >= total {
		return request{}
	}
	return b.scim("POST", "/Users", userAt(name(n), domain))
}

// signIn reports a sign-in of one of the spare users: nobody has suspended them.
func (b *bench) signIn(n int) request {
	n += b.users
	return request{
		method: "POST", path: "/api/v1/sign-ins", token: adminToken, contentType: "application/json",
		body: fmt.Sprintf(`{"connection_id":%q,"subject":"user-%d@fjord.example","email":"user-%[2]d@fjord.example"}`, b.connection, n),
	}
}

func (b *bench) bareSignIn(int64) request {
	return bare("/sign-in", b.spares[rand.IntN(len(b.spares))])
}

// seedAccounts imports the accounts, and has the regulars sign in.
func (b *bench) seedAccounts(ours *process) error {
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(writeAccounts(writer)) }() // who reads sees the error
	if err := ours.importAccounts(reader); err != nil {
		return err
	}
	return b.each(regulars, func(c *connection, n int) error {
		status, answer, err := c.do(b.signIn(n), true)
		if err != nil || !bytes.Contains(answer, []byte(`"decision":"allow"`)) {
			return fmt.Errorf("sign-in: %d %s: %w", status, answer, err)
		}
		return nil
	})
}

func writeAccounts(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, part := range []struct {
		count  int
		name   func(int) string
		domain string
		more   string
	}{
		{strangerAccounts, strangerName, "strand.example", ``},
		{memberAccounts, memberName, "fjord.example", `,"organization":"` + organization + `"`},
		{localAccounts, localName, domain, ``},
	} {
		for n := range part.count {
			_, _ = fmt.Fprintf(w, `{"email":"%s@%s"%s}`+"\n", part.name(n), part.domain, part.more) // Flush returns the first error
		}
	}
	return w.Flush()
}
