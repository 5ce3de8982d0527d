package sqldb

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"github.com/joineryhq/joinery"
)

const selectOrganization = `SELECT id, name, slug, created_at FROM organizations`

// organizationTexts are the statements about organizations. $1 is a list of names.
type organizationTexts struct{ organizationsNamed string }

func newOrganizationTexts(d *dialect) organizationTexts {
	by := func(column string) string {
		return `SELECT o.id, o.name, o.slug, o.created_at FROM ` + d.lookUp(d.each(`$1`), `organizations`, `o`, column+` = e.value`, ``)
	}
	return organizationTexts{organizationsNamed: by(`o.id`) + ` UNION ` + by(`o.slug`)}
}

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

func (t *tx) OrganizationsNamed(names []string) (map[string]*joinery.Organization, error) {
	names = slices.DeleteFunc(distinct(names), func(name string) bool { return !storable(name) })
	list, err := collect(t, scanOrganization, t.organizationsNamed, t.d.list(names))
	byID, bySlug := map[string]*joinery.Organization{}, map[string]*joinery.Organization{}
	for _, o := range list {
		byID[o.ID], bySlug[o.Slug] = o, o
	}
	named := make(map[string]*joinery.Organization, len(names))
	for _, name := range names {
		if o := cmp.Or(byID[name], bySlug[name]); o != nil {
			named[name] = o
		}
	}
	return named, err
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
