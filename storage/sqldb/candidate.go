package sqldb

import (
	"strings"

	"github.com/joineryhq/joinery"
)

// candidateTexts are the parts of the statement that finds candidates. $1 is
// the connection, $2 the type; the other parameters depend on the keys.
type candidateTexts struct {
	candidateColumns string
}

func newCandidateTexts(*dialect) candidateTexts {
	return candidateTexts{candidateColumns: `r.id, r.version, r.created_at, COALESCE(r.unique_key, '') AS unique_key, COALESCE(r.external_id, '') AS external_id, r.deleted_at`}
}

// Candidates runs one statement of index look-ups: one for each key among the
// live and one among the deleted, since no index has both. In an Update the
// candidates are locked, so that two creates do not return as the same tombstone.
func (t *tx) Candidates(connectionID, resourceType string, keys joinery.Keys, refs []string) (*joinery.Candidates, error) {
	p := &candidateQuery{d: t.d, args: args{connectionID, resourceType}}
	p.key(`unique_key`, keys.Unique)
	p.key(`external_id`, keys.ExternalID)
	email := p.emails(keys.Emails)
	pending := p.pending(refs)

	text := `SELECT p.pending, c.* FROM (SELECT ` + pending + ` AS pending) p LEFT JOIN (
		SELECT ` + t.candidateColumns + `, ` + email + ` AS email FROM resources r
		WHERE r.connection_id = $1 AND r.resource_type = $2 AND ` + p.ids() + t.lockIfWriting() + `) c ON true`
	found := &joinery.Candidates{}
	list, err := collect(t, func(r rows) (*joinery.Candidate, error) { return scanCandidate(r, found) }, text, p.args...)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c != nil {
			found.Resources = append(found.Resources, *c)
		}
	}
	return found, nil
}

func (t *tx) lockIfWriting() string {
	if t.writes {
		return t.d.lock
	}
	return ""
}

// candidateQuery gathers the look-ups for the keys that there are.
type candidateQuery struct {
	d       *dialect
	args    args
	selects []string // each of ids
}

func (q *candidateQuery) key(column, value string) {
	if value == "" {
		return
	}
	param := q.args.add(value)
	for _, state := range []string{`IS NULL`, `IS NOT NULL`} {
		q.selects = append(q.selects, `SELECT id FROM resources WHERE connection_id = $1 AND resource_type = $2 AND `+column+` = `+param+` AND deleted_at `+state)
	}
}

// emails adds the look-up by email and returns the expression that says whether r was found by it.
func (q *candidateQuery) emails(emails []string) string {
	if len(emails) == 0 {
		return `false`
	}
	holders := `SELECT resource_id FROM user_emails WHERE connection_id = $1 AND ` + q.d.in(`email`, q.args.add(q.d.list(emails)))
	q.selects = append(q.selects, holders)
	return q.d.inSelect(`r.id`, holders)
}

func (q *candidateQuery) pending(refs []string) string {
	if len(refs) == 0 {
		return `false`
	}
	return `EXISTS (SELECT 1 FROM pending_members WHERE connection_id = $1 AND ` + q.d.in(`ref`, q.args.add(q.d.list(refs))) + `)`
}

func (q *candidateQuery) ids() string {
	if len(q.selects) == 0 {
		return `false`
	}
	return q.d.inSelect(`r.id`, strings.Join(q.selects, ` UNION ALL `))
}

// scanCandidate returns nil for the row that only says whether anything is pending.
func scanCandidate(r rows, found *joinery.Candidates) (*joinery.Candidate, error) {
	var id, unique, external *string
	var version, created, deleted *int64
	var email *bool
	if err := r.Scan(&found.Pending, &id, &version, &created, &unique, &external, &deleted, &email); err != nil || id == nil {
		return nil, err
	}
	return &joinery.Candidate{
		ID: *id, Version: *version, Created: fromMillis(*created), Unique: *unique, ExternalID: *external,
		Email: *email, Deleted: fromOptionalMillis(deleted),
	}, nil
}
