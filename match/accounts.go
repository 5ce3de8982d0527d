package match

// The rules about accounts. They look for the account that the subject is to
// have; of a change of a User with an account they only ask whether that one
// can follow.

const staysPut = "A change does not move a User to another account."

func settled(c *considered) (*Verdict, string) {
	switch {
	case c.Settled == nil:
		return nil, "No person has decided."
	case !c.chosen():
		return nil, "A person has decided, and left the account to the rules."
	case c.Settled.AccountID == c.AccountID:
		return nil, "The User has the account that a person has chosen."
	}
	return c.adopt(c.Settled.AccountID), "A person has chosen the account."
}

// chosen says that a person has chosen an account.
func (c *considered) chosen() bool { return c.Settled != nil && c.Settled.AccountID != "" }

func accountAlreadyLinked(_ *considered, holder *Holder) (*Verdict, string) {
	if holder.UserID == "" {
		return nil, "No live User is linked to the account that has the email."
	}
	return holder.refuse(ReasonAlreadyLinked, "emails"), "Another live User is linked to the account that has the email."
}

func protectedAccount(_ *considered, holder *Holder) (*Verdict, string) {
	if !holder.Protected {
		return nil, "The email is not protected."
	}
	return holder.refuse(ReasonProtected, "emails"), "The email is protected from pushes and sign-ins."
}

func splitIdentity(c *considered, holder *Holder) (*Verdict, string) {
	if c.AccountID != "" {
		return nil, staysPut
	}
	if c.choice(holder) != Adopt {
		return nil, "The account that has the email is not to be adopted."
	}
	third := c.UsernameHolder
	switch {
	case third == nil || third.AccountID == holder.AccountID:
		return nil, "No third account has the username."
	case !c.RefuseTakenUsername:
		return nil, "The username is taken, but who is adopted keeps the one that he has."
	}
	return third.refuse(ReasonSplitIdentity, "userName"), "The email is that of one account, the username that of another."
}

// choice is what the policy says of the email's holder; "" for nothing.
func (c *considered) choice(holder *Holder) Choice {
	switch {
	case holder.Member:
		return c.Policy.Member
	case c.Facts.VerifiedDomain && !holder.Former:
		return c.Policy.VerifiedDomain
	}
	return ""
}

func member(c *considered, holder *Holder) (*Verdict, string) {
	switch {
	case c.AccountID != "":
		return nil, staysPut
	case !holder.Member:
		return nil, "The email is that of no member of the organization."
	}
	return c.choose(holder), "The email is that of a member of the organization."
}

func verifiedDomain(c *considered, holder *Holder) (*Verdict, string) {
	switch {
	case c.AccountID != "":
		return nil, staysPut
	case !c.Facts.VerifiedDomain:
		return nil, "The organization has not verified the email's domain."
	case holder.Former:
		return nil, "The email is only reserved for the account that had it, and may be another person's by now."
	}
	return c.choose(holder), "The email is taken, at a domain that the organization has verified."
}

// choose does what the policy says, and refuses where that is nothing.
func (c *considered) choose(holder *Holder) *Verdict {
	choice := c.choice(holder)
	if choice == Adopt {
		return c.adopt(holder.AccountID)
	}
	verdict := holder.refuse(ReasonEmailTaken, "emails")
	verdict.Ask = choice == Ask
	return verdict
}

// adopt joins an account. A sign-in's User without one gets it.
func (c *considered) adopt(accountID string) *Verdict {
	return &Verdict{Kind: AdoptAccount, AccountID: accountID, UserID: c.signInUser()}
}

func (c *considered) signInUser() string {
	if user := c.signingIn(); user != nil {
		return user.ID
	}
	return ""
}

func emailTaken(_ *considered, holder *Holder) (*Verdict, string) {
	return holder.refuse(ReasonEmailTaken, "emails"), "The email is taken."
}

func usernameTaken(c *considered) (*Verdict, string) {
	holder := c.usernameHolder()
	switch {
	case c.fixed():
		return nil, notFollowed
	case holder == nil:
		return nil, "No other account has the username."
	case !c.RefuseTakenUsername:
		return nil, "The username is taken or reserved, and gets a number."
	}
	return holder.refuse(ReasonUsernameTaken, "userName"), "The username is taken or reserved."
}

func domainNotAllowed(c *considered) (*Verdict, string) {
	switch {
	case !c.VerifiedDomainsOnly:
		return nil, "The connection lets in emails at any domain."
	case c.Facts.VerifiedDomain:
		return nil, "The organization has verified the email's domain."
	case c.AccountID != "" && c.Email == "", c.ownEmail():
		return nil, "The email stays."
	}
	return &Verdict{Kind: RefuseUser, Reason: ReasonDomainNotAllowed, Attribute: "emails"}, "The email is at no domain that the organization has verified."
}

func nothingMatched(c *considered) (*Verdict, string) {
	finding := "Nothing matched."
	if c.AccountID != "" {
		finding = "Nothing stands in the way."
	}
	return &Verdict{Kind: CreateUser, UserID: c.signInUser(), Suffix: c.usernameHolder() != nil}, finding
}
