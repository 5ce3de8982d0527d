package joinery

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// ConnectionData is the payload of the audit's lines about a connection.
type ConnectionData struct {
	Name    string `json:"name"`
	IdP     string `json:"idp"`
	Strict  bool   `json:"strict"`
	Observe bool   `json:"observe"`
	Policy  Policy `json:"policy"`
}

func connectionData(c *Connection) ConnectionData {
	return ConnectionData{Name: c.Name, IdP: c.IdP, Strict: c.Strict, Observe: c.Observe, Policy: c.Policy}
}

// CreateConnection makes a connection of an organization. The policy is a JSON
// object with the keys that differ from DefaultPolicy, or nil.
func (s *Service) CreateConnection(ctx context.Context, organizationID, name, idp string, policy json.RawMessage) (*Connection, error) {
	c := &Connection{
		ID:             s.newID(),
		OrganizationID: organizationID,
		Name:           strings.TrimSpace(name),
		Policy:         DefaultPolicy(),
		Created:        s.clock(),
	}
	if err := s.change(c, ConnectionChange{IdP: &idp, Policy: policy}); err != nil {
		return nil, err
	}
	err := s.transact(ctx, Caller{Connection: c}, func(w *work) error {
		if _, err := w.tx.Organization(organizationID); err != nil {
			return err
		}
		if err := w.tx.InsertConnection(c); err != nil {
			return err
		}
		return w.audit(ConnectionCreated, c.OrganizationID, c.ID, connectionData(c), nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Connection returns a connection, or fails with NotFound.
func (s *Service) Connection(ctx context.Context, id string) (c *Connection, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		c, err = tx.Connection(id)
		return err
	})
	return c, err
}

// Connections lists an organization's connections by id.
func (s *Service) Connections(ctx context.Context, organizationID string) (list []*Connection, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		if _, err := tx.Organization(organizationID); err != nil {
			return err
		}
		list, err = tx.Connections(organizationID)
		return err
	})
	return list, err
}

// ConnectionChange holds what to change of a connection; nil leaves alone.
type ConnectionChange struct {
	Name   *string
	IdP    *string
	Strict *bool
	Policy json.RawMessage // a JSON object of the keys to change
	// Observe turned off brings all accounts in line with what was pushed.
	Observe *bool
}

// UpdateConnection changes a connection. Once it returns, every server goes by it.
func (s *Service) UpdateConnection(ctx context.Context, id string, change ConnectionChange) (c *Connection, err error) {
	err = s.transact(ctx, Caller{}, func(w *work) error {
		if c, err = w.connection(id); err != nil {
			return err
		}
		before := connectionData(c)
		if err := s.change(c, change); err != nil || connectionData(c) == before {
			return err
		}
		if err := w.tx.UpdateConnection(c); err != nil {
			return err
		}
		return w.audit(ConnectionUpdated, c.OrganizationID, c.ID, connectionData(c), before, nil)
	})
	if err != nil {
		return nil, err
	}
	if err := s.forget(ctx, id); err != nil || change.Observe == nil || *change.Observe {
		return c, err
	}
	// Who gave up waiting must not leave it half done.
	return c, s.settleObserved(context.WithoutCancel(ctx), c)
}

// connection reads the connection that events are about from then on.
func (w *work) connection(id string) (*Connection, error) {
	c, err := w.tx.Connection(id)
	w.c.Connection = c
	return c, err
}

func (s *Service) change(c *Connection, change ConnectionChange) error {
	if change.Name != nil {
		c.Name = strings.TrimSpace(*change.Name)
	}
	if change.IdP != nil {
		if !slices.Contains(s.idps, *change.IdP) {
			return invalidField("idp", "There is no IdP profile %q. Known are: %s.", *change.IdP, strings.Join(s.idps, ", "))
		}
		c.IdP = *change.IdP
	}
	if change.Strict != nil {
		c.Strict = *change.Strict
	}
	if change.Observe != nil {
		c.Observe = *change.Observe
	}
	if len(change.Policy) > 0 {
		policy, err := c.Policy.merge(change.Policy)
		if err != nil {
			return err
		}
		c.Policy = policy
	}
	return c.Validate()
}

// DeleteConnection removes a connection with all that was pushed through it.
// Its events stay.
func (s *Service) DeleteConnection(ctx context.Context, id string) error {
	err := s.transact(ctx, Caller{}, func(w *work) error {
		c, err := w.connection(id)
		if err != nil {
			return err
		}
		if err := w.tx.DeleteConnection(id); err != nil {
			return err
		}
		return w.audit(ConnectionDeleted, c.OrganizationID, c.ID, connectionData(c), nil, nil)
	})
	if err != nil {
		return err
	}
	return s.forget(ctx, id)
}
