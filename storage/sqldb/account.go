package sqldb

import (
	"database/sql"
	"errors"

	"github.com/joineryhq/joinery"
)

const accountColumns = `a.id, COALESCE(a.email, ''), COALESCE(a.username, ''), COALESCE(a.display_name, ''), a.protected, a.origin,
	COALESCE(a.connection_id, ''), a.created_at, a.updated_at, COALESCE(a.merged_into, '')`

// accountTexts are the statements about accounts. $1 is an id, or a list of them.
type accountTexts struct{ accountsByID string }

func newAccountTexts(d *dialect) accountTexts {
	return accountTexts{accountsByID: `SELECT ` + accountColumns + ` FROM ` + d.lookUp(d.each(`$1`), `accounts`, `a`, `a.id = e.value`, ``)}
}

func (t *tx) InsertAccount(a *joinery.Account) error {
	t.own(a.ID)
	return t.exec(`INSERT INTO accounts (id, email, username, display_name, protected, origin, connection_id, created_at, updated_at, merged_into)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, optional(a.Email), optional(a.Username), optional(a.DisplayName), a.Protected, string(a.Origin),
		optional(a.ConnectionID), millis(a.Created), millis(a.Updated), optional(a.MergedInto))
}

func (t *tx) UpdateAccount(a *joinery.Account) error {
	return t.must(statement{
		text: `UPDATE accounts SET email = $2, username = $3, display_name = $4, protected = $5, updated_at = $6, merged_into = $7 WHERE id = $1`,
		args: []any{
			a.ID, optional(a.Email), optional(a.Username), optional(a.DisplayName), a.Protected, millis(a.Updated), optional(a.MergedInto),
		},
		missing: notFound("account", a.ID),
	})
}

func (t *tx) Account(id string) (*joinery.Account, error) {
	if !storable(id) {
		return nil, notFound("account", id)
	}
	a, err := locked(t, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("account", id)
	}
	t.own(id)
	return a, err
}

// own notes that no other transaction has an account.
func (t *tx) own(id string) {
	if !t.writes {
		return
	}
	if t.ownAccounts == nil {
		t.ownAccounts = map[string]bool{}
	}
	t.ownAccounts[id] = true
}

func (t *tx) AccountsByID(ids []string) (map[string]*joinery.Account, error) {
	list, err := collect(t, scanAccount, t.accountsByID, t.d.list(distinct(ids)))
	accounts := make(map[string]*joinery.Account, len(list))
	for _, a := range list {
		accounts[a.ID] = a
	}
	return accounts, err
}

func (t *tx) Accounts(q joinery.AccountQuery) ([]*joinery.Account, error) {
	a := args{q.After}
	where := `a.id > $1 AND a.merged_into IS NULL`
	for _, key := range []joinery.HandleKey{{Kind: joinery.EmailHandle, Key: q.Email}, {Kind: joinery.UsernameHandle, Key: q.Username}} {
		if key.Key == "" {
			continue
		}
		if !storable(key.Key) {
			return nil, nil
		}
		where += ` AND a.id = (SELECT h.account_id FROM handles h WHERE h.kind = ` + a.add(string(key.Kind)) + ` AND h.key = ` + a.add(storedKey(key)) + `)`
	}
	return collect(t, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE `+where+` ORDER BY a.id`+limitTo(q.Limit), a...)
}

// accountRow takes the columns of an account from a row.
type accountRow struct {
	account          joinery.Account
	origin           string
	created, updated int64
}

func (a *accountRow) dest() []any {
	return []any{
		&a.account.ID, &a.account.Email, &a.account.Username, &a.account.DisplayName, &a.account.Protected, &a.origin,
		&a.account.ConnectionID, &a.created, &a.updated, &a.account.MergedInto,
	}
}

func (a *accountRow) value() *joinery.Account {
	a.account.Origin = joinery.Origin(a.origin)
	a.account.Created, a.account.Updated = fromMillis(a.created), fromMillis(a.updated)
	return &a.account
}

func scanAccount(r rows) (*joinery.Account, error) {
	var row accountRow
	if err := r.Scan(row.dest()...); err != nil {
		return nil, err
	}
	return row.value(), nil
}
