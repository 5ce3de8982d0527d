package sqldb

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/joineryhq/joinery"
)

const handleColumns = `h.kind, h.key, h.value, h.account_id, h.since, h.until`

// handleTexts are the statements about handles.
type handleTexts struct {
	handleHolders string // $1 a time, $2 list of emails, $3 one of usernames
	handlesOf     string // $1 list of accounts
}

func newHandleTexts(d *dialect) handleTexts {
	held := func(kind joinery.HandleKind, list string) string {
		return `SELECT ` + handleColumns + ` FROM ` + d.lookUp(d.each(list), `handles`, `h`,
			`h.kind = '`+string(kind)+`' AND h.key = e.value AND (h.until IS NULL OR h.until > $1)`, ``)
	}
	return handleTexts{
		handleHolders: held(joinery.EmailHandle, `$2`) + ` UNION ALL ` + held(joinery.UsernameHandle, `$3`),
		handlesOf:     `SELECT ` + handleColumns + ` FROM ` + d.lookUp(d.each(`$1`), `handles`, `h`, `h.account_id = e.value`, ``),
	}
}

func (t *tx) Handles(accountIDs ...string) ([]*joinery.Handle, error) {
	list, err := collect(t, scanHandle, t.handlesOf, t.d.list(distinct(accountIDs)))
	slices.SortFunc(list, func(a, b *joinery.Handle) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	return list, err
}

func (t *tx) HandleHolders(keys []joinery.HandleKey, at time.Time) (map[joinery.HandleKey]*joinery.Handle, error) {
	var emails, usernames []string
	for _, key := range keys {
		if key.Kind == joinery.EmailHandle {
			emails = append(emails, storedKey(key))
		} else {
			usernames = append(usernames, storedKey(key))
		}
	}
	list, err := collect(t, scanHandle, t.handleHolders, millis(at), t.d.list(emails), t.d.list(usernames))
	holders := make(map[joinery.HandleKey]*joinery.Handle, len(list))
	for _, h := range list {
		holders[h.HandleKey] = h
	}
	return holders, err
}

// HoldHandle fails by a NULL, as dialect.isMissing tells, where another account
// has the handle.
func (t *tx) HoldHandle(h *joinery.Handle, at time.Time) error {
	return t.write(statement{
		text: `INSERT INTO handles (kind, key, value, account_id, since, until) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, since = excluded.since, until = excluded.until,
			account_id = CASE WHEN handles.account_id = excluded.account_id OR handles.until <= $7 THEN excluded.account_id END`,
		args:    []any{string(h.Kind), storedKey(h.HandleKey), h.Value, h.AccountID, millis(h.Since), optionalMillis(h.Until), millis(at)},
		missing: joinery.ErrCollision,
	})
}

func (t *tx) DropHandle(key joinery.HandleKey, accountID string) error {
	return t.exec(`DELETE FROM handles WHERE kind = $1 AND key = $2 AND account_id = $3`, string(key.Kind), storedKey(key), accountID)
}

func (t *tx) MoveHandle(key joinery.HandleKey, from, to string) (bool, error) {
	moved, err := change(t, scanNumber, `UPDATE handles SET account_id = $4 WHERE kind = $1 AND key = $2 AND account_id = $3 RETURNING 1`,
		string(key.Kind), storedKey(key), from, to)
	return len(moved) > 0, err
}

// HandlesAtDomain reads one range of the keys: those that begin with the domain
// and "@", up to "A", which follows "@".
func (t *tx) HandlesAtDomain(domain, after string, limit int) ([]*joinery.Handle, error) {
	from := domain + "@"
	if after != "" {
		from = storedKey(joinery.HandleKey{Kind: joinery.EmailHandle, Key: after})
	}
	return collect(t, scanHandle, `SELECT `+handleColumns+` FROM handles h
		WHERE h.kind = 'email' AND h.key > $1 AND h.key < $2 AND h.until IS NULL ORDER BY h.key`+limitTo(limit), from, domain+"A")
}

// storedKey is a key as handles.key holds it: of an email its domain, "@" and
// what stands before.
func storedKey(key joinery.HandleKey) string {
	if i := strings.LastIndexByte(key.Key, '@'); i >= 0 && key.Kind == joinery.EmailHandle {
		return key.Key[i+1:] + "@" + key.Key[:i]
	}
	return key.Key
}

// givenKey undoes storedKey.
func givenKey(kind joinery.HandleKind, stored string) joinery.HandleKey {
	if domain, local, found := strings.Cut(stored, "@"); found && kind == joinery.EmailHandle {
		stored = local + "@" + domain
	}
	return joinery.HandleKey{Kind: kind, Key: stored}
}

func scanHandle(r rows) (*joinery.Handle, error) {
	var h joinery.Handle
	var kind, key string
	var since int64
	var until *int64
	err := r.Scan(&kind, &key, &h.Value, &h.AccountID, &since, &until)
	h.HandleKey = givenKey(joinery.HandleKind(kind), key)
	h.Since, h.Until = fromMillis(since), fromOptionalMillis(until)
	return &h, err
}
