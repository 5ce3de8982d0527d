package match

import "slices"

// Rule is one way to decide. Its name is stable: it stands in traces, in the
// API and in the docs.
type Rule struct {
	Name     string
	Sentence string // when it decides, and what
	Safety   string // why that is safe
	decide   func(*considered) (*Verdict, string)
}

// Rules returns the rules in the order in which they are tried.
func Rules() []Rule { return slices.Clone(rules) }

var rules = []Rule{
	{
		Name:     "duplicate_user",
		Sentence: "A push, and another live User of this connection has this userName (without case) or this externalId: refuse.",
		Safety:   "Two Users of one connection never share a key, so a look-up by the identity provider finds one at the most, and links to it, even if only sign-ins made it.",
		decide:   duplicateUser,
	},
	{
		Name:     "returning",
		Sentence: "A create, and a deleted User of this connection has this externalId or, where one of the two has none, this userName or email: the User returns under its former id. So does a live User that only sign-ins made, without externalId, and that shares an email: the push takes it over.",
		Safety:   "Only what the same connection pushed and deleted, or what its sign-ins made and nobody ever pushed, can return, and never against a different externalId.",
		decide:   returning,
	},
	{
		Name:     "subject_known",
		Sentence: "A sign-in, and its subject is on the link of a User of this connection. Live: adopt that User's account, or look on where it has none yet. Suspended: refuse. Deleted: look on, for the person may have come back as another User.",
		Safety:   "The connection's own identity provider signed this User in under that subject before.",
		decide:   ofSignIn(subjectKnown),
	},
	{
		Name:     "user_known",
		Sentence: "A sign-in, and its subject or email is the userName, the externalId or an email of a User of this connection. Live: adopt that User's account, or look on where it has none yet. Suspended: refuse. Only deleted ones, one that has the subject on its link among them: refuse.",
		Safety:   "The same identity provider pushed the User. Who was deprovisioned does not come back by a sign-in, whatever the policy, and whoever holds the email.",
		decide:   ofSignIn(userKnown),
	},
	{
		Name:     "sign_in_policy",
		Sentence: "A sign-in of whom no User is known. Policy `sign_in` `off`: refuse. `link_only`: refuse where no account has the email, for there is none to link.",
		Safety:   "It stands before all that could adopt or create, so sign-ins bring in nobody whom the policy does not want by sign-in.",
		decide:   ofSignIn(signInPolicy),
	},
	{
		Name:     "settled",
		Sentence: "A person has decided, by an action on a case, which account it is: adopt that one.",
		Safety:   "Only an operator, or the account's owner by a one-time link, can settle.",
		decide:   settled,
	},
	{
		Name:     "account_already_linked",
		Sentence: "The email's holder is linked to another live User of this connection: refuse.",
		Safety:   "An account has one live User in a connection, so two people of one directory never share an account.",
		decide:   ofHolder(accountAlreadyLinked),
	},
	{
		Name:     "protected_account",
		Sentence: "The email's holder is protected: refuse.",
		Safety:   "An account that is kept for emergencies must work when the identity provider is wrong, or in wrong hands.",
		decide:   ofHolder(protectedAccount),
	},
	{
		Name:     "split_identity",
		Sentence: "The email's holder would be adopted by one of the next two rules, but a third account has the wanted username, and policy `username_taken` is `refuse`: refuse.",
		Safety:   "Email and username point to two accounts. A person says whether both are the same one's.",
		decide:   ofHolder(splitIdentity),
	},
	{
		Name:     "member",
		Sentence: "The email's holder is a member of the organization already: adopt, ask or refuse, by policy `member`.",
		Safety:   "Who became a member agreed to it: invited, by sign-in or by another connection of the organization.",
		decide:   ofHolder(member),
	},
	{
		Name:     "verified_domain",
		Sentence: "The organization has verified the email's domain, and the email is not merely reserved for who gave it up: adopt, ask or refuse, by policy `verified_domain`.",
		Safety:   "Who owns a domain decides who reads its mail, and thereby who can get into an account by its email. An account that has another email by now is out of that reach.",
		decide:   ofHolder(verifiedDomain),
	},
	{
		Name:     "email_taken",
		Sentence: "The email's holder is anyone else: refuse.",
		Safety:   "An identity provider can claim any email. To adopt on that alone would be account take-over.",
		decide:   ofHolder(emailTaken),
	},
	{
		Name:     "username_taken",
		Sentence: "The wanted username is held by another account, or reserved. Policy `username_taken` `refuse`: refuse. `suffix`: look on, for the username gets a number.",
		Safety:   "Nobody is ever adopted by username: the same name does not prove the same person.",
		decide:   usernameTaken,
	},
	{
		Name:     "domain_not_allowed",
		Sentence: "Policy `verified_domains_only` is true, and the email is at no domain that the organization has verified: refuse.",
		Safety:   "Nobody new comes in under a foreign email. Members whom the rules above adopt were let in by the organization itself.",
		decide:   domainNotAllowed,
	},
	{
		Name:     "new",
		Sentence: "Nothing matched: create. Of a change of a User with an account: nothing stands in its way.",
		Safety:   "A new account touches none that exists.",
		decide:   nothingMatched,
	},
}
