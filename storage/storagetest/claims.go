package storagetest

import (
	"testing"

	"github.com/joineryhq/joinery"
)

func claims(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"set and read back": func(e *env) {
			_, connection := e.connection()
			_, other := e.connection()
			set := func(connection string, groups []string, changed bool) {
				e.Helper()
				e.update(func(tx joinery.Tx) error {
					got, err := tx.SetClaims(connection, "user", groups)
					e.equal("changed", got, changed)
					return err
				})
			}
			read := func(connection, user string) (groups []string) {
				e.view(func(tx joinery.Tx) (err error) {
					groups, err = tx.Claims(connection, user)
					return err
				})
				return groups
			}
			set(connection, nil, false)
			set(connection, []string{"Staff", "admins", "staff"}, true)
			set(other, []string{"other"}, true)
			e.equal("groups", read(connection, "user"), []string{"admins", "Staff"})
			set(connection, []string{"admins", "Staff"}, false)
			set(connection, []string{"ADMINS", "ops", "Staff"}, true)
			e.equal("changed groups", read(connection, "user"), []string{"ADMINS", "ops", "Staff"})
			e.equal("of another User", read(connection, "nobody"), []string(nil))
			set(connection, []string{}, true)
			e.equal("no groups", read(connection, "user"), []string(nil))
			e.equal("of another connection", read(other, "user"), []string{"other"})
		},
	})
}
