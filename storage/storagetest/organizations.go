package storagetest

import (
	"errors"
	"testing"

	"github.com/joineryhq/joinery"
)

func organizations(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back": func(e *env) {
			o := &joinery.Organization{ID: e.id(), Name: "Åcme % _ '", Slug: "acme", Created: start}
			e.update(func(tx joinery.Tx) error { return tx.InsertOrganization(o) })
			e.view(func(tx joinery.Tx) error {
				got, err := tx.Organization(o.ID)
				e.equal("organization", got, o)
				return err
			})
		},
		"unknown id": func(e *env) {
			e.view(func(tx joinery.Tx) error {
				_, err := tx.Organization("nobody")
				e.kind("Organization", err, joinery.NotFound)
				return nil
			})
		},
		"taken slug": func(e *env) {
			insert := func(tx joinery.Tx) error {
				return tx.InsertOrganization(&joinery.Organization{ID: e.id(), Name: "Acme", Slug: "acme", Created: start})
			}
			e.update(insert)
			var at error
			err := e.tryUpdate(func(tx joinery.Tx) error {
				at = insert(tx)
				return at
			})
			e.kind("the call", at, joinery.Conflict)
			var conflict *joinery.Error
			if !errors.As(err, &conflict) || conflict.Reason != "slug_taken" {
				e.Errorf("error %v, want slug_taken", err)
			}
		},
		"by names": func(e *env) {
			id, _ := e.connection()
			other, _ := e.connection()
			namesake := &joinery.Organization{ID: e.id(), Name: "x", Slug: other, Created: start}
			e.update(func(tx joinery.Tx) error { return tx.InsertOrganization(namesake) })
			e.view(func(tx joinery.Tx) error {
				named, err := tx.OrganizationsNamed([]string{id, "slug-" + id, "SLUG-" + id, other, "nobody", "a\x00", "\xff", id})
				got := map[string]string{}
				for name, o := range named {
					got[name] = o.ID
				}
				e.equal("organizations", got, map[string]string{id: id, "slug-" + id: id, other: other})
				if err != nil {
					return err
				}
				named, err = tx.OrganizationsNamed(nil)
				e.equal("of no names", len(named), 0)
				return err
			})
		},
		"list": func(e *env) {
			var want []string
			for range 5 {
				o := &joinery.Organization{ID: e.id(), Name: "x", Created: start}
				o.Slug = "s-" + o.ID
				want = append(want, o.ID)
				e.update(func(tx joinery.Tx) error { return tx.InsertOrganization(o) })
			}
			var got []string
			e.view(func(tx joinery.Tx) error {
				for after := ""; ; after = got[len(got)-1] {
					page, err := tx.Organizations(after, 2)
					if err != nil || len(page) == 0 {
						return err
					}
					for _, o := range page {
						got = append(got, o.ID)
					}
				}
			})
			e.equal("organizations", got, want)
		},
	})
}
