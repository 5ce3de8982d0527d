package joinery

import "slices"

// EventKind is what there is to know about a type of event.
type EventKind struct {
	Type EventType
	When string // when there is one, a sentence
	// Subject is what Event.SubjectID is the id of.
	Subject string
	// Data is a zero value of what Event.Data holds; nil for nothing.
	Data any
	// AuditOnly says that who follows events does not get it.
	AuditOnly bool
}

// EventKinds lists all types of event.
func EventKinds() []EventKind { return slices.Clone(eventKinds) }

// What events are about.
const (
	aboutUser         = "User"
	aboutGroup        = "Group"
	aboutResource     = "resource"
	aboutAccount      = "account"
	aboutCase         = "case"
	aboutConnection   = "connection"
	aboutOrganization = "organization"
	aboutToken        = "token"
	aboutDomain       = "domain: its name"
	aboutMapping      = "mapping"
)

var eventKinds = []EventKind{
	{Type: UserCreated, Subject: aboutUser, Data: UserData{}, When: "A User was pushed, or a sign-in brought one; `returned` says that it had been deleted."},
	{Type: UserUpdated, Subject: aboutUser, Data: UserData{}, When: "Attributes of a User changed, those in `changed`. Also: a User that only sign-ins had made is pushed from now on."},
	{Type: UserDeactivated, Subject: aboutUser, Data: UserData{}, When: "A User was suspended: `active` became false. What that means for the account, `membership.suspended` tells."},
	{Type: UserReactivated, Subject: aboutUser, Data: UserData{}, When: "A suspended User is active again."},
	{Type: UserDeleted, Subject: aboutUser, Data: UserData{}, When: "A User was deleted. It may return with the same id."},

	{Type: GroupCreated, Subject: aboutGroup, Data: GroupData{}, When: "A Group was pushed, for the first time or again."},
	{Type: GroupRenamed, Subject: aboutGroup, Data: GroupData{}, When: "A Group has another name; `former_name` is the one before."},
	{Type: GroupUpdated, Subject: aboutGroup, Data: GroupData{}, When: "Attributes of a Group changed, those in `changed`. The name and the members have events of their own."},
	{Type: GroupDeleted, Subject: aboutGroup, Data: GroupData{}, When: "A Group was deleted."},
	{Type: GroupMemberAdded, Subject: aboutGroup, Data: MemberData{}, When: "Someone is in the Group from now on."},
	{Type: GroupMemberRemoved, Subject: aboutGroup, Data: MemberData{}, When: "Someone is no longer in the Group."},

	{Type: ResourceCreated, Subject: aboutResource, Data: ResourceData{}, When: "A resource of a type of your own was pushed."},
	{Type: ResourceUpdated, Subject: aboutResource, Data: ResourceData{}, When: "Attributes of it changed, those in `changed`."},
	{Type: ResourceDeleted, Subject: aboutResource, Data: ResourceData{}, When: "It was deleted."},

	{Type: AccountCreated, Subject: aboutAccount, Data: AccountData{}, When: "There is a new account; `origin` says how it came."},
	{Type: AccountAdopted, Subject: aboutAccount, Data: AccountData{}, When: "A User was joined to an account that was there, by `rule`."},
	{Type: AccountUpdated, Subject: aboutAccount, Data: AccountData{}, When: "The display name or the protection changed."},
	{Type: AccountEmailChanged, Subject: aboutAccount, Data: AccountData{}, When: "The account has another email, or none; `former_email` is the one before."},
	{Type: AccountUsernameChanged, Subject: aboutAccount, Data: AccountData{}, When: "The account has another username; `former_username` is the one before."},
	{Type: AccountSuspended, Subject: aboutAccount, Data: AccountData{}, When: "No membership of the account is active any more."},
	{Type: AccountReactivated, Subject: aboutAccount, Data: AccountData{}, When: "A suspended account has an active membership again, or none at all."},
	{Type: SessionsRevoked, Subject: aboutAccount, Data: SessionsData{}, When: "Sessions and tokens of the account must end: all, or those in the organization, by `scope`. They stay ended when the account comes back."},
	{Type: AccountMerged, Subject: aboutAccount, Data: MergeData{}, When: "An account was absorbed by another one, the subject. What you keep for the absorbed one belongs to the survivor from now on."},
	{Type: AccountUnmerged, Subject: aboutAccount, Data: MergeData{}, When: "A merge was undone: they are two accounts again."},
	{Type: HandleReleased, Subject: aboutAccount, Data: HandleData{}, When: "An operator took the email from the account, for another one; `email` is what it has instead. Tell its owner."},

	{Type: MembershipAdded, Subject: aboutAccount, Data: MembershipData{}, When: "The account is a member of the organization."},
	{Type: MembershipWasSuspended, Subject: aboutAccount, Data: MembershipData{}, When: "The membership has no effect for now. Roles and groups are kept."},
	{Type: MembershipResumed, Subject: aboutAccount, Data: MembershipData{}, When: "The membership has effect again, with its roles and groups."},
	{Type: MembershipRemoved, Subject: aboutAccount, Data: MembershipData{}, When: "The account is no member any more."},
	{Type: MembershipRoleChanged, Subject: aboutAccount, Data: MembershipData{}, When: "Roles came or went: `granted`, `revoked`, and the `effective_role` in the organization after that."},

	{Type: CaseWasOpened, Subject: aboutCase, Data: CaseData{}, When: "A push or a sign-in was refused, for the first time by this reason."},
	{Type: CaseWasResolved, Subject: aboutCase, Data: CaseData{}, When: "An action settled the case, or the identity provider sent what can be taken; `resolution` says which."},
	{Type: CaseWasConfirmed, Subject: aboutCase, Data: CaseData{}, When: "The identity provider was served after the case was resolved."},
	{Type: CaseWasDismissed, Subject: aboutCase, Data: CaseData{}, When: "An operator closed the case and left the refusal as it is."},

	{Type: GuardWasTripped, Subject: aboutConnection, Data: GuardData{}, When: "More users leave at once than the policy `guard` lets go. Under `hold`, further ones wait for an operator."},
	{Type: GuardWasApproved, Subject: aboutConnection, Data: GuardData{}, When: "An operator lets the departures through."},
	{Type: GuardWasRejected, Subject: aboutConnection, Data: GuardData{}, When: "An operator refuses the departures."},

	{Type: SignInAllowed, Subject: aboutAccount, Data: SignInData{}, When: "A sign-in was allowed."},
	{Type: SignInDenied, Subject: aboutAccount, Data: SignInData{}, When: "A sign-in was denied, or waits for a person's word. The subject is empty where the account is not known, or is to be settled by the case."},

	{Type: OrganizationCreated, Subject: aboutOrganization, Data: OrganizationData{}, AuditOnly: true, When: "An organization was made."},
	{Type: ConnectionCreated, Subject: aboutConnection, Data: ConnectionData{}, AuditOnly: true, When: "A connection was made."},
	{Type: ConnectionUpdated, Subject: aboutConnection, Data: ConnectionData{}, AuditOnly: true, When: "A connection or its policy changed."},
	{Type: ConnectionDeleted, Subject: aboutConnection, Data: ConnectionData{}, AuditOnly: true, When: "A connection was deleted, with its tokens, Users and Groups."},
	{Type: TokenCreated, Subject: aboutToken, Data: TokenData{}, AuditOnly: true, When: "A SCIM token was made."},
	{Type: TokenRevoked, Subject: aboutToken, Data: TokenData{}, AuditOnly: true, When: "A SCIM token was revoked."},
	{Type: DomainAdded, Subject: aboutDomain, Data: DomainData{}, AuditOnly: true, When: "A domain was added to an organization."},
	{Type: DomainWasVerified, Subject: aboutDomain, Data: DomainData{}, AuditOnly: true, When: "A domain was verified; `method` says how."},
	{Type: DomainRemoved, Subject: aboutDomain, Data: DomainData{}, AuditOnly: true, When: "A domain was taken from an organization."},
	{Type: MappingCreated, Subject: aboutMapping, Data: MappingData{}, AuditOnly: true, When: "The members of a group were given a role."},
	{Type: MappingDeleted, Subject: aboutMapping, Data: MappingData{}, AuditOnly: true, When: "A mapping ended."},
	{Type: SignedOut, Subject: aboutAccount, Data: SignInData{}, AuditOnly: true, When: "The end of a session was reported."},
	{Type: UserUnlinked, Subject: aboutUser, AuditOnly: true, When: "A User lost its account to another User, by an action on a case."},
	{Type: UserRelinked, Subject: aboutUser, AuditOnly: true, When: "A User was given another account."},
	{Type: CaseActedOn, Subject: aboutCase, Data: CaseData{}, AuditOnly: true, When: "The owner of the account was asked for consent by a one-time link."},
	{Type: Purged, Subject: aboutConnection, Data: PurgedData{}, AuditOnly: true, When: "What had been deleted or given up was forgotten, its time being over. The subject is empty where no connection is concerned."},
}
