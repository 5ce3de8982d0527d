package sqldb

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/joineryhq/joinery"
)

const tokenColumns = `t.connection_id, t.id, t.name, t.hash, t.created_at, t.created_by, t.expires_at, t.last_used_at`

func hashText(hash joinery.TokenHash) string { return hex.EncodeToString(hash[:]) }

func (t *tx) InsertToken(token *joinery.Token) error {
	return t.exec(`INSERT INTO tokens (connection_id, id, name, hash, created_at, created_by, expires_at, last_used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		token.ConnectionID, token.ID, token.Name, hashText(token.Hash), millis(token.Created), token.CreatedBy,
		optionalMillis(token.Expires), optionalMillis(token.LastUsed))
}

func (t *tx) Tokens(connectionID string) ([]*joinery.Token, error) {
	return collect(t, func(r rows) (*joinery.Token, error) {
		var row tokenRow
		if err := r.Scan(row.dest()...); err != nil {
			return nil, err
		}
		return row.value()
	}, `SELECT `+tokenColumns+` FROM tokens t WHERE t.connection_id = $1 ORDER BY t.id`, connectionID)
}

func (t *tx) TokenByHash(hash joinery.TokenHash) (*joinery.Token, *joinery.Connection, error) {
	var connection *joinery.Connection
	token, err := one(t, func(r rows) (*joinery.Token, error) {
		var token tokenRow
		var row connectionRow
		if err := r.Scan(append(token.dest(), row.dest()...)...); err != nil {
			return nil, err
		}
		var err error
		if connection, err = row.value(); err != nil {
			return nil, err
		}
		return token.value()
	}, `SELECT `+tokenColumns+`, `+connectionColumns+` FROM tokens t JOIN connections c ON c.id = t.connection_id WHERE t.hash = $1`, hashText(hash))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, joinery.Errorf(joinery.NotFound, "not_found", "There is no such token.")
	}
	return token, connection, err
}

func (t *tx) DeleteToken(connectionID, id string) error {
	return t.immediately(statement{
		text: `DELETE FROM tokens WHERE connection_id = $1 AND id = $2`,
		args: []any{connectionID, id},
	}, notFound("token", id))
}

func (t *tx) TouchToken(connectionID, id string, at time.Time) error {
	return t.exec(`UPDATE tokens SET last_used_at = $3 WHERE connection_id = $1 AND id = $2`, connectionID, id, millis(at))
}

func (t *tx) AdminTokenExists() (bool, error) {
	return one(t, scanBool, `SELECT EXISTS (SELECT 1 FROM admin_tokens)`)
}

func (t *tx) InsertAdminToken(id, name string, hash joinery.TokenHash, created time.Time) error {
	return t.exec(`INSERT INTO admin_tokens (id, name, hash, created_at) VALUES ($1, $2, $3, $4)`, id, name, hashText(hash), millis(created))
}

func (t *tx) AdminToken(hash joinery.TokenHash) (id, name string, err error) {
	found, err := one(t, func(r rows) (text [2]string, err error) {
		return text, r.Scan(&text[0], &text[1])
	}, `SELECT id, name FROM admin_tokens WHERE hash = $1`, hashText(hash))
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", joinery.Errorf(joinery.NotFound, "not_found", "There is no such admin token.")
	}
	return found[0], found[1], err
}

// tokenRow takes the columns of a token from a row.
type tokenRow struct {
	token             joinery.Token
	hash              string
	created           int64
	expires, lastUsed *int64
}

func (row *tokenRow) dest() []any {
	t := &row.token
	return []any{&t.ConnectionID, &t.ID, &t.Name, &row.hash, &row.created, &t.CreatedBy, &row.expires, &row.lastUsed}
}

func (row *tokenRow) value() (*joinery.Token, error) {
	t := &row.token
	if n, err := hex.Decode(t.Hash[:], []byte(row.hash)); err != nil || n != len(t.Hash) {
		return nil, fmt.Errorf("sqldb: the stored hash of the token %s is damaged", t.ID)
	}
	t.Created = fromMillis(row.created)
	t.Expires, t.LastUsed = fromOptionalMillis(row.expires), fromOptionalMillis(row.lastUsed)
	return t, nil
}
