package match

const notFollowed = "The account does not follow this User."

// fixed says that the account does not follow the change, so that it does not
// matter who holds what.
func (c *considered) fixed() bool { return c.AccountID != "" && !c.Follows }

// emailHolder returns the account that is in the way of the email, or nil and
// why there is none.
func (c *considered) emailHolder() (*Holder, string) {
	switch {
	case c.fixed():
		return nil, notFollowed
	case c.EmailHolder == nil:
		return nil, "No account has the email."
	case c.ownEmail():
		return nil, "The User's own account has the email."
	}
	return c.EmailHolder, ""
}

// ofHolder is a rule about the account that is in the way of the email.
func ofHolder(rule func(*considered, *Holder) (*Verdict, string)) func(*considered) (*Verdict, string) {
	return func(c *considered) (*Verdict, string) {
		holder, finding := c.emailHolder()
		if holder == nil {
			return nil, finding
		}
		return rule(c, holder)
	}
}

func (c *considered) ownEmail() bool {
	return c.EmailHolder != nil && same(c.AccountID, c.EmailHolder.AccountID)
}

// usernameHolder returns the account that is in the way of the username, or nil.
// A reserved username is held by an account without an id.
func (c *considered) usernameHolder() *Holder {
	switch {
	case c.fixed():
		return nil
	case c.UsernameHolder == nil && c.UsernameReserved:
		return &Holder{}
	case c.UsernameHolder != nil && same(c.AccountID, c.UsernameHolder.AccountID):
		return nil
	}
	return c.UsernameHolder
}

func (h *Holder) refuse(reason Reason, attribute string) *Verdict {
	return &Verdict{Kind: RefuseUser, Reason: reason, Attribute: attribute, AccountID: h.AccountID, UserID: h.UserID}
}
