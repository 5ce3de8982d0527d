package sqldb

import (
	"database/sql"
	"errors"

	"github.com/joineryhq/joinery"
)

const selectOrganization = `SELECT id, name, slug, created_at FROM organizations`

func (t *tx) InsertOrganization(o *joinery.Organization) error {
	return t.immediately(statement{
		text: `INSERT INTO organizations (id, name, slug, created_at) VALUES ($1, $2, $3, $4)`,
		args: []any{o.ID, o.Name, o.Slug, millis(o.Created)},
		taken: &joinery.Error{
			Kind: joinery.Conflict, Reason: "slug_taken", Field: "slug",
			Message: "Another organization has the slug " + o.Slug + ". Choose another one.",
		},
	}, nil)
}

func (t *tx) Organization(id string) (*joinery.Organization, error) {
	o, err := one(t, scanOrganization, selectOrganization+` WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("organization", id)
	}
	return o, err
}

func (t *tx) Organizations(after string, limit int) ([]*joinery.Organization, error) {
	return collect(t, scanOrganization, selectOrganization+` WHERE id > $1 ORDER BY id`+limitTo(limit), after)
}

func scanOrganization(r rows) (*joinery.Organization, error) {
	var o joinery.Organization
	var created int64
	err := r.Scan(&o.ID, &o.Name, &o.Slug, &created)
	o.Created = fromMillis(created)
	return &o, err
}
