package sqldb_test

import (
	"testing"

	"github.com/joineryhq/joinery/internal/testenv"
	"github.com/joineryhq/joinery/storage/storagetest"
)

func TestStores(t *testing.T) {
	t.Parallel()
	testenv.Stores(t, func(t *testing.T, _ string, open testenv.Opener) {
		storagetest.Run(t, storagetest.Open(open))
	})
}
