package sqldb

import (
	"context"
	"fmt"
	"testing"
	"time"
	"os"
)

func TestZZRep(t *testing.T) {
	dir := t.TempDir()
	b, err := openSQLite(context.Background(), dir+"/x.db", 1)
	if err != nil { t.Fatal(err) }
	c := b.writer.conn
	tx := newTexts(b.dialect)
	rows := tx.rowsOf("User", "$4")
	base := `SELECT ` + tx.columns
	w := ` FROM resources r WHERE ` + ofType
	for name, q := range map[string]string{
		"get": base + tx.oneResource,
		"get rows": base + `,` + rows + tx.oneResource,
		"lookup": base + w + ` AND r.unique_key = $3 ORDER BY r.id LIMIT $5`,
		"lookup nolimit": base + w + ` AND r.unique_key = $3 ORDER BY r.id`,
		"lookup noorder": base + w + ` AND r.unique_key = $3 LIMIT $5`,
		"lookup rows": base + `,` + rows + w + ` AND r.unique_key = $3 ORDER BY r.id LIMIT $5`,
		"lookup rows nolimit": base + `,` + rows + w + ` AND r.unique_key = $3 ORDER BY r.id`,
		"page rows": base + `,` + rows + w + ` AND r.id > $3 ORDER BY r.id LIMIT $5`,
		"page": base + w + ` AND r.id > $3 ORDER BY r.id LIMIT $5`,
	} {
		args := []any{"a", "User", "x", "b", int64(10)}
		run := func() {
			r, err := c.query(context.Background(), nil, q, args)
			if err != nil { t.Fatal(name, err) }
			for r.Next() {}
			if err := r.Close(); err != nil { t.Fatal(err) }
		}
		run()
		t0 := time.Now()
		for range 300 { run() }
		fmt.Fprintln(os.Stderr, name, time.Since(t0)/300)
	}
}
