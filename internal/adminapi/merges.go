package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func merge(m *joinery.Merge) wire.Merge {
	out := wire.Merge{
		ID: m.ID, SurvivorID: m.SurvivorID, AbsorbedID: m.AbsorbedID, OrganizationID: m.OrganizationID,
		Created: m.Created, Undone: m.Undone,
	}
	if m.Undone == nil {
		until := m.Created.Add(joinery.MergeUndo)
		out.UndoUntil = &until
	}
	return out
}

func mergePlan(p *joinery.MergePlan) *wire.MergePlan {
	out := &wire.MergePlan{
		Survivor: *accountRef(p.Survivor), Absorbed: *accountRef(p.Absorbed),
		Handles: all(p.Handles, handle), Memberships: all(p.Memberships, membership),
		Links: all(p.Links, link), DroppedUsers: all(p.DroppedUsers, link),
	}
	if p.Refused != nil {
		out.Refused = &wire.Refusal{Reason: p.Refused.Reason, Message: p.Refused.Message}
	}
	return out
}

func membership(m *joinery.Membership) wire.Membership {
	return wire.Membership{OrganizationID: m.OrganizationID, State: string(m.State), Role: m.Role}
}

func (a *api) previewMerge(ctx context.Context, in *body[wire.NewMerge]) (*body[*wire.MergePlan], error) {
	plan, err := a.Service.PreviewMerge(ctx, in.Body.Survivor, in.Body.Absorbed)
	if err != nil {
		return nil, err
	}
	return &body[*wire.MergePlan]{mergePlan(plan)}, nil
}

func (a *api) mergeAccounts(ctx context.Context, in *body[wire.NewMerge]) (*body[wire.Merge], error) {
	m, plan, err := a.Service.MergeAccounts(ctx, in.Body.Survivor, in.Body.Absorbed)
	if err != nil {
		return nil, err
	}
	out := merge(m)
	out.Moved = mergePlan(plan)
	return &body[wire.Merge]{out}, nil
}

func (a *api) undoMerge(ctx context.Context, in *idInput) (*body[wire.Merge], error) {
	m, err := a.Service.UndoMerge(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Merge]{merge(m)}, nil
}

type duplicatesInput struct {
	ID    string `path:"id" doc:"The organization"`
	Limit int    `query:"limit" doc:"How many to find at the most" default:"100" minimum:"1" maximum:"1000"`
}

func (a *api) listDuplicates(ctx context.Context, in *duplicatesInput) (*body[wire.Duplicates], error) {
	list, err := a.Service.Duplicates(ctx, in.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	return &body[wire.Duplicates]{wire.Duplicates{Duplicates: all(list, duplicate)}}, nil
}

func duplicate(d joinery.Duplicate) wire.Duplicate {
	return wire.Duplicate{
		Accounts: all(d.Accounts, func(a *joinery.Account) wire.AccountRef { return *accountRef(a) }),
		Reasons:  d.Reasons,
	}
}
