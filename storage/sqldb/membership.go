package sqldb

import (
	"database/sql"
	"errors"
	"slices"

	"github.com/joineryhq/joinery"
)

// The columns of a membership are "" and 0 where an outer join finds none.
const (
	membershipColumns = `COALESCE(m.organization_id, ''), COALESCE(m.account_id, ''), COALESCE(m.state, ''), COALESCE(m.role, ''),
	COALESCE(m.origin, ''), COALESCE(m.connection_id, ''), COALESCE(m.created_at, 0), COALESCE(m.updated_at, 0)`
	selectMembership = `SELECT ` + membershipColumns + ` FROM memberships m WHERE `
)

// membershipTexts are the statements about memberships. $1 is a list of accounts.
type membershipTexts struct {
	membershipsOf     string
	membershipsIn     string // $2 organization
	lockMembershipsIn string // $2 organization
}

func newMembershipTexts(d *dialect) membershipTexts {
	list := func(condition, lock string) string {
		return `SELECT ` + membershipColumns + ` FROM ` + d.lookUp(d.each(`$1`), `memberships`, `m`, `m.account_id = e.value`+condition, lock)
	}
	const in = ` AND m.organization_id = $2`
	return membershipTexts{
		membershipsOf:     list(``, ``) + ` ORDER BY m.account_id, m.organization_id`,
		membershipsIn:     list(in, ``),
		lockMembershipsIn: list(in, d.lock),
	}
}

// shareAccount makes whoever wants an account's Standing wait for this
// transaction, and this one for whoever has it, where it has not itself.
func (t *tx) shareAccount(id string) error {
	if t.d.lockKey == "" || t.ownAccounts[id] {
		return nil
	}
	return t.exec(`SELECT 1 FROM accounts WHERE id = $1`+t.d.lockKey, id)
}

// InsertMembership fails as HoldHandle does.
func (t *tx) InsertMembership(m *joinery.Membership) error {
	if err := t.shareAccount(m.AccountID); err != nil {
		return err
	}
	return t.write(statement{
		text: `INSERT INTO memberships (organization_id, account_id, state, role, origin, connection_id, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organization_id, account_id) DO UPDATE SET account_id = NULL`,
		args: []any{
			m.OrganizationID, m.AccountID, string(m.State), optional(m.Role), string(m.Origin), optional(m.ConnectionID), millis(m.Created), millis(m.Updated),
		},
		missing: joinery.ErrCollision,
	})
}

func (t *tx) UpdateMembership(m *joinery.Membership) error {
	if err := t.shareAccount(m.AccountID); err != nil {
		return err
	}
	return t.must(statement{
		text: `UPDATE memberships SET state = $3, role = $4, connection_id = $5, updated_at = $6 WHERE organization_id = $1 AND account_id = $2`,
		args: []any{
			m.OrganizationID, m.AccountID, string(m.State), optional(m.Role), optional(m.ConnectionID), millis(m.Updated),
		},
		missing: notFound("membership of the account", m.AccountID),
	})
}

func (t *tx) DeleteMembership(organizationID, accountID string) error {
	if err := t.shareAccount(accountID); err != nil {
		return err
	}
	return t.exec(`DELETE FROM memberships WHERE organization_id = $1 AND account_id = $2`, organizationID, accountID)
}

func (t *tx) Membership(organizationID, accountID string) (*joinery.Membership, error) {
	missing := notFound("membership of the account", accountID)
	if !storable(accountID) {
		return nil, missing
	}
	m, err := locked(t, scanMembership, selectMembership+`m.organization_id = $1 AND m.account_id = $2`, organizationID, accountID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, missing
	}
	return m, err
}

// MembershipsIn locks in the order of the accounts, lest two that lock the same
// wait for each other.
func (t *tx) MembershipsIn(organizationID string, accountIDs []string) ([]*joinery.Membership, error) {
	accountIDs = distinct(accountIDs)
	slices.Sort(accountIDs)
	if t.writes {
		return change(t, scanMembership, t.lockMembershipsIn, t.d.list(accountIDs), organizationID)
	}
	return collect(t, scanMembership, t.membershipsIn, t.d.list(accountIDs), organizationID)
}

func (t *tx) Memberships(organizationID, after string, limit int) ([]*joinery.Membership, error) {
	return collect(t, scanMembership, selectMembership+`m.organization_id = $1 AND m.account_id > $2 ORDER BY m.account_id`+limitTo(limit), organizationID, after)
}

func (t *tx) MembershipsOf(accountIDs ...string) ([]*joinery.Membership, error) {
	return collect(t, scanMembership, t.membershipsOf, t.d.list(distinct(accountIDs)))
}

// membershipRow takes the columns of a membership from a row.
type membershipRow struct {
	membership       joinery.Membership
	state, origin    string
	created, updated int64
}

func (m *membershipRow) dest() []any {
	return []any{
		&m.membership.OrganizationID, &m.membership.AccountID, &m.state, &m.membership.Role,
		&m.origin, &m.membership.ConnectionID, &m.created, &m.updated,
	}
}

func (m *membershipRow) value() *joinery.Membership {
	m.membership.State, m.membership.Origin = joinery.MembershipState(m.state), joinery.Origin(m.origin)
	m.membership.Created, m.membership.Updated = fromMillis(m.created), fromMillis(m.updated)
	return &m.membership
}

func scanMembership(r rows) (*joinery.Membership, error) {
	var row membershipRow
	if err := r.Scan(row.dest()...); err != nil {
		return nil, err
	}
	return row.value(), nil
}
