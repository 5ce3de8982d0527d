package sqldb

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"github.com/joineryhq/joinery"
)

const (
	linkColumns = `l.connection_id, l.user_id, l.account_id, COALESCE(l.subject, ''), COALESCE(l.subject_format, ''), l.rule, l.origin,
	l.created_at, l.last_sign_in, l.last_sign_out, l.claimed_at, l.ended_at`
	selectLink = `SELECT ` + linkColumns + ` FROM links l WHERE `
)

// linkTexts are the statements about links.
type linkTexts struct {
	linksOf        string // $1 list of accounts
	linkedAccounts string // $1 connection, $2 list of users
	linkedUsers    string // $1 list of accounts
}

func newLinkTexts(d *dialect, resourceColumns string) linkTexts {
	ofAccount := func(ended string) string {
		return `SELECT ` + linkColumns + ` FROM ` + d.lookUp(d.each(`$1`), `links`, `l`, `l.account_id = e.value AND l.ended_at `+ended, ``)
	}
	return linkTexts{
		linksOf: ofAccount(`IS NULL`) + ` UNION ALL ` + ofAccount(`IS NOT NULL`),
		linkedAccounts: `SELECT l.user_id, l.account_id FROM ` +
			d.lookUp(d.each(`$2`), `links`, `l`, `l.connection_id = $1 AND l.user_id = e.value`, ``),
		linkedUsers: `SELECT ` + resourceColumns + `, r.connection_id FROM ` + d.lookUp(
			d.each(`$1`)+d.join(`links`, `l`, `l.account_id = e.value AND l.ended_at IS NULL`), `resources`, `r`,
			`r.connection_id = l.connection_id AND r.resource_type = 'User' AND r.id = l.user_id AND r.deleted_at IS NULL`, ``),
	}
}

func (t *tx) InsertLink(l *joinery.Link) error {
	return t.write(statement{
		text: `INSERT INTO links (connection_id, user_id, account_id, subject, subject_format, rule, origin,
				last_sign_in, last_sign_out, claimed_at, ended_at, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		args:  append(linkArgs(l), millis(l.Created)),
		taken: joinery.ErrCollision,
	})
}

func (t *tx) UpdateLink(l *joinery.Link) error {
	return t.must(statement{
		text: `UPDATE links SET account_id = $3, subject = $4, subject_format = $5, rule = $6, origin = $7,
				last_sign_in = $8, last_sign_out = $9, claimed_at = $10, ended_at = $11
			WHERE connection_id = $1 AND user_id = $2`,
		args:    linkArgs(l),
		taken:   joinery.ErrCollision,
		missing: noLink(l.UserID),
	})
}

// linkArgs are the parameters $1 to $11 of what writes a link.
func linkArgs(l *joinery.Link) []any {
	return []any{
		l.ConnectionID, l.UserID, l.AccountID, optional(l.Subject), optional(l.SubjectFormat), l.Rule, string(l.Origin),
		optionalMillis(l.LastSignIn), optionalMillis(l.LastSignOut), optionalMillis(l.Claimed), optionalMillis(l.Ended),
	}
}

func (t *tx) DeleteLink(connectionID, userID string) error {
	return t.exec(`DELETE FROM links WHERE connection_id = $1 AND user_id = $2`, connectionID, userID)
}

func (t *tx) Link(connectionID, userID string) (*joinery.Link, error) {
	return t.link(userID, `l.connection_id = $1 AND l.user_id = $2`, connectionID, userID)
}

func (t *tx) LinkBySubject(connectionID, subject string) (*joinery.Link, error) {
	return t.link(subject, `l.connection_id = $1 AND l.subject = $2`, connectionID, subject)
}

func (t *tx) LiveLink(connectionID, accountID string) (*joinery.Link, error) {
	return t.link(accountID, `l.account_id = $2 AND l.connection_id = $1 AND l.ended_at IS NULL`, connectionID, accountID)
}

// link reads the one link that satisfies a condition. key is what it goes by. Its
// User is locked before it, as by who changes the User: in another order the two
// would wait for each other.
func (t *tx) link(key, condition, connectionID, value string) (*joinery.Link, error) {
	if !storable(value) {
		return nil, noLink(key)
	}
	text := selectLink + condition
	if t.lockIfWriting() != "" {
		text += ` AND l.user_id = COALESCE((SELECT r.id FROM resources r WHERE r.connection_id = $1 AND r.resource_type = 'User'
			AND r.id = (SELECT l.user_id FROM links l WHERE ` + condition + `)` + t.d.lock + `), l.user_id)`
	}
	l, err := locked(t, scanLink, text, connectionID, value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noLink(key)
	}
	return l, err
}

func noLink(of string) error {
	return joinery.Errorf(joinery.NotFound, "not_found", "There is no link of %q.", of)
}

func (t *tx) LinksOf(accountIDs []string) ([]*joinery.Link, error) {
	list, err := collect(t, scanLink, t.linksOf, t.d.list(distinct(accountIDs)))
	slices.SortFunc(list, func(a, b *joinery.Link) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ConnectionID, b.ConnectionID), cmp.Compare(a.UserID, b.UserID))
	})
	return list, err
}

func (t *tx) LinkedAccounts(connectionID string, userIDs []string) (map[string]string, error) {
	accounts := map[string]string{}
	_, err := collect(t, func(r rows) (struct{}, error) {
		var user, account string
		err := r.Scan(&user, &account)
		accounts[user] = account
		return struct{}{}, err
	}, t.linkedAccounts, connectionID, t.d.list(userIDs))
	return accounts, err
}

func (t *tx) LinkedUsers(accountIDs []string) ([]*joinery.Resource, error) {
	var connection string
	scan := resourceScan{resourceType: "User", keys: true, more: []any{&connection}}
	return collect(t, func(r rows) (*joinery.Resource, error) {
		user, err := scan.scan(r)
		if err == nil {
			user.ConnectionID = connection
		}
		return user, err
	}, t.linkedUsers, t.d.list(distinct(accountIDs)))
}

// linkRow takes the columns of a link from a row.
type linkRow struct {
	link                                joinery.Link
	origin                              string
	created                             int64
	signedIn, signedOut, claimed, ended *int64
}

func (l *linkRow) dest() []any {
	return []any{
		&l.link.ConnectionID, &l.link.UserID, &l.link.AccountID, &l.link.Subject, &l.link.SubjectFormat, &l.link.Rule, &l.origin,
		&l.created, &l.signedIn, &l.signedOut, &l.claimed, &l.ended,
	}
}

func (l *linkRow) value() *joinery.Link {
	l.link.Origin, l.link.Created = joinery.Origin(l.origin), fromMillis(l.created)
	l.link.LastSignIn, l.link.LastSignOut = fromOptionalMillis(l.signedIn), fromOptionalMillis(l.signedOut)
	l.link.Claimed, l.link.Ended = fromOptionalMillis(l.claimed), fromOptionalMillis(l.ended)
	return &l.link
}

func scanLink(r rows) (*joinery.Link, error) {
	var row linkRow
	if err := r.Scan(row.dest()...); err != nil {
		return nil, err
	}
	return row.value(), nil
}
