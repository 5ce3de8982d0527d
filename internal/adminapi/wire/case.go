package wire

import (
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/match"
)

// CaseRef says which case is meant.
type CaseRef struct {
	ID     string `json:"id"`
	Code   string `json:"code" doc:"What people tell one another" example:"C-7F3K2"`
	Reason string `json:"reason" example:"email_taken"`
	Status string `json:"status" enum:"open,resolved,dismissed"`
}

// Case is a refusal that a person or a rule must settle, as an operator sees it.
type Case struct {
	CaseRef
	OrganizationID string                `json:"organization_id"`
	ConnectionID   string                `json:"connection_id"`
	Title          string                `json:"title" doc:"The reason in words"`
	Rule           string                `json:"rule" doc:"The rule that refused"`
	Attempts       int                   `json:"attempts" doc:"How often it was refused"`
	Attribute      string                `json:"attribute,omitempty" doc:"The SCIM attribute that collides" example:"emails"`
	Value          string                `json:"value,omitempty" doc:"Its value, as it was sent"`
	Subject        joinery.CaseSubject   `json:"subject" doc:"Who was refused"`
	Holder         *AccountRef           `json:"holder,omitempty" doc:"The account in the way"`
	HolderUserID   string                `json:"holder_user_id,omitempty" doc:"The User in the way"`
	Actions        []string              `json:"actions" nullable:"false" doc:"What can be done now: connect, release, rename, merge, relink, dismiss"`
	Opened         time.Time             `json:"opened"`
	LastSeen       time.Time             `json:"last_seen" doc:"When it was last refused"`
	Closed         *time.Time            `json:"closed,omitempty"`
	Resolution     string                `json:"resolution,omitempty" doc:"The action that closed it, or fixed_at_idp"`
	Confirmed      *time.Time            `json:"confirmed,omitempty" doc:"When the identity provider was first served afterwards"`
	ConsentURL     string                `json:"consent_url,omitempty" doc:"In the answer that asked for the owner's consent: the one-time link to send him"`
	Trace          []match.Step          `json:"trace,omitempty" nullable:"false" doc:"Each rule that was tried; not in lists"`
	Request        *joinery.CaseRequest  `json:"request,omitempty" doc:"What was refused, without a password; not in lists"`
	History        []joinery.CaseHistory `json:"history,omitempty" nullable:"false" doc:"What happened to it, the oldest first; not in lists"`
}

// Cases is a page of cases.
type Cases struct {
	Cases      []Case `json:"cases" nullable:"false"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Give it as 'after' to get the next page; absent on the last one"`
}

// CustomerCase is a case as the customer's own people may see it. It tells
// nothing of other organizations, and not what operators did.
type CustomerCase struct {
	Code         string              `json:"code" doc:"What to tell the operator of this service" example:"C-7F3K2"`
	Reason       string              `json:"reason" example:"email_taken"`
	Title        string              `json:"title" doc:"The reason in words"`
	WhatToDo     string              `json:"what_to_do,omitempty" doc:"What can be done at the identity provider, and when to ask the operator; absent where nothing is left to do"`
	Status       string              `json:"status" enum:"open,resolved,dismissed"`
	Attempts     int                 `json:"attempts" doc:"How often it was refused"`
	Attribute    string              `json:"attribute,omitempty" doc:"The SCIM attribute that collides" example:"emails"`
	Value        string              `json:"value,omitempty" doc:"Its value, as it was sent"`
	Subject      joinery.CaseSubject `json:"subject" doc:"Who was refused"`
	Holder       *AccountRef         `json:"holder,omitempty" doc:"The account in the way, where it is a member of the organization"`
	HolderUserID string              `json:"holder_user_id,omitempty" doc:"The User of the connection in the way"`
	Opened       time.Time           `json:"opened"`
	LastSeen     time.Time           `json:"last_seen" doc:"When it was last refused"`
}

// CaseAction is the body of a request to act on a case.
type CaseAction struct {
	Action    string `json:"action" enum:"connect,release,rename,merge,relink,dismiss"`
	Consent   string `json:"consent,omitempty" doc:"Of connect: ask the account's owner, by a one-time link" enum:"owner"`
	Email     string `json:"email,omitempty" doc:"Of release: what the holder gets instead; absent: none" maxLength:"254"`
	Username  string `json:"username,omitempty" doc:"Of rename: what the account of the User is called" maxLength:"128"`
	Survivor  string `json:"survivor,omitempty" doc:"Of merge: id of the account that stays" maxLength:"255"`
	AccountID string `json:"account_id,omitempty" doc:"Of relink: the account that the User is to have" maxLength:"255"`
	Reason    string `json:"reason,omitempty" doc:"Of dismiss: why" maxLength:"1000"`
	HolderID  string `json:"holder_id,omitempty" doc:"The account that you saw in the way: where another one is by now, nothing is done" maxLength:"128"`
}
