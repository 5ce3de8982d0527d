package joinery

import (
	"context"
	"slices"

	"github.com/joineryhq/joinery/scim"
)

// NewMapping is a mapping to make. It names the group by id or by name.
type NewMapping struct{ GroupID, GroupName, Target, Role string }

// MappingView is a mapping with whether its group was ever seen: pushed, or
// claimed by a sign-in.
type MappingView struct {
	*Mapping
	Seen bool
}

// MappingData is the payload of the audit's lines about a mapping.
type MappingData struct {
	GroupID   string `json:"group_id,omitempty"`
	GroupName string `json:"group"`
	Target    string `json:"target"`
	Role      string `json:"role"`
}

// CreateMapping gives the members of a group a role on a target, and tells of
// those who get it. A target that stands for another organization fails with
// reason foreign_target; a group that has a mapping to the target already with
// Conflict and reason mapping_exists.
func (s *Service) CreateMapping(ctx context.Context, connectionID string, in NewMapping) (*MappingView, error) {
	if err := in.clean(); err != nil {
		return nil, err
	}
	var m *Mapping
	var mapped bool
	err := s.transact(ctx, Caller{}, func(w *work) (err error) {
		m, mapped, err = w.createMapping(connectionID, in)
		return err
	})
	if err != nil {
		return nil, collided(err)
	}
	// It stands, so that what follows from it must too, whether the client waits
	// for it or not.
	ctx = context.WithoutCancel(ctx)
	if !mapped {
		if err := s.forget(ctx, connectionID); err != nil {
			return nil, err
		}
		if err := s.bindNow(ctx, m); err != nil {
			return nil, err
		}
	}
	if err := s.tellMapped(ctx, m); err != nil {
		return nil, err
	}
	return s.mapping(ctx, connectionID, m.ID)
}

// createMapping also reports whether all servers know that the connection has
// mappings.
func (w *work) createMapping(connectionID string, in NewMapping) (m *Mapping, mapped bool, err error) {
	o, err := w.enter(connectionID)
	if err != nil {
		return nil, false, err
	}
	if err := w.s.checkTarget(o, in); err != nil {
		return nil, false, err
	}
	if m, err = w.newMapping(connectionID, in); err != nil {
		return nil, false, err
	}
	list, err := w.tx.Mappings(connectionID)
	if err != nil {
		return nil, false, err
	}
	if err := checkNewMapping(m, list); err != nil {
		return nil, false, err
	}
	if err := w.tx.InsertMapping(m); err != nil {
		return nil, false, err
	}
	known := func(other *Mapping) bool { return w.at.Sub(other.Created) > 2*leaseTime }
	return m, slices.ContainsFunc(list, known), w.audit(MappingCreated, o.ID, m.ID, mappingData(m), nil, nil)
}

// newMapping puts together what is asked for, with the Group that it names.
func (w *work) newMapping(connectionID string, in NewMapping) (m *Mapping, err error) {
	m = &Mapping{ID: w.s.newID(), ConnectionID: connectionID, GroupID: in.GroupID, GroupName: in.GroupName, Target: in.Target, Role: in.Role, Created: w.at}
	if m.GroupID == "" {
		if m.GroupID, err = w.groupCalled(m); err != nil || m.GroupID == "" {
			return m, err
		}
	}
	group, err := w.tx.Resource(connectionID, groupType, m.GroupID, false, "")
	if KindOf(err) == NotFound {
		return nil, invalidField("group_id", "The connection has no Group with the id %q. Give its name in group_name if it is still to come.", m.GroupID)
	}
	if err == nil {
		m.GroupName = group.Keys.Display
	}
	return m, err
}

func mappingData(m *Mapping) MappingData {
	return MappingData{GroupID: m.GroupID, GroupName: m.GroupName, Target: m.Target, Role: m.Role}
}

// enter is connection, but returns the organization.
func (w *work) enter(connectionID string) (*Organization, error) {
	c, err := w.connection(connectionID)
	if err != nil {
		return nil, err
	}
	return w.tx.Organization(c.OrganizationID)
}

// groupCalled is the id of the Group that has a mapping's name, "" for none.
// Those who are making one right now are waited for.
func (w *work) groupCalled(m *Mapping) (string, error) {
	if err := w.tx.AwaitArrivals(m.ConnectionID); err != nil {
		return "", err
	}
	name := scim.Fold(m.GroupName)
	candidates, err := w.tx.Candidates(m.ConnectionID, groupType, Keys{Unique: name}, MemberRefs{})
	if err != nil {
		return "", err
	}
	for _, c := range candidates.Resources {
		if c.Deleted == nil && c.Unique == name {
			return c.ID, nil
		}
	}
	return "", nil
}

// bindNow binds a mapping to the Group of its name that a server has made
// meanwhile which did not know of the mapping yet.
func (s *Service) bindNow(ctx context.Context, m *Mapping) error {
	if m.GroupID != "" {
		return nil
	}
	return s.transact(ctx, Caller{}, func(w *work) error {
		if _, err := w.enter(m.ConnectionID); err != nil {
			return err
		}
		id, err := w.groupCalled(m)
		if err != nil || id == "" {
			return err
		}
		group, err := w.tx.Resource(m.ConnectionID, groupType, id, false, "")
		if err != nil {
			return err
		}
		m.GroupID, m.GroupName = id, group.Keys.Display
		return w.bindMappings(group)
	})
}

// Mappings lists a connection's mappings by id.
func (s *Service) Mappings(ctx context.Context, connectionID string) (list []*MappingView, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		if _, err := tx.Connection(connectionID); err != nil {
			return err
		}
		mappings, err := tx.Mappings(connectionID)
		if err != nil {
			return err
		}
		list, err = mappingViews(tx, connectionID, mappings)
		return err
	})
	return list, err
}

func (s *Service) mapping(ctx context.Context, connectionID, id string) (view *MappingView, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		m, err := tx.Mapping(connectionID, id)
		if err != nil {
			return err
		}
		views, err := mappingViews(tx, connectionID, []*Mapping{m})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

func mappingViews(tx Tx, connectionID string, mappings []*Mapping) ([]*MappingView, error) {
	var waiting []string
	for _, m := range mappings {
		if m.GroupID == "" {
			waiting = append(waiting, scim.Fold(m.GroupName))
		}
	}
	claimed, err := tx.ClaimedNames(connectionID, waiting)
	if err != nil {
		return nil, err
	}
	views := make([]*MappingView, len(mappings))
	for i, m := range mappings {
		views[i] = &MappingView{Mapping: m, Seen: m.GroupID != "" || claimed[scim.Fold(m.GroupName)]}
	}
	return views, nil
}

// DeleteMapping takes a mapping away, and tells of those who lose its role.
// Where the organization would be left without an owner it fails with Conflict
// and reason last_owner.
func (s *Service) DeleteMapping(ctx context.Context, connectionID, id string) error {
	view, err := s.mapping(ctx, connectionID, id)
	if err != nil {
		return err
	}
	m, holders := view.Mapping, mappingHolders{}
	if err := s.findHolders(ctx, m, holders); err != nil {
		return err
	}
	err = s.transact(ctx, Caller{}, func(w *work) error {
		if m, err = w.tx.Mapping(connectionID, id); err != nil {
			return err
		}
		return w.deleteMapping(m)
	})
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // as in CreateMapping
	if err := s.findHolders(ctx, m, holders); err != nil {
		return err
	}
	return s.tellUnmapped(ctx, m, holders)
}

func (w *work) deleteMapping(m *Mapping) error {
	o, err := w.enter(m.ConnectionID)
	if err != nil {
		return err
	}
	remove := func() error { return w.tx.DeleteMapping(m.ConnectionID, m.ID) }
	if m.Target == orgTarget(o) && m.Role == w.s.ownerRole() {
		err = w.keepOwner(o, remove)
	} else {
		err = remove()
	}
	if err != nil {
		return err
	}
	return w.audit(MappingDeleted, o.ID, m.ID, mappingData(m), nil, nil)
}
