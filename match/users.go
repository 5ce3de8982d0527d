package match

// The rules about the connection's own Users.

// ofSignIn is a rule about sign-ins alone.
func ofSignIn(rule func(*considered) (*Verdict, string)) func(*considered) (*Verdict, string) {
	return func(c *considered) (*Verdict, string) {
		if c.Source != SignIn {
			return nil, "This is no sign-in."
		}
		return rule(c)
	}
}

func duplicateUser(c *considered) (*Verdict, string) {
	if c.Source == SignIn {
		return nil, "A sign-in brings no userName and no externalId."
	}
	if user := c.another(func(user *Known) bool { return same(user.UserName, c.UserName) }); user != nil {
		return user.refuse(ReasonDuplicateUser, "userName"), "A live User has this userName."
	}
	if user := c.another(func(user *Known) bool { return same(user.ExternalID, c.ExternalID) }); user != nil {
		return user.refuse(ReasonDuplicateUser, "externalId"), "A live User has this externalId."
	}
	return nil, "No other live User has this userName or externalId."
}

// another returns a live User other than the one that changes.
func (c *considered) another(is func(*Known) bool) *Known {
	for i := range c.Users {
		if user := &c.Users[i]; user.Deleted == 0 && user.ID != c.UserID && is(user) {
			return user
		}
	}
	return nil
}

func (user *Known) refuse(reason Reason, attribute string) *Verdict {
	return &Verdict{Kind: RefuseUser, Reason: reason, Attribute: attribute, UserID: user.ID, AccountID: user.AccountID}
}

func returning(c *considered) (*Verdict, string) {
	if c.Source != Create {
		return nil, "Only a create can bring a User back."
	}
	user := c.surest(c.proveReturn)
	if user == nil {
		return nil, "No deleted User has this externalId, userName or email."
	}
	return &Verdict{Kind: ReturnUser, UserID: user.ID, AccountID: user.AccountID}, user.returned()
}

func (user *likely) returned() string {
	switch {
	case user.Deleted == 0:
		return "A User that only sign-ins made shares an email."
	case user.proof == byExternalID:
		return "A deleted User has this externalId."
	case user.proof == byUserName:
		return "A deleted User has this userName."
	}
	return "A deleted User shares an email."
}

func subjectKnown(c *considered) (*Verdict, string) {
	user := c.signingIn()
	if user == nil || user.proof != bySubject {
		return nil, "No live User has this subject on its link."
	}
	return user.signIn("A live User has this subject on its link.")
}

func userKnown(c *considered) (*Verdict, string) {
	if user := c.signingIn(); user != nil {
		return user.signIn("A live User " + user.has())
	}
	if user := c.surest(c.proveSignIn); user != nil {
		return user.refuse(ReasonUserDeleted, ""), "No live User fits, and a deleted User " + user.has()
	}
	return nil, "No User has this subject or email."
}

func (user *likely) has() string {
	switch user.proof {
	case bySubject:
		return "has this subject on its link."
	case byExternalID:
		return "has the subject or email as its externalId."
	case byUserName:
		return "has the subject as its userName."
	case byEmailAsName:
		return "has the email as its userName."
	}
	return "shares an email."
}

// signIn decides on who signs in as a live User. One without an account is left
// to the rules about accounts, which find one for it.
func (user *likely) signIn(finding string) (*Verdict, string) {
	switch {
	case user.Suspended:
		return user.refuse(ReasonUserSuspended, ""), finding + " It is suspended."
	case user.AccountID == "":
		return nil, finding + " It has no account yet."
	}
	return &Verdict{Kind: AdoptAccount, UserID: user.ID, AccountID: user.AccountID}, finding
}

// signInPolicy refuses where the policy is none that it knows.
func signInPolicy(c *considered) (*Verdict, string) {
	switch {
	case c.signingIn() != nil:
		return nil, "A User is known."
	case c.SignIn == "create":
		return nil, "Who signs in may be new."
	case c.SignIn != "link_only":
		return &Verdict{Kind: RefuseUser, Reason: ReasonSignInOff}, "Nobody may come in by a sign-in alone."
	case c.EmailHolder == nil && !c.chosen():
		return &Verdict{Kind: RefuseUser, Reason: ReasonNotKnown}, "There is no account to link, and a sign-in may not make one."
	}
	return nil, "There may be an account to link."
}
