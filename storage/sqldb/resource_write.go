package sqldb

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/joineryhq/joinery"
)

const insertResource = `INSERT INTO resources
	(connection_id, resource_type, id, version, created_at, modified_at, deleted_at, unique_key, external_id, display, active, emails, body, search)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

func (t *tx) InsertResource(r *joinery.Resource) error {
	emails := emailList(r.Keys.Emails)
	err := t.write(statement{
		text: insertResource,
		args: []any{
			r.ConnectionID, r.Type, r.ID, r.Version, millis(r.Created), millis(r.LastModified), optionalMillis(r.Deleted),
			optional(r.Keys.Unique), optional(r.Keys.ExternalID), optional(r.Keys.Display), r.Keys.Active, optional(emails), r.Body, searchText(r),
		},
		taken: joinery.ErrCollision,
	})
	if err != nil {
		return err
	}
	if r.Deleted == nil {
		t.count(r.ConnectionID, r.Type, 1)
	}
	t.remember(r.ID, emails, r.Deleted == nil)
	return t.insertEmails(r.ConnectionID, r.ID, emails)
}

func (t *tx) UpdateResource(r *joinery.Resource) error {
	emails := emailList(r.Keys.Emails)
	former, known := t.emails[r.ID]
	changed := !known || former != emails
	if changed {
		if err := t.exec(t.deleteEmails, r.ConnectionID, r.Type, r.ID); err != nil {
			return err
		}
	}
	if !known {
		// It was not read as a live resource, so it may be a tombstone.
		if err := t.exec(t.countRevived, r.ConnectionID, r.Type, r.ID, r.Deleted == nil); err != nil {
			return err
		}
	} else if r.Deleted != nil {
		t.count(r.ConnectionID, r.Type, -1)
	}
	err := t.save(known, r, statement{
		text: `UPDATE resources SET version = $4, modified_at = $5, deleted_at = $6, unique_key = $7, external_id = $8, display = $9,
			active = $10, emails = $11, body = $12, search = $13
			WHERE connection_id = $1 AND resource_type = $2 AND id = $3`,
		args: []any{
			r.ConnectionID, r.Type, r.ID, r.Version, millis(r.LastModified), optionalMillis(r.Deleted),
			optional(r.Keys.Unique), optional(r.Keys.ExternalID), optional(r.Keys.Display), r.Keys.Active, optional(emails), r.Body, searchText(r),
		},
		taken: joinery.ErrCollision,
	})
	if err != nil {
		return err
	}
	t.remember(r.ID, emails, r.Deleted == nil)
	if !changed {
		return nil
	}
	return t.insertEmails(r.ConnectionID, r.ID, emails)
}

func (t *tx) TouchResource(connectionID, resourceType, id string, at time.Time) error {
	return t.must(statement{
		text:    t.touchResource,
		args:    []any{connectionID, resourceType, id, millis(at)},
		missing: notFound(resourceType, id),
	})
}

func (t *tx) TouchResources(connectionID, resourceType string, ids []string, at time.Time) error {
	for _, id := range ids {
		if err := t.exec(t.touchResource, connectionID, resourceType, id, millis(at)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) DeleteResource(r *joinery.Resource, at time.Time) error {
	_, known := t.emails[r.ID]
	t.remember(r.ID, "", false)
	t.count(r.ConnectionID, r.Type, -1)
	return t.save(known, r, statement{
		text: `UPDATE resources SET version = version + 1, modified_at = $4, deleted_at = $4
			WHERE connection_id = $1 AND resource_type = $2 AND id = $3 AND deleted_at IS NULL`,
		args: []any{r.ConnectionID, r.Type, r.ID, millis(at)},
	})
}

// save runs a statement that changes a resource: later where it is known to be
// there, since the transaction has read and locked it.
func (t *tx) save(known bool, r *joinery.Resource, s statement) error {
	if known {
		return t.write(s)
	}
	return t.immediately(s, notFound(r.Type, r.ID))
}

// searchText is Keys.Search, an empty object where there is none.
func searchText(r *joinery.Resource) string {
	if len(r.Keys.Search) == 0 {
		return "{}"
	}
	return string(r.Keys.Search)
}

// emailList writes emails as resources.emails holds them, "" for none.
func emailList(emails []string) string {
	if len(emails) == 0 {
		return ""
	}
	emails = slices.Compact(slices.Sorted(slices.Values(emails)))
	data, _ := json.Marshal(emails) // strings always encode
	return string(data)
}

func (t *tx) insertEmails(connectionID, id, emails string) error {
	if emails == "" {
		return nil
	}
	return t.exec(t.resourceTexts.insertEmails, connectionID, id, emails)
}

// remember keeps what resources.emails of a live resource is; a tombstone is forgotten.
func (t *tx) remember(id, emails string, live bool) {
	if !live {
		delete(t.emails, id)
		return
	}
	if t.emails == nil {
		t.emails = map[string]string{}
	}
	t.emails[id] = emails
}

// countDelta is a change of a number in resource_counts.
type countDelta struct {
	connectionID, resourceType string
	n                          int64
}

// count notes that the number of live resources changes. It is written last,
// so that the row is not kept locked for longer than the commit takes.
func (t *tx) count(connectionID, resourceType string, n int64) {
	for i := range t.counts {
		if c := &t.counts[i]; c.connectionID == connectionID && c.resourceType == resourceType {
			c.n += n
			return
		}
	}
	t.counts = append(t.counts, countDelta{connectionID, resourceType, n})
}

// queueCounts queues the noted changes, in one order for all, lest two
// transactions wait for one another.
func (t *tx) queueCounts() {
	slices.SortFunc(t.counts, func(a, b countDelta) int {
		return cmp.Or(cmp.Compare(a.connectionID, b.connectionID), cmp.Compare(a.resourceType, b.resourceType))
	})
	for _, c := range t.counts {
		if c.n != 0 {
			t.queue = append(t.queue, statement{text: t.addCount, args: []any{c.connectionID, c.resourceType, c.n}})
		}
	}
	t.counts = nil
}
