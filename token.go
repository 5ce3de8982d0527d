package joinery

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

// Token lets an identity provider act on one connection. The secret is shown
// once, when it is made; only its hash is kept.
type Token struct {
	ID           string
	ConnectionID string
	Name         string
	Hash         TokenHash
	Created      time.Time
	CreatedBy    string     // who made it, such as "admin"
	Expires      *time.Time // nil: never
	LastUsed     *time.Time // to the minute; nil: never
}

// TokenHash is the SHA-256 of a secret. Secrets have 256 random bits, so that
// a plain hash suffices and can be looked up by index: the look-up compares
// hashes, never secrets, and so tells nothing by its time.
type TokenHash [sha256.Size]byte

// HashToken hashes a secret.
func HashToken(secret string) TokenHash { return sha256.Sum256([]byte(secret)) }

// Prefixes of secrets, so that a leaked one can be recognised by scanners.
const (
	scimTokenPrefix  = "jscim-"
	adminTokenPrefix = "jadmin-"
)

// newSecret makes a secret that no underscore or other character needing
// escapes can spoil in an IdP's form.
func newSecret(prefix string) string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	return prefix + strings.ReplaceAll(base64.RawURLEncoding.EncodeToString(random[:]), "_", "-")
}

// Expired reports whether the token has expired at the time now.
func (t *Token) Expired(now time.Time) bool { return t.Expires != nil && !now.Before(*t.Expires) }

// TokenTx is the part of a transaction that concerns tokens.
type TokenTx interface {
	InsertToken(*Token) error
	// Tokens lists a connection's tokens by id.
	Tokens(connectionID string) ([]*Token, error)
	// TokenByHash finds a token and its connection in one statement. It fails
	// with NotFound.
	TokenByHash(TokenHash) (*Token, *Connection, error)
	// DeleteToken fails with NotFound.
	DeleteToken(connectionID, id string) error
	// TouchToken sets LastUsed.
	TouchToken(connectionID, id string, at time.Time) error

	// AdminTokenExists reports whether any admin token was ever stored.
	AdminTokenExists() (bool, error)
	// InsertAdminToken stores the hash of a token of the admin API.
	InsertAdminToken(id, name string, hash TokenHash, created time.Time) error
	// AdminToken returns the id and name of the admin token with this hash, or NotFound.
	AdminToken(hash TokenHash) (id, name string, err error)
}
