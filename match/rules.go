package match

// Rule is one way to decide. Its name is stable: it stands in traces, in the
// API and in the docs.
type Rule struct {
	Name     string
	Sentence string // when it decides, and what
	Safety   string // why that is safe
	decide   func(*considered) (*Verdict, string)
}

// Rules returns the rules in the order in which they are tried.
func Rules() []Rule { return rules }

var rules = []Rule{
	{
		Name:     "duplicate_user",
		Sentence: "A live User of this connection has this userName (without case) or this externalId: refuse.",
		Safety:   "Two Users of one connection never share a key, so a look-up by the IdP finds one at the most.",
		decide:   duplicateUser,
	},
	{
		Name:     "returning",
		Sentence: "A deleted User of this connection has this externalId or, where one of the two has none, this userName or email: the User returns under its former id.",
		Safety:   "Only what the same connection pushed and deleted can return, and never against a different externalId.",
		decide:   returning,
	},
	{
		Name:     "new",
		Sentence: "Nothing matched: create.",
		Safety:   "A new User touches nothing that exists.",
		decide:   func(*considered) (*Verdict, string) { return &Verdict{Kind: CreateUser}, "Nothing matched." },
	},
}

func duplicateUser(c *considered) (*Verdict, string) {
	for _, user := range c.Users {
		if user.Deleted != 0 || user.ID == c.UserID {
			continue
		}
		if user.UserName == c.UserName {
			return &Verdict{Kind: RefuseUser, UserID: user.ID, Attribute: "userName"}, "A live User has this userName."
		}
		if c.ExternalID != "" && user.ExternalID == c.ExternalID {
			return &Verdict{Kind: RefuseUser, UserID: user.ID, Attribute: "externalId"}, "A live User has this externalId."
		}
	}
	return nil, "No live User has this userName or externalId."
}

func returning(c *considered) (*Verdict, string) {
	if c.Source != Create {
		return nil, "Only a create can bring a deleted User back."
	}
	var best *Known
	var bestProof proof
	for i := range c.Users {
		user := &c.Users[i]
		if user.Deleted == 0 {
			continue
		}
		p := prove(c, user)
		if p > bestProof || p != noProof && p == bestProof && user.Deleted > best.Deleted {
			best, bestProof = user, p
		}
	}
	if best == nil {
		return nil, "No deleted User has this externalId, userName or email."
	}
	return &Verdict{Kind: ReturnUser, UserID: best.ID}, bestProof.finding()
}

// proof is how surely a deleted User is the subject: the greater the surer.
type proof int

const (
	noProof proof = iota
	byEmail
	byUserName
	byExternalID
)

func (p proof) finding() string {
	return [...]string{"", "A deleted User shares an email.", "A deleted User has this userName.", "A deleted User has this externalId."}[p]
}

func prove(c *considered, user *Known) proof {
	if c.ExternalID != "" && user.ExternalID != "" {
		if c.ExternalID == user.ExternalID {
			return byExternalID
		}
		return noProof
	}
	switch {
	case user.UserName == c.UserName:
		return byUserName
	case user.Email:
		return byEmail
	}
	return noProof
}
