package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func consents(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"until they expire or are taken back": useConsents,
		"go with the case":                    consentsOfDeleted,
	})
}

func useConsents(e *env) {
	organization, connection := e.connection()
	c := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"})
	kept := e.newCase(organization, connection, joinery.CaseSubject{UserName: "bob"})
	e.addCases(c, kept)
	expires := start.Add(time.Hour)
	e.update(func(tx joinery.Tx) error {
		return errors.Join(
			tx.InsertConsent(c.ID, joinery.HashToken("1"), expires), tx.InsertConsent(c.ID, joinery.HashToken("2"), expires),
			tx.InsertConsent(kept.ID, joinery.HashToken("3"), expires))
	})
	of := func(secret string, at time.Time) (id string) {
		err := e.store.View(context.Background(), func(tx joinery.Tx) (err error) {
			id, err = tx.Consent(joinery.HashToken(secret), at)
			return err
		})
		if err != nil {
			e.kind("Consent", err, joinery.NotFound)
		}
		return id
	}
	e.equal("known", []string{of("1", start), of("2", start), of("3", start)}, []string{c.ID, c.ID, kept.ID})
	e.equal("unknown", of("4", start), "")
	e.equal("a moment before its end", of("1", expires.Add(-time.Millisecond)), c.ID)
	e.equal("at its end", of("1", expires), "")
	e.update(func(tx joinery.Tx) error { return tx.DeleteConsents(c.ID) })
	e.equal("taken back", []string{of("1", start), of("2", start), of("3", start)}, []string{"", "", kept.ID})
}

func consentsOfDeleted(e *env) {
	organization, connection := e.connection()
	c := e.newCase(organization, connection, joinery.CaseSubject{UserName: "ada"})
	e.addCases(c)
	e.update(func(tx joinery.Tx) error { return tx.InsertConsent(c.ID, joinery.HashToken("1"), start.Add(time.Hour)) })
	e.update(func(tx joinery.Tx) error { return tx.DeleteConnection(connection) })
	e.view(func(tx joinery.Tx) error {
		_, err := tx.Consent(joinery.HashToken("1"), start)
		e.kind("Consent", err, joinery.NotFound)
		_, err = tx.Case(c.Code)
		e.kind("Case", err, joinery.NotFound)
		return nil
	})
}
