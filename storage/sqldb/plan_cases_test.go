package sqldb_test

import (
	"time"

	"github.com/joineryhq/joinery"
)

// caseUses are the use-cases about cases and merges.
func (f *planned) caseUses() map[string]func(joinery.Tx) error {
	user := f.users[1]
	return map[string]func(joinery.Tx) error{
		"refusing again": func(tx joinery.Tx) error {
			list, err := tx.UnsettledCases(planConnection, joinery.CaseKeys{ExternalID: "x", UserName: "7", Email: "7@example.com", UserID: user})
			if err != nil {
				return err
			}
			return tx.UpdateCase(list[0])
		},
		"confirming": func(tx joinery.Tx) error {
			_, err := tx.ResolvedCases(planConnection, []string{user})
			return err
		},
		"settling a case": func(tx joinery.Tx) error {
			if _, err := tx.Case("c-7"); err != nil {
				return err
			}
			if err := tx.InsertConsent("c7", joinery.HashToken("x"), time.Now().Add(time.Hour)); err != nil {
				return err
			}
			if _, err := tx.Consent(joinery.HashToken("x"), time.Now()); err != nil {
				return err
			}
			return tx.DeleteConsents("c7")
		},
		"merges": func(tx joinery.Tx) error {
			m := &joinery.Merge{ID: "m", SurvivorID: planAccount(user), AbsorbedID: "a"}
			if err := tx.InsertMerge(m); err != nil {
				return err
			}
			if _, err := tx.Merge(m.ID); err != nil {
				return err
			}
			if err := tx.UpdateMerge(m); err != nil {
				return err
			}
			_, err := tx.MergesOf(m.SurvivorID, m.AbsorbedID)
			return err
		},
	}
}
