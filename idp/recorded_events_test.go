package idp_test

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/joineryhq/joinery"
)

// domains are the mail domains of one recording. An email is one account's in
// the whole deployment, so what the recording calls fjord.example is, say,
// fjord.r7.example on the wire.
type domains string

var topLevel = regexp.MustCompile(`(?i)\.example\b`)

func (d domains) own(text string) string {
	if d == "" {
		return text
	}
	return topLevel.ReplaceAllString(text, "."+string(d)+"$0")
}

// shared is the reverse of own.
func (d domains) shared(text string) string {
	if d == "" {
		return text
	}
	return strings.ReplaceAll(text, "."+string(d)+".", ".")
}

// events lists all events of the connection, as recordings write them.
func (p *player) events() []string {
	p.t.Helper()
	list, n := []string{}, narrator{accounts: map[string]string{}}
	for after := ""; ; {
		page, err := p.host.service.Events(context.WithoutCancel(p.t.Context()), after, 1000)
		if err != nil {
			p.t.Fatal(err)
		}
		if len(page.Events) == 0 {
			return list
		}
		for _, event := range page.Events {
			if event.ConnectionID == p.connection {
				list = append(list, p.domains.shared(p.values.hide(n.tell(event))))
			}
		}
		after = page.Next
	}
}

// narrator puts events into words. It calls accounts by the Users that have
// brought them, since no answer tells a client the id of an account.
type narrator struct {
	user     string            // of the last event about one
	accounts map[string]string // User by account
}

func (n *narrator) tell(event *joinery.Event) string {
	var data struct {
		Changed     []string `json:"changed"`
		FormerName  string   `json:"former_name"`
		FormerEmail string   `json:"former_email"`
		MemberID    string   `json:"member_id"`
		Reason      string   `json:"reason"`
	}
	_ = json.Unmarshal(event.Data, &data)
	about := string(event.Type) + " " + n.subject(event)
	switch {
	case data.MemberID != "":
		return about + ": " + data.MemberID
	case data.FormerName != "":
		return about + ": " + data.FormerName
	case data.FormerEmail != "":
		return about + ": " + data.FormerEmail
	case len(data.Changed) > 0:
		return about + ": " + strings.Join(data.Changed, ", ")
	case data.Reason != "":
		return string(event.Type) + ": " + data.Reason
	}
	return about
}

func (n *narrator) subject(event *joinery.Event) string {
	kind, _, _ := strings.Cut(string(event.Type), ".")
	switch kind {
	case "user":
		n.user = event.SubjectID
	case "account", "membership":
		if event.Type == joinery.AccountCreated || event.Type == joinery.AccountAdopted {
			n.accounts[event.SubjectID] = n.user
		}
		return "of " + n.accounts[event.SubjectID]
	}
	return event.SubjectID
}

// rewriteEvents writes the section of events anew, where it differs.
func (r *recording) rewriteEvents(t *testing.T, events []string) {
	t.Helper()
	if slices.Equal(r.events, events) {
		return
	}
	data, err := os.ReadFile(r.file)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	for i := range archive.Files {
		if archive.Files[i].Name == "events" {
			archive.Files[i].Data = []byte(cmp.Or(strings.Join(events, "\n"), "none") + "\n")
		}
	}
	if err := os.WriteFile(r.file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
