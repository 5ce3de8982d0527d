package testenv_test

import (
	"context"
	"testing"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/testenv"
)

func TestStoresAreEmptyAndApart(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		first, second := open(t), open(t)
		insert := func(tx joinery.Tx) error {
			return tx.InsertOrganization(&joinery.Organization{ID: "o", Name: "Acme", Slug: "acme"})
		}
		for _, store := range []joinery.Store{first, second} {
			if err := store.Update(context.Background(), insert); err != nil {
				t.Fatal(err)
			}
		}
	})
}
