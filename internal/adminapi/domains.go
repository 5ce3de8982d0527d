package adminapi

import (
	"context"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func domain(d *joinery.Domain) wire.Domain {
	return wire.Domain{
		Domain: d.Name, State: string(d.State), TXTName: d.TXTName(), TXTValue: d.TXTValue(),
		Method: d.Method, Created: d.Created, Verified: d.Verified,
	}
}

type newDomainInput struct {
	ID   string `path:"id" doc:"The organization"`
	Body wire.NewDomain
}

func (a *api) addDomain(ctx context.Context, in *newDomainInput) (*created[wire.Domain], error) {
	d, err := a.Service.AddDomain(ctx, in.ID, in.Body.Domain, in.Body.Verified)
	if err != nil {
		return nil, err
	}
	return &created[wire.Domain]{Location: Prefix + "/organizations/" + in.ID + "/domains/" + d.Name, Body: domain(d)}, nil
}

func (a *api) listDomains(ctx context.Context, in *idInput) (*body[wire.Domains], error) {
	list, err := a.Service.Domains(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Domains]{wire.Domains{Domains: all(list, domain)}}, nil
}

type domainInput struct {
	ID     string `path:"id" doc:"The organization"`
	Domain string `path:"domain"`
}

func (a *api) verifyDomain(ctx context.Context, in *domainInput) (*body[wire.Domain], error) {
	d, err := a.Service.VerifyDomain(ctx, in.ID, in.Domain)
	if err != nil {
		return nil, err
	}
	return &body[wire.Domain]{domain(d)}, nil
}

func (a *api) removeDomain(ctx context.Context, in *domainInput) (*empty, error) {
	return nil, a.Service.RemoveDomain(ctx, in.ID, in.Domain)
}
