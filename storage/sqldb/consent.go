package sqldb

import (
	"database/sql"
	"errors"
	"time"

	"github.com/joineryhq/joinery"
)

func (t *tx) InsertConsent(caseID string, hash joinery.TokenHash, expires time.Time) error {
	return t.exec(`INSERT INTO consents (hash, case_id, expires_at) VALUES ($1, $2, $3)`, hashText(hash), caseID, millis(expires))
}

func (t *tx) Consent(hash joinery.TokenHash, at time.Time) (string, error) {
	id, err := one(t, scanText, `SELECT case_id FROM consents WHERE hash = $1 AND expires_at > $2`, hashText(hash), millis(at))
	if errors.Is(err, sql.ErrNoRows) {
		return "", joinery.Errorf(joinery.NotFound, "not_found", "This link was used, was taken back, or has expired. Ask for another one.")
	}
	return id, err
}

func (t *tx) DeleteConsents(caseID string) error {
	return t.exec(`DELETE FROM consents WHERE case_id = $1`, caseID)
}
