package joinery

import (
	"fmt"
	"time"
)

// checks is the one list of checks: errors first, then warnings.
var checks = []Check{
	{
		Code: "no_valid_token", Severity: SeverityError, look: noValidToken,
		When:   "The connection has no token that is valid.",
		Action: "Make a token for the connection and enter it in the identity provider.",
	},
	{
		Code: "token_expired", Severity: SeverityError, look: tokenExpired,
		When:   "The token that the identity provider used last has expired, and another one is not used yet.",
		Action: "Enter another token of the connection in the identity provider, or make a new one.",
	},
	{
		Code: "token_revoked", Severity: SeverityError, look: tokenRevoked,
		When:   "The token that the identity provider used last is revoked, and another one is not used yet.",
		Action: "Enter another token of the connection in the identity provider, or make a new one.",
	},
	{
		Code: "token_expiring", Severity: SeverityError, look: tokenExpiring,
		When:   "The token that the identity provider used last expires within 14 days.",
		Action: "Make a new token, enter it in the identity provider, and revoke the old one once the new one is used.",
	},
	{
		Code: "all_domains_refused", Severity: SeverityError, Policy: true, look: allDomainsRefused,
		When:   "The policy verified_domains_only is true, and the organization has verified no domain.",
		Action: "Verify the organization's email domains, or set the policy verified_domains_only to false.",
	},
	{
		Code: "open_cases", Severity: SeverityError, look: openCases,
		When:   "Refusals wait to be settled.",
		Action: "Settle the cases: each tells what can be done, and who can do it.",
	},
	{
		Code: "guard_holding", Severity: SeverityError, look: guardHolding,
		When:   "The guard holds departures back until an operator decides.",
		Action: "Check in the identity provider whether so many users are meant to leave, then approve or reject it.",
	},
	{
		Code: "failing_requests", Severity: SeverityError, look: tooManyFail,
		When:   "More than 20 % of the requests of the last 24 hours failed, and at least 20 did. Entra ID puts a job in quarantine where more than 40 % fail.",
		Action: "Look at the refused requests in the request log and settle what they name.",
	},
	{
		Code: "guard_rejecting", Severity: SeverityWarning, look: guardRejecting,
		When:   "An operator has rejected departures, and further ones are refused for the time being.",
		Action: "Assign the users again in the identity provider, so that it stops asking.",
	},
	{
		Code: "guard_tripped", Severity: SeverityWarning, look: guardTripped,
		When:   "Many users left at once, and the policy guard is alert.",
		Action: "Check in the identity provider whether so many users were meant to leave.",
	},
	{
		Code: "idp_silent", Severity: SeverityWarning, look: idpSilent,
		When:   "The identity provider has sent nothing for longer than is usual: 24 hours for Entra ID, which asks every 40 minutes, 7 days for others.",
		Action: "Look in the identity provider whether provisioning is on and which error it shows.",
	},
	{
		Code: "user_name_no_email", Severity: SeverityWarning, Policy: true, look: userNameNoEmail,
		When:   "The userName of Users is no email, where the policy username is local_part or verified_domains_only is true.",
		Action: "Map userName to the email in the identity provider, or set the policy username to verbatim.",
	},
	{
		Code: "email_missing", Severity: SeverityWarning, look: emailMissing,
		When:   "Users have no email. They are matched with accounts by the userName where that is an email, else not at all.",
		Action: "Map the work email in the identity provider to emails[type eq \"work\"].value.",
	},
	{
		Code: "subject_differs", Severity: SeverityWarning, look: subjectDiffers,
		When:   "The NameID or subject of sign-ins is an email, but none of those that were pushed.",
		Action: "Have single sign-on and provisioning take the email from the same attribute in the identity provider.",
	},
	{
		Code: "no_verified_domain", Severity: SeverityWarning, look: noVerifiedDomain,
		When:   "The organization has verified no domain, so that accounts which are not its members are never adopted by email.",
		Action: "Verify the organization's email domains.",
	},
	{
		Code: "domain_pending", Severity: SeverityWarning, look: domainPending,
		When:   "Domains of the organization wait to be verified.",
		Action: "Publish the TXT record of each domain and have it verified, or remove the domain.",
	},
	{
		Code: "account_not_followed", Severity: SeverityWarning, look: accountNotFollowed,
		When:   "None of a User's emails is the account's: the account did not follow, for the organization has not verified both domains and the account is not its alone.",
		Action: "Verify the domains of both emails and have the identity provider push the email again, or change the account by hand.",
	},
	{
		Code: "users_unlinked", Severity: SeverityWarning, look: usersUnlinked,
		When:   "Users have no account although the connection is not only observed.",
		Action: "Settle the cases of these users, or push them again.",
	},
	{
		Code: "groups_ignored", Severity: SeverityWarning, Policy: true, look: groupsIgnored,
		When:   "Groups are pushed while the policy group_authority is claims: whoever has signed in with groups has the roles of those alone.",
		Action: "Set the policy group_authority to scim or union, or stop pushing groups.",
	},
	{
		Code: "groups_unmapped", Severity: SeverityWarning, look: groupsUnmapped,
		When:   "Pushed Groups have no mapping, and so give nobody a role.",
		Action: "Map the groups that are to give a role; push no others.",
	},
	{
		Code: "mapping_unseen", Severity: SeverityWarning, look: mappingUnseen,
		When:   "Mappings name a group that was never seen.",
		Action: "Check the name of the group, and that the identity provider pushes it.",
	},
	{
		Code: "pending_members", Severity: SeverityWarning, look: pendingMembers,
		When:   "Groups name members that were never pushed. They join once they are.",
		Action: "Assign these users in the identity provider, too.",
	},
	{
		Code: "observing", Severity: SeverityInfo, look: observing,
		When:   "The connection is only observed: pushes touch no account.",
		Action: "Look at what would happen, then turn observe off.",
	},
	{
		Code: "no_request_yet", Severity: SeverityInfo, look: noRequestYet,
		When:   "The identity provider has sent nothing yet.",
		Action: "Enter the SCIM base URL and the token in the identity provider and turn provisioning on.",
	},
}

func noValidToken(in *inspection) (*evidence, error) {
	if len(in.valid) > 0 {
		return nil, nil
	}
	return &evidence{summary: "The connection has no valid token."}, nil
}

func tokenExpired(in *inspection) (*evidence, error) {
	if len(in.valid) == 0 || in.used == nil || !in.used.Expired(in.now) {
		return nil, nil
	}
	return &evidence{
		summary:  fmt.Sprintf("The token %q, which was used last, expired at %s.", in.used.Name, at(*in.used.Expires)),
		examples: []string{in.used.Name}, since: in.used.Expires,
	}, nil
}

func tokenRevoked(in *inspection) (*evidence, error) {
	if len(in.valid) == 0 || !in.revoked {
		return nil, nil
	}
	return &evidence{summary: "The token that was used last is revoked.", since: in.last}, nil
}

// tokenNotice is how long before its end a token is told of.
const tokenNotice = 14 * 24 * time.Hour

func tokenExpiring(in *inspection) (*evidence, error) {
	if in.used == nil || in.used.Expired(in.now) || !in.used.Expired(in.now.Add(tokenNotice)) {
		return nil, nil
	}
	return &evidence{
		summary:  fmt.Sprintf("The token %q expires at %s.", in.used.Name, at(*in.used.Expires)),
		examples: []string{in.used.Name},
	}, nil
}

func allDomainsRefused(in *inspection) (*evidence, error) {
	if !in.c.Policy.VerifiedDomainsOnly || in.verified > 0 {
		return nil, nil
	}
	return &evidence{summary: "Only users at verified domains are let in, and no domain is verified."}, nil
}

func openCases(in *inspection) (*evidence, error) {
	t, err := in.tx.OpenCases(in.c.ID)
	return tallied(t, 0, "Refusals that wait to be settled: %d."), err
}

func guardHolding(in *inspection) (*evidence, error) {
	g := in.guarding(GuardTripped)
	if g == nil || in.c.Policy.Guard.Action != "hold" {
		return nil, nil
	}
	e := departed(g, "Departures are held back: of %[2]d users, %[1]d were to leave at once.")
	e.examples = first(g.Held, func(userName string) string { return userName })
	return e, nil
}

func guardRejecting(in *inspection) (*evidence, error) {
	g := in.guarding(GuardRejected)
	if g == nil {
		return nil, nil
	}
	return departed(g, "Departures are refused until "+at(g.Until)+": of %[2]d users, %[1]d were to leave at once."), nil
}

func guardTripped(in *inspection) (*evidence, error) {
	g := in.guarding(GuardTripped)
	if g == nil || in.c.Policy.Guard.Action == "hold" {
		return nil, nil
	}
	return departed(g, "Of %[2]d users, %[1]d left at once."), nil
}

func departed(g *Guard, format string) *evidence {
	return &evidence{summary: fmt.Sprintf(format, g.Departed, g.Users), count: g.Departed, of: g.Users, since: &g.Since}
}

// A share of failures counts from here: half of that which Entra ID puts in
// quarantine, and no mere trial.
const (
	failingPercent  = 20
	failingRequests = 20
)

func tooManyFail(in *inspection) (*evidence, error) {
	if in.failed < failingRequests || in.failed*100 <= in.asked*failingPercent {
		return nil, nil
	}
	refused, err := in.tx.Requests(RequestQuery{ConnectionID: in.c.ID, Status: 4, Since: in.now.Add(-recently), Limit: MaxExamples})
	return &evidence{
		summary: fmt.Sprintf("Of the %d requests of the last 24 hours, %d failed.", in.asked, in.failed),
		count:   in.failed, of: in.asked,
		examples: first(refused, func(r *Request) string { return fmt.Sprintf("%d %s %s", r.Status, r.Method, r.Reason) }),
	}, err
}

func idpSilent(in *inspection) (*evidence, error) {
	switch {
	case in.last == nil && in.users+in.groups == 0:
		return nil, nil // noRequestYet
	case in.last == nil:
		return &evidence{summary: "The identity provider has sent nothing for as long as requests are kept."}, nil
	case in.now.Sub(*in.last) < in.silence():
		return nil, nil
	}
	return &evidence{summary: fmt.Sprintf("The identity provider has sent nothing since %s.", at(*in.last)), since: in.last}, nil
}

func noRequestYet(in *inspection) (*evidence, error) {
	if in.last != nil || in.users+in.groups > 0 {
		return nil, nil
	}
	return &evidence{summary: "The identity provider has sent nothing yet.", since: &in.c.Created}, nil
}

func userNameNoEmail(in *inspection) (*evidence, error) {
	if p := in.c.Policy; p.Username != "local_part" && !p.VerifiedDomainsOnly {
		return nil, nil
	}
	t, err := in.tx.UsersWithoutEmailName(in.c.ID)
	return tallied(t, in.users, "Users whose userName is no email: %d of %d."), err
}

func emailMissing(in *inspection) (*evidence, error) {
	t, err := in.tx.UsersWithoutEmail(in.c.ID)
	return tallied(t, in.users, "Users without an email: %d of %d."), err
}

func subjectDiffers(in *inspection) (*evidence, error) {
	t, err := in.tx.DifferingSubjects(in.c.ID)
	return tallied(t, in.users, "Users who sign in by another email than those that were pushed: %d of %d."), err
}

func noVerifiedDomain(in *inspection) (*evidence, error) {
	if in.verified > 0 || in.c.Policy.VerifiedDomainsOnly {
		return nil, nil
	}
	return &evidence{summary: "The organization has verified no domain."}, nil
}

func domainPending(in *inspection) (*evidence, error) {
	n := int64(len(in.pending))
	t := Tally{Count: n, Examples: first(in.pending, func(name string) string { return name })}
	return tallied(t, n+in.verified, "Domains that wait to be verified: %d of %d."), nil
}

func accountNotFollowed(in *inspection) (*evidence, error) {
	t, err := in.tx.NotFollowed(in.c.ID)
	return tallied(t, in.users, "Users whose account has another email: %d of %d."), err
}

func usersUnlinked(in *inspection) (*evidence, error) {
	if in.c.Observe {
		return nil, nil
	}
	t, err := in.tx.UnlinkedUsers(in.c.ID)
	return tallied(t, in.users, "Users without an account: %d of %d."), err
}

func groupsIgnored(in *inspection) (*evidence, error) {
	if in.c.Policy.GroupAuthority != "claims" {
		return nil, nil
	}
	return tallied(Tally{Count: in.groups}, 0, "Groups that are pushed while sign-ins say who is in which group: %d."), nil
}

func groupsUnmapped(in *inspection) (*evidence, error) {
	if in.c.Policy.GroupAuthority == "claims" {
		return nil, nil // groupsIgnored
	}
	t, err := in.tx.GroupsWithoutMapping(in.c.ID)
	return tallied(t, in.groups, "Groups without a mapping: %d of %d."), err
}

func mappingUnseen(in *inspection) (*evidence, error) {
	list, err := in.unseen()
	if err != nil || len(list) == 0 {
		return nil, err
	}
	t := Tally{Count: int64(len(list)), Examples: first(list, func(m *Mapping) string { return m.GroupName })}
	e := tallied(t, 0, "Mappings whose group was never seen: %d.")
	e.since = &list[0].Created
	return e, nil
}

func pendingMembers(in *inspection) (*evidence, error) {
	t, err := in.tx.PendingMembers(in.c.ID)
	return tallied(t, 0, "Members that groups wait for: %d."), err
}

func observing(in *inspection) (*evidence, error) {
	if !in.c.Observe {
		return nil, nil
	}
	t, err := in.tx.UnlinkedUsers(in.c.ID)
	return &evidence{summary: fmt.Sprintf("Pushes touch no account yet; Users without one: %d of %d.", t.Count, in.users), count: t.Count, of: in.users, examples: t.Examples}, err
}
