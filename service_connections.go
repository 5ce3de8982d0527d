package joinery

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

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
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, err := tx.Organization(organizationID); err != nil {
			return err
		}
		return tx.InsertConnection(c)
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
}

// UpdateConnection changes a connection. Once it returns, every server goes by it.
func (s *Service) UpdateConnection(ctx context.Context, id string, change ConnectionChange) (c *Connection, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		if c, err = tx.Connection(id); err != nil {
			return err
		}
		if err := s.change(c, change); err != nil {
			return err
		}
		return tx.UpdateConnection(c)
	})
	if err != nil {
		return nil, err
	}
	return c, s.forget(ctx, id)
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
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, err := tx.Connection(id); err != nil {
			return err
		}
		return tx.DeleteConnection(id)
	})
	if err != nil {
		return err
	}
	return s.forget(ctx, id)
}
