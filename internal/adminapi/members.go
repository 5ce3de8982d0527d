package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// ownMember is a member without its account, which is told beside it.
func ownMember(m *joinery.OrganizationMember) wire.Member {
	return wire.Member{
		OrganizationID: m.Membership.OrganizationID, AccountID: m.Membership.AccountID,
		State: string(m.Membership.State), Role: m.Membership.Role, Roles: all(m.Roles, roleGrant), EffectiveRole: m.EffectiveRole,
		Origin: string(m.Membership.Origin), ConnectionID: m.Membership.ConnectionID,
		Created: m.Membership.Created, Updated: m.Membership.Updated,
	}
}

func member(m *joinery.OrganizationMember) wire.Member {
	out := ownMember(m)
	out.Account = accountRef(m.Account)
	return out
}

func roleGrant(g joinery.RoleGrant) wire.RoleGrant {
	return wire.RoleGrant{
		Role: g.Role, Target: g.Target, Source: string(g.Source), ConnectionID: g.ConnectionID,
		GroupID: g.GroupID, Group: g.GroupName, MappingID: g.MappingID,
	}
}

type newMemberInput struct {
	ID   string `path:"id" doc:"The organization"`
	Body wire.NewMember
}

func (a *api) addMember(ctx context.Context, in *newMemberInput) (*created[wire.Member], error) {
	m, err := a.Service.AddMember(ctx, in.ID, in.Body.AccountID, in.Body.Role)
	if err != nil {
		return nil, err
	}
	location := Prefix + "/organizations/" + in.ID + "/members/" + in.Body.AccountID
	return &created[wire.Member]{Location: location, Body: member(m)}, nil
}

type membersInput struct {
	ID string `path:"id" doc:"The organization"`
	PageInput
}

func (a *api) listMembers(ctx context.Context, in *membersInput) (*body[wire.Members], error) {
	list, err := a.Service.Members(ctx, in.ID, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, next := page(list, in.Limit, func(m *joinery.OrganizationMember) string { return m.Membership.AccountID })
	return &body[wire.Members]{wire.Members{Members: all(list, member), NextCursor: next}}, nil
}

// MemberInput names a member.
type MemberInput struct {
	ID        string `path:"id" doc:"The organization"`
	AccountID string `path:"account_id"`
}

func (a *api) getMember(ctx context.Context, in *MemberInput) (*body[wire.Member], error) {
	return memberBody(a.Service.Member(ctx, in.ID, in.AccountID))
}

type memberChangeInput struct {
	MemberInput
	Body wire.MemberChange
}

func (a *api) updateMember(ctx context.Context, in *memberChangeInput) (*body[wire.Member], error) {
	return memberBody(a.Service.UpdateMember(ctx, in.ID, in.AccountID, in.Body.Role, in.Body.State))
}

func memberBody(m *joinery.OrganizationMember, err error) (*body[wire.Member], error) {
	if err != nil {
		return nil, err
	}
	return &body[wire.Member]{member(m)}, nil
}

func (a *api) removeMember(ctx context.Context, in *MemberInput) (*empty, error) {
	return nil, a.Service.RemoveMember(ctx, in.ID, in.AccountID)
}
