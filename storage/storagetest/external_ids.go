package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

func externalIDs(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"shared by two connections": func(e *env) {
			_, one := e.connection()
			_, two := e.connection()
			_, three := e.connection()
			link := func(connection, name, externalID, account string) *joinery.Resource {
				return e.linkedUser(connection, name, `"externalId":"`+externalID+`"`, account)
			}
			link(one, "ada", "x1", "a1")
			link(two, "ada", "x1", "a2")
			link(one, "bob", "x2", "b") // the same account
			link(two, "bob", "x2", "b")
			link(one, "eve", "x3", "e1") // in other words
			link(two, "eve", "X3", "e2")
			link(one, "kai", "x4", "k1") // of a third connection
			link(three, "kai", "x4", "k2")
			link(one, "lea", "x5", "l1")
			gone := link(two, "lea", "x5", "l2")
			link(one, "max", "x6", "m1")
			left := link(two, "max", "x6", "m2")
			link(one, "zoe", "x7", "z1")
			link(two, "zoe", "x7", "z2")
			e.add(e.newUser(one, "no account", `"externalId":"x8"`))
			link(two, "no account", "x8", "n")
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(gone, start) })
			e.endLink(two, left.ID)

			ada, zoe := joinery.SharedExternalID{ExternalID: "x1", AccountID: "a1", OtherID: "a2"}, joinery.SharedExternalID{ExternalID: "x7", AccountID: "z1", OtherID: "z2"}
			for _, c := range []struct {
				after string
				limit int
				want  []joinery.SharedExternalID
			}{{"", 10, []joinery.SharedExternalID{ada, zoe}}, {"", 1, []joinery.SharedExternalID{ada}}, {"x1", 10, []joinery.SharedExternalID{zoe}}, {"x7", 10, nil}} {
				e.view(func(tx joinery.Tx) error {
					got, err := tx.SharedExternalIDs(one, two, c.after, c.limit)
					e.equal("behind "+c.after, got, c.want)
					return err
				})
			}
		},
	})
}
