package sqldb

import (
	"database/sql"
	"errors"

	"github.com/joineryhq/joinery"
)

func (t *tx) Resource(connectionID, resourceType, id string, withRows bool, baseURL string) (*joinery.Resource, error) {
	if !storable(id) {
		return nil, notFound(resourceType, id)
	}
	text, args := `SELECT `+t.columns, []any{connectionID, resourceType, id}
	scan := resourceScan{connectionID: connectionID, resourceType: resourceType, keys: true}
	if withRows {
		if subselect := t.rowsOf(resourceType, `$4`); subselect != "" {
			text, args, scan.rows = text+`, `+subselect, append(args, baseURL), true
		}
	}
	if t.writes {
		text, scan.tx = text+`, COALESCE(r.emails, '')`, t
	}
	list, err := scanAll(t, scan.scan, query{text: text + t.oneResource + t.lockIfWriting(), args: args, writes: t.writes})
	r, err := first(list, err)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound(resourceType, id)
	}
	return r, err
}

// lockIfWriting ends a SELECT FROM resources r.
func (t *tx) lockIfWriting() string {
	if t.writes {
		return t.d.lock
	}
	return ""
}

// resourceScan makes resources of rows with resourceTexts.columns, or without
// keys of those with listColumns, and after them, where wanted, the rows, and the emails for tx to remember.
type resourceScan struct {
	connectionID, resourceType string
	keys                       bool // the columns of Keys are there
	rows                       bool
	tx                         *tx
	more                       []any // destinations of further columns
	dest                       []any // to be used again
}

func (s *resourceScan) scan(from rows) (*joinery.Resource, error) {
	r := &joinery.Resource{ConnectionID: s.connectionID, Type: s.resourceType}
	var created, modified int64
	var emails string
	dest := append(s.dest[:0], &r.ID, &r.Version, &created, &modified, &r.Body)
	if s.keys {
		dest = append(dest, &r.Keys.Unique, &r.Keys.ExternalID, &r.Keys.Display, &r.Keys.Active)
	}
	if s.rows {
		dest = append(dest, &r.Rows)
	}
	if s.tx != nil {
		dest = append(dest, &emails)
	}
	dest = append(dest, s.more...)
	s.dest = dest
	if err := from.Scan(dest...); err != nil {
		return nil, err
	}
	r.Created, r.LastModified = fromMillis(created), fromMillis(modified)
	if s.tx != nil {
		s.tx.remember(r.ID, emails, true)
	}
	return r, nil
}
