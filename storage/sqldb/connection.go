package sqldb

import (
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/joineryhq/joinery"
)

const (
	connectionColumns = `c.id, c.organization_id, c.name, c.idp, c.strict, c.policy, c.created_at`
	selectConnection  = `SELECT ` + connectionColumns + ` FROM connections c`
)

func (t *tx) InsertConnection(c *joinery.Connection) error {
	policy, err := json.Marshal(c.Policy)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO connections (id, organization_id, name, idp, strict, policy, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.ID, c.OrganizationID, c.Name, c.IdP, c.Strict, string(policy), millis(c.Created))
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
		text: `UPDATE connections SET name = $2, idp = $3, strict = $4, policy = $5 WHERE id = $1`,
		args: []any{c.ID, c.Name, c.IdP, c.Strict, string(policy)},
	}, notFound("connection", c.ID))
}

func (t *tx) DeleteConnection(id string) error {
	if err := t.lock(t.d.lockAlone, id); err != nil {
		return err
	}
	for _, table := range []string{"tokens", "members", "pending_members", "user_emails", "resources", "resource_counts"} {
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
	return []any{&c.connection.ID, &c.connection.OrganizationID, &c.connection.Name, &c.connection.IdP, &c.connection.Strict, &c.policy, &c.created}
}

func (c *connectionRow) value() (*joinery.Connection, error) {
	c.connection.Created = fromMillis(c.created)
	c.connection.Policy = joinery.DefaultPolicy()
	return &c.connection, json.Unmarshal(c.policy, &c.connection.Policy)
}

func scanConnection(r rows) (*joinery.Connection, error) {
	var row connectionRow
	if err := r.Scan(row.dest()...); err != nil {
		return nil, err
	}
	return row.value()
}
