package sqldb

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"github.com/joineryhq/joinery"
)

const mergeColumns = `m.id, m.survivor_id, m.absorbed_id, COALESCE(m.organization_id, ''), m.created_at, m.undone_at, m.undo`

// mergeTexts are the statements about merges. $1 is a list of accounts.
type mergeTexts struct{ mergesOf string }

func newMergeTexts(d *dialect) mergeTexts {
	as := func(side string) string {
		return `SELECT ` + mergeColumns + ` FROM ` + d.lookUp(d.each(`$1`), `merges`, `m`, side+` = e.value`, ``)
	}
	return mergeTexts{mergesOf: as(`m.survivor_id`) + ` UNION ALL ` + as(`m.absorbed_id`)}
}

func (t *tx) InsertMerge(m *joinery.Merge) error {
	return t.exec(`INSERT INTO merges (id, survivor_id, absorbed_id, organization_id, created_at, undone_at, undo) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		m.ID, m.SurvivorID, m.AbsorbedID, optional(m.OrganizationID), millis(m.Created), optionalMillis(m.Undone), string(m.Undo))
}

func (t *tx) Merge(id string) (*joinery.Merge, error) {
	if !storable(id) {
		return nil, notFound("merge", id)
	}
	m, err := locked(t, scanMerge, `SELECT `+mergeColumns+` FROM merges m WHERE m.id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("merge", id)
	}
	return m, err
}

func (t *tx) UpdateMerge(m *joinery.Merge) error {
	return t.must(statement{
		text:    `UPDATE merges SET undone_at = $2 WHERE id = $1`,
		args:    []any{m.ID, optionalMillis(m.Undone)},
		missing: notFound("merge", m.ID),
	})
}

func (t *tx) MergesOf(accountIDs ...string) ([]*joinery.Merge, error) {
	list, err := collect(t, scanMerge, t.mergesOf, t.d.list(distinct(accountIDs)))
	slices.SortFunc(list, func(a, b *joinery.Merge) int { return cmp.Compare(b.ID, a.ID) })
	return slices.CompactFunc(list, func(a, b *joinery.Merge) bool { return a.ID == b.ID }), err
}

func scanMerge(r rows) (*joinery.Merge, error) {
	var m joinery.Merge
	var created int64
	var undone *int64
	var undo []byte
	err := r.Scan(&m.ID, &m.SurvivorID, &m.AbsorbedID, &m.OrganizationID, &created, &undone, &undo)
	m.Created, m.Undone, m.Undo = fromMillis(created), fromOptionalMillis(undone), undo
	return &m, err
}
