// Command signin is a product that asks Joinery at each login by single sign-on
// who it is, and whether to let him in:
//
//	JOINERY_URL=http://127.0.0.1:8480 JOINERY_TOKEN=… CONNECTION=<id> go run ./examples/signin
//	curl -d subject=lea@acme.example -d email=lea@acme.example http://127.0.0.1:8080/callback
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

// product is whatever you sell.
type product struct {
	joinery string // URL of the Joinery server
	token   string // admin token
	// verify is what your SAML or OIDC library does: it checks the answer of the
	// identity provider, and tells what it says and for which connection.
	verify func(*http.Request) (signIn, error)
}

// signIn is what the identity provider said. Groups is nil where it said
// nothing of groups, and empty where it said that there are none.
type signIn struct {
	ConnectionID string   `json:"connection_id"`
	Subject      string   `json:"subject"`
	Email        string   `json:"email,omitempty"`
	DisplayName  string   `json:"display_name,omitempty"`
	Groups       []string `json:"groups,omitzero"`
}

// decision is the part of the answer that this product needs.
type decision struct {
	Decision    string `json:"decision"`
	Scope       string `json:"scope"`
	Reason      string `json:"reason"`
	Account     struct{ ID string }
	Case        *struct{ Code string }
	Memberships []struct {
		OrganizationID string `json:"organization_id"`
		EffectiveRole  string `json:"effective_role"`
	}
}

// callback is where the identity provider sends people back to.
func (p *product) callback(w http.ResponseWriter, r *http.Request) {
	said, err := p.verify(r)
	if err != nil {
		http.Error(w, "The sign-in could not be verified.", http.StatusBadRequest)
		return
	}
	d, err := p.ask(r.Context(), said)
	switch {
	case err != nil: // without an answer nobody comes in
		log.Print(err)
		http.Error(w, "Please try again in a moment.", http.StatusServiceUnavailable)
	case d.Decision != "allow":
		http.Error(w, sorry(d), http.StatusForbidden)
	default:
		p.startSession(w, d)
	}
}

// ask reports a sign-in. Who is denied is answered 200, too.
func (p *product) ask(ctx context.Context, said signIn) (*decision, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	body, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.joinery+"/api/v1/sign-ins", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the sign-in of %s was answered %s", said.Subject, response.Status)
	}
	d := &decision{}
	return d, json.NewDecoder(response.Body).Decode(d)
}

// sorry says why someone does not come in, and what to tell the support.
func sorry(d *decision) string {
	if d.Case != nil {
		return "Your sign-in must be settled first. Please tell the support " + d.Case.Code + "."
	}
	return "You have no access (" + d.Reason + "). Please ask the administrator of your organization."
}

// startSession lets someone in. Where the scope is not the account, the session
// ends at the organization: no other one, no settings of the account.
func (p *product) startSession(w http.ResponseWriter, d *decision) {
	fmt.Fprintf(w, "Welcome, account %s.\n", d.Account.ID)
	for _, m := range d.Memberships {
		fmt.Fprintf(w, "%s in %s\n", m.EffectiveRole, m.OrganizationID)
	}
	if d.Scope != "account" {
		fmt.Fprintln(w, "This session ends at the organization.")
	}
}

func main() {
	p := &product{joinery: os.Getenv("JOINERY_URL"), token: os.Getenv("JOINERY_TOKEN"), verify: trust}
	http.HandleFunc("POST /callback", p.callback)
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}

// trust believes every form. It stands where your library checks signatures.
func trust(r *http.Request) (signIn, error) {
	if err := r.ParseForm(); err != nil {
		return signIn{}, err
	}
	return signIn{
		ConnectionID: os.Getenv("CONNECTION"), Subject: r.Form.Get("subject"), Email: r.Form.Get("email"),
		DisplayName: r.Form.Get("name"), Groups: r.Form["group"],
	}, nil
}
