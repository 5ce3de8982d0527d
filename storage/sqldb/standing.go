package sqldb

import (
	"database/sql"
	"errors"

	"github.com/joineryhq/joinery"
)

// standingTexts are the statements about the standing of Users. $1 is the
// connection, $2 the organization.
type standingTexts struct {
	standing       string // $3 User
	lockStanding   string // $1 connection, $2 User
	unsettledUsers string // $3 the id to begin behind
}

func newStandingTexts(d *dialect, resourceColumns string) standingTexts {
	const (
		elsewhere = `EXISTS (SELECT 1 FROM memberships o WHERE o.account_id = l.account_id AND o.organization_id <> $2`
		kept      = `EXISTS (SELECT 1 FROM links k WHERE k.account_id = l.account_id AND k.connection_id <> $1 AND k.ended_at IS NULL
				AND (SELECT c.organization_id FROM connections c WHERE c.id = k.connection_id) = $2
				AND (SELECT u.active FROM resources u WHERE u.connection_id = k.connection_id AND u.resource_type = 'User' AND u.id = k.user_id AND u.deleted_at IS NULL))`
		account = `(SELECT l.account_id FROM links l WHERE l.connection_id = $1 AND l.user_id = r.id AND l.ended_at IS NULL)`
	)
	return standingTexts{
		standing: `SELECT ` + linkColumns + `, ` + accountColumns + `, ` + membershipColumns + `,
			` + elsewhere + `), ` + elsewhere + ` AND o.state = 'active'), ` + kept + `
			FROM links l JOIN accounts a ON a.id = l.account_id
			LEFT JOIN memberships m ON m.organization_id = $2 AND m.account_id = l.account_id
			WHERE l.connection_id = $1 AND l.user_id = $3`,
		lockStanding: `SELECT 1 FROM accounts WHERE id = (SELECT account_id FROM links WHERE connection_id = $1 AND user_id = $2` + d.lock + `)` + d.lock,
		unsettledUsers: `SELECT ` + resourceColumns + `, r.deleted_at FROM resources r
			WHERE r.connection_id = $1 AND r.resource_type = 'User' AND r.id > $3 AND CASE WHEN r.deleted_at IS NOT NULL
				THEN ` + account + ` IS NOT NULL
				ELSE COALESCE((SELECT m.state FROM memberships m WHERE m.organization_id = $2 AND m.account_id = ` + account + `), '')
					<> CASE WHEN r.active THEN 'active' ELSE 'suspended' END END
			ORDER BY r.id`,
	}
}

// Standing locks the link and then the account before it reads, lest it misses
// what those who held the locks have written.
func (t *tx) Standing(connectionID, organizationID, userID string) (*joinery.Standing, error) {
	if t.lockIfWriting() != "" {
		if err := t.exec(t.lockStanding, connectionID, userID); err != nil {
			return nil, err
		}
	}
	s, err := one(t, scanStanding, t.standing, connectionID, organizationID, userID)
	if errors.Is(err, sql.ErrNoRows) {
		return &joinery.Standing{}, nil
	}
	if err == nil {
		t.own(s.Account.ID)
	}
	return s, err
}

func (t *tx) UnsettledUsers(connectionID, organizationID, after string, limit int) ([]*joinery.Resource, error) {
	var deleted *int64
	scan := resourceScan{connectionID: connectionID, resourceType: "User", keys: true, more: []any{&deleted}}
	return collect(t, func(r rows) (*joinery.Resource, error) {
		user, err := scan.scan(r)
		if err == nil {
			user.Deleted = fromOptionalMillis(deleted)
		}
		return user, err
	}, t.unsettledUsers+limitTo(limit), connectionID, organizationID, after)
}

func scanStanding(r rows) (*joinery.Standing, error) {
	var s joinery.Standing
	var link linkRow
	var account accountRow
	var membership membershipRow
	dest := append(append(link.dest(), account.dest()...), membership.dest()...)
	if err := r.Scan(append(dest, &s.Elsewhere, &s.ActiveElsewhere, &s.Kept)...); err != nil {
		return nil, err
	}
	s.Link, s.Account = link.value(), account.value()
	if m := membership.value(); m.AccountID != "" {
		s.Membership = m
	}
	return &s, nil
}
