package joinery

import (
	"context"
	"strings"
)

// OrganizationData is the payload of organization.created.
type OrganizationData struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
}

// CreateOrganization makes an organization. A slug that is taken fails with
// Conflict and reason "slug_taken".
func (s *Service) CreateOrganization(ctx context.Context, name, slug string) (*Organization, error) {
	o := &Organization{ID: s.newID(), Name: strings.TrimSpace(name), Slug: slug, Created: s.clock()}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	err := s.transact(ctx, Caller{}, func(w *work) error {
		if err := w.tx.InsertOrganization(o); err != nil {
			return err
		}
		return w.audit(OrganizationCreated, o.ID, o.ID, OrganizationData{Name: o.Name, Slug: o.Slug}, nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// Organization returns an organization, or fails with NotFound.
func (s *Service) Organization(ctx context.Context, id string) (o *Organization, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		o, err = tx.Organization(id)
		return err
	})
	return o, err
}

// MaxListed is how many items of the admin API one call lists at the most.
const MaxListed = 1000

// Organizations lists organizations by id behind the id after, at most limit.
func (s *Service) Organizations(ctx context.Context, after string, limit int) (list []*Organization, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		list, err = tx.Organizations(after, min(max(limit, 1), MaxListed))
		return err
	})
	return list, err
}
