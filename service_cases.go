package joinery

import (
	"context"
	"slices"
)

// CaseView is a case with what people need to see beside it.
type CaseView struct {
	*Case
	Holder *Account // the account in the way; nil for none
	// HolderIsMember says that it is a member of the case's organization, so that
	// the customer may know of it.
	HolderIsMember bool
	Actions        []string // that may be taken now
}

// Cases lists cases, the newest first.
func (s *Service) Cases(ctx context.Context, q CaseQuery) (views []*CaseView, err error) {
	q.Limit = min(max(q.Limit, 1), MaxListed)
	err = s.store.View(ctx, func(tx Tx) error {
		cases, err := tx.Cases(q)
		if err != nil {
			return err
		}
		views, err = viewCases(tx, cases)
		return err
	})
	return views, err
}

// Case returns a case by its id or its code, or fails with NotFound.
func (s *Service) Case(ctx context.Context, idOrCode string) (view *CaseView, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		view, err = viewCase(tx, idOrCode)
		return err
	})
	return view, err
}

func viewCase(tx Tx, idOrCode string) (*CaseView, error) {
	c, err := tx.Case(idOrCode)
	if err != nil {
		return nil, err
	}
	views, err := viewCases(tx, []*Case{c})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

func viewCases(tx Tx, cases []*Case) ([]*CaseView, error) {
	var ids []string
	for _, c := range cases {
		if c.HolderID != "" && !slices.Contains(ids, c.HolderID) {
			ids = append(ids, c.HolderID)
		}
	}
	holders, err := tx.AccountsByID(ids)
	if err != nil {
		return nil, err
	}
	views := make([]*CaseView, len(cases))
	for i, c := range cases {
		view := &CaseView{Case: c, Holder: holders[c.HolderID]}
		if view.Holder != nil {
			_, err := tx.Membership(c.OrganizationID, c.HolderID)
			if err != nil && KindOf(err) != NotFound {
				return nil, err
			}
			view.HolderIsMember = err == nil
		}
		view.Actions = c.actions()
		views[i] = view
	}
	return views, nil
}

// actions are those that may be taken on the case as it stands.
func (c *Case) actions() []string {
	if c.Status != CaseOpen {
		return nil
	}
	actions := slices.Clone(reasonOf(c.Reason).Actions)
	return slices.DeleteFunc(actions, func(action string) bool {
		if !c.aboutIdentity() {
			return action != ActionDismiss
		}
		return (action == ActionConnect || action == ActionRelease) && c.HolderID == "" || action == ActionRelink && c.HolderUserID == ""
	})
}
