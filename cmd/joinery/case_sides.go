package main

import (
	"io"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/match"
)

// sideFacts are what there is to compare, in this order.
var sideFacts = []string{"name", "email", "username", "account id", "user id", "userName", "externalId", "sign-in subject", "protected"}

// side is somebody whom a case is about, by sideFacts.
type side struct {
	title string
	facts map[string]string
}

// printSides puts who was refused beside the account in the way.
func (p *casePage) printSides(w io.Writer) {
	sides := p.sides()
	p.heading(w, "Who meets whom")
	header := []any{"  "}
	for _, s := range sides {
		header = append(header, s.title)
	}
	row(w, header...)
	for _, name := range sideFacts {
		cells, told := []any{"  " + name}, false
		for _, s := range sides {
			cells, told = append(cells, s.facts[name]), told || s.facts[name] != ""
		}
		if told {
			row(w, cells...)
		}
	}
}

func (p *casePage) sides() []side {
	s := p.c.Subject
	sides := []side{{"REFUSED", map[string]string{
		"name": s.DisplayName, "email": s.Email, "username": s.Username, "user id": s.UserID,
		"userName": s.UserName, "externalId": s.ExternalID, "sign-in subject": s.Subject,
	}}}
	inTheWay := side{"IN THE WAY", accountFacts(p.c.Holder)}
	inTheWay.facts["user id"] = p.c.HolderUserID
	sides = append(sides, inTheWay)
	if p.c.Reason == string(match.ReasonSplitIdentity) && p.emailHolder != nil {
		sides = append(sides, side{"HOLDS THE EMAIL", accountFacts(p.emailHolder)})
	}
	return sides
}

func accountFacts(a *wire.AccountRef) map[string]string {
	if a == nil {
		return map[string]string{}
	}
	facts := map[string]string{"name": a.DisplayName, "email": a.Email, "username": a.Username, "account id": a.ID}
	if a.Protected {
		facts["protected"] = "yes"
	}
	return facts
}
