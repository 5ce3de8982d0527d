package sqldb

import (
	"database/sql"
	"errors"

	"github.com/joineryhq/joinery"
)

const selectDomain = `SELECT d.organization_id, d.name, d.state, d.token, COALESCE(d.method, ''), d.created_at, d.verified_at FROM domains d WHERE d.organization_id = $1`

// domainTexts are the statements about domains. $1 is the organization, $2 a
// list of names.
type domainTexts struct{ countVerified string }

func newDomainTexts(d *dialect) domainTexts {
	return domainTexts{countVerified: `SELECT COUNT(*) FROM ` +
		d.lookUp(d.each(`$2`), `domains`, `d`, `d.organization_id = $1 AND d.name = e.value AND d.state = 'verified'`, ``)}
}

func (t *tx) InsertDomain(d *joinery.Domain) error {
	return t.must(statement{
		text: `INSERT INTO domains (organization_id, name, state, token, method, created_at, verified_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (organization_id, name) DO NOTHING`,
		args: []any{
			d.OrganizationID, d.Name, string(d.State), d.Token, optional(d.Method), millis(d.Created), optionalMillis(d.Verified),
		},
		missing: joinery.ErrCollision,
	})
}

func (t *tx) UpdateDomain(d *joinery.Domain) error {
	return t.must(statement{
		text:    `UPDATE domains SET state = $3, method = $4, verified_at = $5 WHERE organization_id = $1 AND name = $2`,
		args:    []any{d.OrganizationID, d.Name, string(d.State), optional(d.Method), optionalMillis(d.Verified)},
		missing: noDomain(d.Name),
	})
}

func (t *tx) Domain(organizationID, name string) (*joinery.Domain, error) {
	if !storable(name) {
		return nil, noDomain(name)
	}
	d, err := one(t, scanDomain, selectDomain+` AND d.name = $2`, organizationID, name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noDomain(name)
	}
	return d, err
}

func (t *tx) Domains(organizationID string) ([]*joinery.Domain, error) {
	return collect(t, scanDomain, selectDomain+` ORDER BY d.name`, organizationID)
}

func (t *tx) DeleteDomain(organizationID, name string) error {
	return t.immediately(statement{
		text: `DELETE FROM domains WHERE organization_id = $1 AND name = $2`,
		args: []any{organizationID, name},
	}, noDomain(name))
}

func (t *tx) DomainsVerified(organizationID string, names ...string) (bool, error) {
	names = distinct(names)
	n, err := one(t, scanNumber, t.countVerified, organizationID, t.d.list(names))
	return int(n) == len(names) && err == nil, err
}

func noDomain(name string) error {
	return joinery.Errorf(joinery.NotFound, "not_found", "The organization has no domain %q.", name)
}

func scanDomain(r rows) (*joinery.Domain, error) {
	var d joinery.Domain
	var state string
	var created int64
	var verified *int64
	err := r.Scan(&d.OrganizationID, &d.Name, &state, &d.Token, &d.Method, &created, &verified)
	d.State, d.Created, d.Verified = joinery.DomainState(state), fromMillis(created), fromOptionalMillis(verified)
	return &d, err
}
