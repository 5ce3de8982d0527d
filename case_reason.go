package joinery

import (
	"fmt"
	"slices"

	"github.com/joineryhq/joinery/match"
)

// The actions on a case.
const (
	ActionConnect = "connect"
	ActionRelease = "release"
	ActionRename  = "rename"
	ActionMerge   = "merge"
	ActionRelink  = "relink"
	ActionDismiss = "dismiss"
)

// CaseReason is what there is to say about a reason for refusals.
type CaseReason struct {
	Reason  match.Reason
	Title   string
	Actions []string // that may be taken on its cases
	// Customer says what the customer can do at the identity provider.
	Customer string
	// detail is what the identity provider is told, with the attribute and the
	// value as it sent them. It tells nothing about accounts but that a value is
	// taken. The code of the case is put behind it.
	detail string
}

// CaseReasons lists all reasons for which a case is opened.
func CaseReasons() []CaseReason { return slices.Clone(caseReasons) }

var caseReasons = []CaseReason{
	{
		Reason: match.ReasonEmailTaken, Title: "The email is held by another account",
		Actions:  []string{ActionConnect, ActionRelease, ActionDismiss},
		Customer: "Check the email in the identity provider. If it is right, ask the support of the service to settle the case: the account that has the email can be connected to this user, or give the email up.",
		detail:   "The %s value %q is already used by an account. If the address is wrong, correct it in the identity provider; if it is right, ask the support of this service to connect that account or to release the address",
	},
	{
		Reason: match.ReasonUsernameTaken, Title: "The username is held by another account",
		Actions:  []string{ActionRename, ActionDismiss},
		Customer: "Give the user another userName in the identity provider and provision again. Where that cannot be, ask the support of the service to give the account another username.",
		detail:   "The %s %q makes a username that is already taken. Give the user another userName in the identity provider and provision again; where that cannot be, the support of this service can give the account another username",
	},
	{
		Reason: match.ReasonSplitIdentity, Title: "The email and the username are held by two accounts",
		Actions:  []string{ActionMerge, ActionRename, ActionDismiss},
		Customer: "Check the email and the userName in the identity provider. If both are right, ask the support of the service whether the two accounts are one person's.",
		detail:   "The %s %q makes a username that is taken by another account than the user's. Give the user another userName in the identity provider and provision again, or ask the support of this service to settle it",
	},
	{
		Reason: match.ReasonAlreadyLinked, Title: "The account is linked to another user of the connection",
		Actions:  []string{ActionConnect, ActionRelink, ActionDismiss},
		Customer: "The identity provider has two users with this email. Deactivate the one that is not needed or correct its email, then provision again; or ask the support of the service which of the two is to have the account.",
		detail:   "The %s value %q belongs to another user of this connection. Remove that user or correct its email in the identity provider and provision again, or ask the support of this service which of the two is to have the account",
	},
	{
		Reason: match.ReasonProtected, Title: "The account is protected",
		Actions:  []string{ActionConnect, ActionDismiss},
		Customer: "The account is kept out of provisioning on purpose, so that someone can get in when all else fails. Leave the user out in the identity provider, or ask the support of the service.",
		detail:   "The %s value %q concerns a protected account, which is kept out of provisioning. Leave the user out in the identity provider, or ask the support of this service",
	},
	{
		Reason: match.ReasonDomainNotAllowed, Title: "The email is at no verified domain",
		Actions:  []string{ActionDismiss},
		Customer: "Only emails at verified domains of the organization are let in. Correct the email in the identity provider, or have the domain verified, then provision again.",
		detail:   "The %s value %q is not at a verified domain of the organization, and this connection lets in no others. Correct the email in the identity provider or have its domain verified, then provision again",
	},
	{
		Reason: match.ReasonDuplicateUser, Title: "Another user of the connection has this name or externalId",
		Actions:  []string{ActionDismiss},
		Customer: "The identity provider pushed a user as new that it had pushed before. Have it look the user up and link to it (in most products: refresh or import the assignment), or give one of the two another value.",
		detail:   "Another User of this connection already has the %s %q. The identity provider should link to that user, or an administrator there can give one of the two another value",
	},
	{
		Reason: match.ReasonLastOwner, Title: "The account is the last owner",
		Actions:  []string{ActionDismiss},
		Customer: "The organization would be left without an owner. Make another person an owner first, then remove this one again.",
		detail:   "The User with the %s %q is the last owner of the organization and cannot be removed. Make someone else an owner first, then try again",
	},
}

// reasonOf is the entry of a reason.
func reasonOf(reason match.Reason) *CaseReason {
	i := slices.IndexFunc(caseReasons, func(r CaseReason) bool { return r.Reason == reason })
	if i < 0 {
		panic(fmt.Sprintf("no case is opened for the reason %q", reason))
	}
	return &caseReasons[i]
}

// CustomerReason is the reason as the organization's own people may know it, by
// whether the account in the way is a member. That one of others is protected is
// nothing for them: its email is taken.
func (c *Case) CustomerReason(holderIsMember bool) match.Reason {
	if c.Reason == match.ReasonProtected && !holderIsMember {
		return match.ReasonEmailTaken
	}
	return c.Reason
}

// detail is the sentence that the identity provider is told.
func (c *Case) detail(holderIsMember bool) string {
	detail := reasonOf(c.CustomerReason(holderIsMember)).detail
	if c.Reason == match.ReasonDuplicateUser && c.HolderUserID != "" {
		return fmt.Sprintf(detail+". Its id is %s. Case %s.", c.Attribute, c.Value, c.HolderUserID, c.Code)
	}
	return fmt.Sprintf(detail+". Case %s.", c.Attribute, c.Value, c.Code)
}
