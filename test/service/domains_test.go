package service

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/server"
)

// dns is a resolver of a few names.
type dns struct {
	sync.Mutex
	txt map[string][]string
	err error
}

func (d *dns) LookupTXT(_ context.Context, name string) ([]string, error) {
	d.Lock()
	defer d.Unlock()
	if records, found := d.txt[name]; found || d.err != nil {
		return records, d.err
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (d *dns) set(name string, err error, records ...string) {
	d.Lock()
	defer d.Unlock()
	d.txt, d.err = map[string][]string{name: records}, err
	if records == nil {
		d.txt = nil
	}
}

// TestDomainsAreVerified walks a domain from nothing to verified and back.
func TestDomainsAreVerified(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		resolver := &dns{}
		e := newEnv(t, open(t), server.Options{Resolver: resolver})
		acme, beta := e.organization("acme"), e.organization("beta")
		domains := "/organizations/" + acme + "/domains"
		added := e.admin(201, "POST", domains, `{"domain":" Acme.Example. "}`)
		same(t, "added", "acme.example pending _joinery.acme.example", text(added, "domain")+" "+text(added, "state")+" "+text(added, "txt_name"))
		e.admin(409, "POST", domains, `{"domain":"ACME.example"}`)
		of := e.admin(201, "POST", "/organizations/"+beta+"/domains", `{"domain":"acme.example"}`)
		if of["txt_value"] == added["txt_value"] {
			t.Error("two organizations show the domain by the same record")
		}

		verify := func(status int, name string) map[string]any {
			t.Helper()
			return e.admin(status, "POST", domains+"/"+name+"/verify", "")
		}
		refused := func(what, want string, problem map[string]any) {
			t.Helper()
			if text(problem, "reason") != "domain_not_verified" || !strings.Contains(text(problem, "detail"), want) {
				t.Errorf("%s: %v", what, problem)
			}
		}
		refused("without a record", "there is none", verify(409, "acme.example"))
		resolver.set("_joinery.acme.example", nil, "v=spf1 -all", text(of, "txt_value"))
		refused("with the record of another", `"v=spf1 -all", "`+text(of, "txt_value")+`"`, verify(409, "acme.example"))
		resolver.set("_joinery.acme.example", nil, strings.Repeat("x", 5000))
		if problem := verify(409, "acme.example"); len(text(problem, "detail")) > 500 {
			t.Errorf("a long record is shown whole: %d characters", len(text(problem, "detail")))
		}
		resolver.set("", errors.New("timeout"))
		same(t, "where the DNS is away", "dns_failed", text(verify(503, "acme.example"), "reason"))
		resolver.set("_joinery.acme.example", nil, "other", text(added, "txt_value"))
		same(t, "with the record", "verified dns", text(verify(200, "Acme.Example"), "state")+" "+text(verify(200, "acme.example"), "method"))
		e.admin(409, "POST", domains, `{"domain":"acme.example","verified":true}`)
		verify(404, "nowhere.example")

		e.admin(201, "POST", domains, `{"domain":"second.example"}`)
		vouched := e.admin(201, "POST", domains, `{"domain":"second.example","verified":true}`)
		same(t, "vouched for", "verified operator", text(vouched, "state")+" "+text(vouched, "method"))
		same(t, "domains", []string{"acme.example", "second.example"}, texts(e.admin(200, "GET", domains, "")["domains"], "domain"))
		same(t, "of the other", []string{"pending"}, texts(e.admin(200, "GET", "/organizations/"+beta+"/domains", "")["domains"], "state"))

		e.admin(204, "DELETE", domains+"/acme.example", "")
		e.admin(404, "DELETE", domains+"/acme.example", "")
		var lines []string
		for _, line := range objects(e.admin(200, "GET", "/audit?limit=1000&organization_id="+acme, "")["events"]) {
			if strings.HasPrefix(text(line, "type"), "domain.") {
				lines = append(lines, strings.TrimSpace(text(line, "type")+" "+text(line, "subject_id")+" "+text(line, "actor.type")+" "+text(line, "data.method")))
			}
		}
		same(t, "audit", []string{
			"domain.removed acme.example admin dns", "domain.verified second.example admin operator", "domain.added second.example admin",
			"domain.verified acme.example admin dns", "domain.added acme.example admin",
		}, lines)
	})
}

func TestDomainNames(t *testing.T) {
	directly(t, func(d *direct) {
		acme := d.organization("acme")
		for name, want := range map[string]string{
			"one.example": "", "xn--bcher-kva.example": "", "a.b-c.example": "", "7.example": "",
			strings.Repeat("a", 63) + ".example": "",
			"localhost":                          "!invalid_domain domain", "": "!invalid_domain domain", ".": "!invalid_domain domain",
			"*.example.com": "!invalid_domain domain", "ada@one.example": "!invalid_domain domain", "bücher.example": "!invalid_domain domain",
			"-a.example": "!invalid_domain domain", "a..example": "!invalid_domain domain", "192.0.2.1": "!invalid_domain domain", "https://one.example": "!invalid_domain domain",
			strings.Repeat("a", 64) + ".example":       "!invalid_domain domain",
			strings.Repeat("abcdefg.", 31) + "example": "!invalid_domain domain",
			"GMail.com": "!public_domain domain", "outlook.com.": "!public_domain domain",
		} {
			_, err := d.AddDomain(d.Context(), acme, name, true)
			if want == "" {
				want = "<nil>"
			}
			same(d.T, name, want, failure(err))
		}
		if _, err := d.AddDomain(d.Context(), "nowhere", "one.example", false); joinery.KindOf(err) != joinery.NotFound {
			d.Errorf("of nobody: %v", err)
		}
	})
}
