package sqldb

import (
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/joineryhq/joinery"
)

// What a connection has is asked for with an order, lest PostgreSQL goes through
// that of all connections to find the first.
const (
	connectionColumns = `c.id, c.organization_id, c.name, c.idp, c.strict, c.policy, c.observe, c.created_at,
		COALESCE((SELECT true FROM mappings any_mapping WHERE any_mapping.connection_id = c.id ORDER BY any_mapping.id LIMIT 1), false),
		COALESCE((SELECT true FROM case_keys any_key WHERE any_key.connection_id = c.id ORDER BY any_key.key LIMIT 1), false)`
	selectConnection = `SELECT ` + connectionColumns + ` FROM connections c`
)

func (t *tx) InsertConnection(c *joinery.Connection) error {
	policy, err := json.Marshal(c.Policy)
	if err != nil {
		return err
	}
	err = t.exec(`INSERT INTO connections (id, organization_id, name, idp, strict, policy, observe, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.ID, c.OrganizationID, c.Name, c.IdP, c.Strict, string(policy), c.Observe, millis(c.Created))
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO guards (connection_id, departed, users) VALUES ($1, 0, 0)`, c.ID)
}

func (t *tx) Connection(id string) (*joinery.Connection, error) {
	c, err := one(t, scanConnection, selectConnection+` WHERE c.id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("connection", id)
	}
	return c, err
}

func (t *tx) Connections(organizationID string) ([]*joinery.Connection, error) {
	return collect(t, scanConnection, selectConnection+` WHERE c.organization_id = $1 ORDER BY c.id`, organizationID)
}

func (t *tx) UpdateConnection(c *joinery.Connection) error {
	policy, err := json.Marshal(c.Policy)
	if err != nil {
		return err
	}
	return t.immediately(statement{
		text: `UPDATE connections SET name = $2, idp = $3, strict = $4, policy = $5, observe = $6 WHERE id = $1`,
		args: []any{c.ID, c.Name, c.IdP, c.Strict, string(policy), c.Observe},
	}, notFound("connection", c.ID))
}

func (t *tx) DeleteConnection(id string) error {
	if err := t.lock(t.d.lockAlone, id); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM consents WHERE case_id IN (SELECT c.id FROM cases c WHERE c.connection_id = $1)`, id); err != nil {
		return err
	}
	for _, table := range []string{
		"tokens", "members", "pending_members", "user_emails", "resources", "resource_counts", "links", "claims", "mappings",
		"cases", "case_keys", "guards", "departures", "requests",
	} {
		if err := t.exec(`DELETE FROM `+table+` WHERE connection_id = $1`, id); err != nil {
			return err
		}
	}
	return t.immediately(statement{
		text: `DELETE FROM connections WHERE id = $1`,
		args: []any{id},
	}, notFound("connection", id))
}

// connectionRow takes the columns of a connection from a row.
type connectionRow struct {
	connection joinery.Connection
	policy     []byte
	created    int64
}

func (c *connectionRow) dest() []any {
	into := &c.connection
	return []any{
		&into.ID, &into.OrganizationID, &into.Name, &into.IdP, &into.Strict, &c.policy, &into.Observe, &c.created,
		&into.Mapped, &into.Unsettled,
	}
}

func (c *connectionRow) value() (*joinery.Connection, error) {
	c.connection.Created = fromMillis(c.created)
	var err error
	c.connection.Policy, err = readPolicy(c.policy)
	return &c.connection, err
}

// readPolicy fills in what a policy did not have yet when it was written.
func readPolicy(stored []byte) (joinery.Policy, error) {
	p := joinery.DefaultPolicy()
	return p, json.Unmarshal(stored, &p)
}

func scanConnection(r rows) (*joinery.Connection, error) {
	var row connectionRow
	if err := r.Scan(row.dest()...); err != nil {
		return nil, err
	}
	return row.value()
}
