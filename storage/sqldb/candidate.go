package sqldb

import (
	"slices"
	"strings"

	"github.com/joineryhq/joinery"
)

const candidateColumns = `r.id, r.version, r.created_at, r.unique_key, r.external_id, r.active, r.deleted_at`

// Candidates runs one statement of index look-ups: one for each key among the
// live and one among the deleted, since no index has both.
func (t *tx) Candidates(connectionID, resourceType string, keys joinery.Keys, refs joinery.MemberRefs) (*joinery.Candidates, error) {
	q := &candidateQuery{d: t.d, args: args{connectionID}, resourceType: resourceType}
	q.key(`unique_key`, keys.Unique)
	q.key(`external_id`, keys.ExternalID)
	q.emails(keys.Emails)
	q.pending(refs)
	q.gone()
	if t.writes {
		if err := t.lock(t.d.lockShared, connectionID); err != nil {
			return nil, err
		}
	}
	found, err := t.candidates(query{text: strings.Join(q.selects, ` UNION ALL `), args: q.args})
	if err != nil || !t.writes || t.d.lock == "" {
		return found, err
	}
	return found, t.lockReturning(connectionID, resourceType, found)
}

// candidates runs a query and puts what it finds of one resource together.
func (t *tx) candidates(q query) (*joinery.Candidates, error) {
	found := &joinery.Candidates{}
	at := map[string]int{}
	_, err := scanAll(t, func(r rows) (struct{}, error) {
		c, err := scanCandidate(r)
		switch i, seen := at[c.ID]; {
		case err != nil:
		case c.ID == "" && c.Email:
			found.Gone = true
		case c.ID == "":
			found.Pending = true
		case seen:
			found.Resources[i].Email = found.Resources[i].Email || c.Email
		default:
			at[c.ID] = len(found.Resources)
			found.Resources = append(found.Resources, c)
		}
		return struct{}{}, err
	}, q)
	return found, err
}

// lockReturning locks the candidates that a create may return as and brings them
// up to date, so that two creates do not return as the same one, nor one as what
// was purged. Others need no lock: that a key is free is seen to by its index.
func (t *tx) lockReturning(connectionID, resourceType string, found *joinery.Candidates) error {
	var returning []string
	sharesEmail := map[string]bool{}
	for _, c := range found.Resources {
		if mayReturnAs(c) {
			returning, sharesEmail[c.ID] = append(returning, c.ID), c.Email
		}
	}
	if len(returning) == 0 {
		return nil
	}
	slices.Sort(returning) // lest two that lock the same wait for each other
	now, err := t.candidates(query{
		text: `SELECT ` + candidateColumns + `, false FROM ` +
			t.d.lookUp(t.d.each(`$3`), `resources`, `r`, `r.connection_id = $1 AND r.resource_type = $2 AND r.id = e.value`, t.d.lock),
		args:   args{connectionID, resourceType, t.d.list(returning)},
		writes: true,
	})
	found.Resources = slices.DeleteFunc(found.Resources, mayReturnAs)
	for _, c := range now.Resources {
		c.Email = sharesEmail[c.ID]
		found.Resources = append(found.Resources, c)
	}
	return err
}

// mayReturnAs reports whether a candidate was deleted, or may be one that only
// sign-ins made.
func mayReturnAs(c joinery.Candidate) bool { return c.Deleted != nil || c.Email && c.ExternalID == "" }

// candidateQuery gathers the look-ups for the keys that there are.
type candidateQuery struct {
	d            *dialect
	args         args
	resourceType string
	ofType       string // the condition on r, once it is asked for: $2 must not be there in vain
	selects      []string
}

func (q *candidateQuery) typed() string {
	if q.ofType == "" {
		q.ofType = `r.connection_id = $1 AND r.resource_type = ` + q.args.add(q.resourceType) + ` AND `
	}
	return q.ofType
}

func (q *candidateQuery) key(column, value string) {
	if value == "" {
		return
	}
	one := `SELECT ` + candidateColumns + `, false FROM resources r WHERE ` + q.typed() + `r.` + column + ` = ` + q.args.add(value)
	q.selects = append(q.selects, one+` AND r.deleted_at IS NULL`, one+` AND r.deleted_at IS NOT NULL`)
}

func (q *candidateQuery) emails(emails []string) {
	for _, email := range emails {
		holders := `(SELECT resource_id AS value FROM user_emails WHERE connection_id = $1 AND email = ` + q.args.add(email) + `) e`
		q.selects = append(q.selects, `SELECT `+candidateColumns+`, true FROM `+q.d.lookUp(holders, `resources`, `r`, q.typed()+`r.id = e.value`, ``))
	}
}

// pending adds what selects a row without an id where one of the refs is pending.
func (q *candidateQuery) pending(refs joinery.MemberRefs) {
	const one = `EXISTS (SELECT 1 FROM pending_members p WHERE p.connection_id = $1 AND p.`
	var some []string
	for _, ref := range refs.Exact {
		some = append(some, one+`ref = `+q.args.add(ref)+`)`)
	}
	if refs.Name != "" {
		some = append(some, one+`name = `+q.args.add(refs.Name)+`)`)
	}
	if len(some) > 0 {
		q.selects = append(q.selects, `SELECT '', 0, 0, NULL, NULL, false, NULL, false WHERE `+strings.Join(some, ` OR `))
	}
}

// gone adds what selects a row without an id where there is no such connection.
func (q *candidateQuery) gone() {
	q.selects = append(q.selects, `SELECT '', 0, 0, NULL, NULL, false, NULL, true WHERE NOT EXISTS (SELECT 1 FROM connections c WHERE c.id = $1)`)
}

// lock makes the transaction wait for its turn on a connection. What it reads
// afterwards is what the others have written.
func (t *tx) lock(text, connectionID string) error {
	if text == "" {
		return nil
	}
	return t.exec(text, connectionID)
}

// scanCandidate returns one without an id for the rows that say that something
// is pending, or that the connection is gone.
func scanCandidate(r rows) (c joinery.Candidate, err error) {
	var unique, external *string
	var created int64
	var deleted *int64
	if err := r.Scan(&c.ID, &c.Version, &created, &unique, &external, &c.Active, &deleted, &c.Email); err != nil {
		return c, err
	}
	c.Created, c.Deleted = fromMillis(created), fromOptionalMillis(deleted)
	if unique != nil {
		c.Unique = *unique
	}
	if external != nil {
		c.ExternalID = *external
	}
	return c, nil
}
