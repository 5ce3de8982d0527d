package sqldb

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

// caseTexts are the statements about cases.
type caseTexts struct {
	casesByKeys, lockCasesByKeys string // $1 connection, $2 list of keys
	insertCaseKeys               string // $1 connection, $2 case, $3 list of keys
}

func newCaseTexts(d *dialect) caseTexts {
	byKeys := func(lock string) string {
		found := d.each(`$2`) + d.join(`case_keys`, `k`, `k.connection_id = $1 AND k.key = e.value`)
		return `SELECT ` + caseColumns + ` FROM ` + d.lookUp(found, `cases`, `c`, `c.connection_id = $1 AND c.id = k.case_id`, lock)
	}
	return caseTexts{
		casesByKeys:     byKeys(``),
		lockCasesByKeys: byKeys(d.lock),
		insertCaseKeys:  `INSERT INTO case_keys (connection_id, key, case_id) SELECT $1, e.value, $2 FROM ` + d.each(`$3`),
	}
}

func (t *tx) InsertCase(c *joinery.Case) error {
	values, err := caseArgs(c)
	if err != nil {
		return err
	}
	err = t.write(statement{
		text: `INSERT INTO cases (connection_id, id, rule, status, attempts, attribute, value, subject_key, holder_id, holder_user_id,
				last_seen_at, closed_at, resolution, confirmed_at, subject, trace, request, history, code, organization_id, reason, opened_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		args:  append(values, c.Code, c.OrganizationID, string(c.Reason), millis(c.Opened)),
		taken: joinery.ErrCollision,
	})
	if err != nil {
		return err
	}
	return t.insertKeysOf(c)
}

func (t *tx) UpdateCase(c *joinery.Case) error {
	values, err := caseArgs(c)
	if err != nil {
		return err
	}
	err = t.must(statement{
		text: `UPDATE cases SET rule = $3, status = $4, attempts = $5, attribute = $6, value = $7, subject_key = $8, holder_id = $9,
				holder_user_id = $10, last_seen_at = $11, closed_at = $12, resolution = $13, confirmed_at = $14,
				subject = $15, trace = $16, request = $17, history = $18
			WHERE connection_id = $1 AND id = $2`,
		args:    values,
		taken:   joinery.ErrCollision,
		missing: notFound("case", c.ID),
	})
	if err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM case_keys WHERE connection_id = $1 AND case_id = $2`, c.ConnectionID, c.ID); err != nil {
		return err
	}
	return t.insertKeysOf(c)
}

// insertKeysOf lets a case be found by its keys, while it is unsettled.
func (t *tx) insertKeysOf(c *joinery.Case) error {
	if !unsettled(c) {
		return nil
	}
	return t.exec(t.insertCaseKeys, c.ConnectionID, c.ID, t.d.list(caseKeys(subjectKeys(c))))
}

func (t *tx) Case(idOrCode string) (*joinery.Case, error) {
	missing := joinery.Errorf(joinery.NotFound, "not_found", "There is no case with the id or code %q.", idOrCode)
	if !storable(idOrCode) {
		return nil, missing
	}
	c, err := locked(t, scanCase, `SELECT `+caseColumns+` FROM cases c WHERE c.id = $1 OR c.code = $2`, idOrCode, strings.ToUpper(idOrCode))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, missing
	}
	return c, err
}

func (t *tx) UnsettledCases(connectionID string, keys joinery.CaseKeys) ([]*joinery.Case, error) {
	list, err := t.casesOf(connectionID, caseKeys(keys))
	return slices.DeleteFunc(list, func(c *joinery.Case) bool { return !unsettled(c) || !sameSubject(subjectKeys(c), keys) }), err
}

func (t *tx) ResolvedCases(connectionID string, userIDs []string) ([]*joinery.Case, error) {
	var keys []string
	for _, id := range userIDs {
		keys = append(keys, caseKeys(joinery.CaseKeys{UserID: id})...)
	}
	list, err := t.casesOf(connectionID, keys)
	return slices.DeleteFunc(list, func(c *joinery.Case) bool { return c.Status != joinery.CaseResolved || !unsettled(c) }), err
}

// casesOf reads the cases with one of the keys, oldest first, locked in an
// Update: as they are then, which may be settled.
func (t *tx) casesOf(connectionID string, keys []string) ([]*joinery.Case, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	text := t.casesByKeys
	if t.writes {
		text = t.lockCasesByKeys
	}
	list, err := scanAll(t, scanCase, query{text: text, args: args{connectionID, t.d.list(keys)}, writes: t.writes})
	slices.SortFunc(list, func(a, b *joinery.Case) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(list, func(a, b *joinery.Case) bool { return a.ID == b.ID }), err
}

func (t *tx) Cases(q joinery.CaseQuery) ([]*joinery.Case, error) {
	var where conditions
	where.is(`c.organization_id`, q.OrganizationID)
	where.is(`c.connection_id`, q.ConnectionID)
	where.is(`c.status`, string(q.Status))
	where.is(`c.reason`, string(q.Reason))
	where.is(`c.holder_id`, q.HolderID)
	where.text(`c.id <`, q.After)
	if where.never {
		return nil, nil
	}
	return collect(t, scanCase, `SELECT `+caseColumns+` FROM cases c`+where.clause()+` ORDER BY c.id DESC`+limitTo(q.Limit), where.args...)
}

// unsettled reports whether a case is open, or resolved and not confirmed.
func unsettled(c *joinery.Case) bool {
	return c.Status == joinery.CaseOpen || c.Status == joinery.CaseResolved && c.Confirmed == nil
}

// subjectKeys are what a case knows its subject by.
func subjectKeys(c *joinery.Case) joinery.CaseKeys {
	return joinery.CaseKeys{
		ExternalID: c.Subject.ExternalID,
		UserName:   scim.Fold(c.Subject.UserName),
		Email:      scim.Fold(c.Subject.Email),
		Subject:    scim.Fold(c.Subject.Subject),
		UserID:     c.Subject.UserID,
	}
}

// sameSubject is the rule of joinery.CaseKeys.
func sameSubject(a, b joinery.CaseKeys) bool {
	same := func(a, b string) bool { return a != "" && a == b }
	switch {
	case same(a.UserID, b.UserID):
		return true
	case a.ExternalID != "" && b.ExternalID != "":
		return a.ExternalID == b.ExternalID
	}
	return same(a.UserName, b.UserName) || same(a.Email, b.Email) || same(a.Subject, b.Subject)
}
