package adminapi

import (
	"context"
	"slices"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
	"github.com/joineryhq/joinery/match"
)

func caseRef(c *joinery.Case) wire.CaseRef {
	return wire.CaseRef{ID: c.ID, Code: c.Code, Reason: string(c.Reason), Status: string(c.Status)}
}

// listedCase is a case as it stands in a list.
func listedCase(v *joinery.CaseView) wire.Case {
	return wire.Case{
		CaseRef: caseRef(v.Case), Title: reasonOf(v.Reason).Title, OrganizationID: v.OrganizationID, ConnectionID: v.ConnectionID, Rule: v.Rule,
		Attempts: v.Attempts, Attribute: v.Attribute, Value: v.Value, Subject: v.Subject,
		Holder: accountRef(v.Holder), HolderUserID: v.HolderUserID, Actions: append([]string{}, v.Actions...),
		Opened: v.Opened, LastSeen: v.LastSeen, Closed: v.Closed, Resolution: v.Resolution, Confirmed: v.Confirmed,
	}
}

// wholeCase is a case with all that an operator may see.
func wholeCase(v *joinery.CaseView) wire.Case {
	out := listedCase(v)
	out.Trace, out.Request, out.History = v.Trace, &v.Request, v.History
	return out
}

// customerCase is what a case shows to the customer's own people: the account
// in the way only where it is a member of the organization.
func customerCase(v *joinery.CaseView) wire.CustomerCase {
	reason := reasonOf(v.CustomerReason(v.HolderIsMember))
	out := wire.CustomerCase{
		Code: v.Code, Reason: string(reason.Reason), Title: reason.Title, Status: string(v.Status),
		Attempts: v.Attempts, Attribute: v.Attribute, Value: v.Value, Subject: v.Subject, Opened: v.Opened, LastSeen: v.LastSeen,
	}
	if v.Status == joinery.CaseOpen {
		out.WhatToDo = reason.Customer
	}
	if v.HolderIsMember {
		out.Holder = accountRef(v.Holder)
	}
	if v.HolderIsMember || v.HolderID == "" {
		out.HolderUserID = v.HolderUserID
	}
	return out
}

func reasonOf(reason match.Reason) joinery.CaseReason {
	reasons := joinery.CaseReasons()
	return reasons[slices.IndexFunc(reasons, func(r joinery.CaseReason) bool { return r.Reason == reason })]
}

type casesInput struct {
	OrganizationID string `query:"organization_id" maxLength:"255"`
	ConnectionID   string `query:"connection_id" maxLength:"255"`
	Status         string `query:"status" enum:"open,resolved,dismissed"`
	Reason         string `query:"reason" maxLength:"255"`
	AccountID      string `query:"account_id" doc:"The account in the way" maxLength:"255"`
	PageInput
}

func (a *api) listCases(ctx context.Context, in *casesInput) (*body[wire.Cases], error) {
	list, err := a.Service.Cases(ctx, joinery.CaseQuery{
		OrganizationID: in.OrganizationID, ConnectionID: in.ConnectionID, Status: joinery.CaseStatus(in.Status),
		Reason: match.Reason(in.Reason), HolderID: in.AccountID, After: in.After, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	list, next := page(list, in.Limit, func(v *joinery.CaseView) string { return v.ID })
	return &body[wire.Cases]{wire.Cases{Cases: all(list, listedCase), NextCursor: next}}, nil
}

type caseInput struct {
	ID   string `path:"id" doc:"Id or code"`
	View string `query:"view" doc:"customer: what the customer's own people may see" enum:"operator,customer" default:"operator"`
}

func (a *api) getCase(ctx context.Context, in *caseInput) (*body[any], error) {
	v, err := a.Service.Case(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.View == "customer" {
		return &body[any]{customerCase(v)}, nil
	}
	return &body[any]{wholeCase(v)}, nil
}

type caseActionInput struct {
	ID   string `path:"id" doc:"Id or code"`
	Body wire.CaseAction
}

// consentPath is where the server asks the owners of accounts for their consent.
const consentPath = "/consent/"

func (a *api) actOnCase(ctx context.Context, in *caseActionInput) (*body[wire.Case], error) {
	v, consent, err := a.Service.ActOnCase(ctx, in.ID, joinery.CaseAction{
		Action: in.Body.Action, Consent: in.Body.Consent, Email: in.Body.Email, Username: in.Body.Username,
		Survivor: in.Body.Survivor, AccountID: in.Body.AccountID, Reason: in.Body.Reason, HolderID: in.Body.HolderID,
	})
	if err != nil {
		return nil, err
	}
	out := wholeCase(v)
	if consent != "" {
		out.ConsentURL = callerOf(ctx).baseURL + consentPath + consent
	}
	return &body[wire.Case]{out}, nil
}
