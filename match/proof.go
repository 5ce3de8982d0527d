package match

import (
	"cmp"
	"slices"

	"github.com/joineryhq/joinery/scim"
)

// proof is how surely a User is the subject: the greater the surer.
type proof int

const (
	noProof proof = iota
	byEmail
	byEmailAsName // the email of a sign-in is the User's userName
	byUserName    // of a sign-in: its subject is the User's userName
	byExternalID
	bySubject // on the User's link
)

// likely is a User that may be the subject.
type likely struct {
	*Known
	proof proof
}

// surest returns the User that is the subject by the best proof, nil for none.
// It does not depend on the order of the Users.
func (c *considered) surest(prove func(*Known) proof) *likely {
	var found []likely
	for i := range c.Users {
		if p := prove(&c.Users[i]); p != noProof {
			found = append(found, likely{&c.Users[i], p})
		}
	}
	if len(found) == 0 {
		return nil
	}
	best := slices.MaxFunc(found, c.compare)
	return &best
}

// compare prefers the better proof, the live, the later deleted and whose
// account holds the email. Between two that are left it chooses to refuse
// rather than to let in the wrong one.
func (c *considered) compare(a, b likely) int {
	return cmp.Or(
		cmp.Compare(a.proof, b.proof),
		yesWins(a.Deleted == 0, b.Deleted == 0),
		cmp.Compare(a.Deleted, b.Deleted),
		yesWins(c.holdsEmail(a), c.holdsEmail(b)),
		yesWins(a.Suspended, b.Suspended),
		cmp.Compare(b.ID, a.ID),
	)
}

func yesWins(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (c *considered) holdsEmail(user likely) bool {
	return c.EmailHolder != nil && same(user.AccountID, c.EmailHolder.AccountID)
}

// same compares what may be missing: nothing is the same as nothing.
func same(a, b string) bool { return a != "" && a == b }

// proveReturn tells how surely a User is the one that a create brings back.
func (c *considered) proveReturn(user *Known) proof {
	if user.Deleted == 0 {
		if user.SignInOnly && user.ExternalID == "" && user.Email {
			return byEmail
		}
		return noProof
	}
	switch {
	case same(user.ExternalID, c.ExternalID):
		return byExternalID
	case user.ExternalID != "" && c.ExternalID != "":
		return noProof
	case same(user.UserName, c.UserName):
		return byUserName
	case user.Email:
		return byEmail
	}
	return noProof
}

// proveSignIn tells how surely a User is the one who signs in.
func (c *considered) proveSignIn(user *Known) proof {
	subject := c.Subject.Subject
	switch {
	case same(user.Subject, subject):
		return bySubject
	case same(user.ExternalID, subject), same(user.ExternalID, c.Email):
		return byExternalID
	case same(user.UserName, scim.Fold(subject)):
		return byUserName
	case same(user.UserName, c.Email):
		return byEmailAsName
	case user.Email:
		return byEmail
	}
	return noProof
}

// signingIn is the live User who signs in; nil for none.
func (c *considered) signingIn() *likely {
	if c.Source != SignIn {
		return nil
	}
	return c.surest(func(user *Known) proof {
		if user.Deleted != 0 {
			return noProof
		}
		return c.proveSignIn(user)
	})
}
