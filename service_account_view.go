package joinery

import (
	"maps"
	"slices"
	"time"

	"github.com/joineryhq/joinery/scim"
)

// AccountView is an account with what belongs to it.
type AccountView struct {
	*Account
	// State is "active"; "suspended" where it has memberships, none of them
	// active; or "merged".
	State       string
	Handles     []*Handle // that it holds, and those that are reserved for it
	Memberships []*OrganizationMember
	Links       []*Link // ended ones too
	LastSignIn  *time.Time
	LastSignOut *time.Time
	NotFollowed []Difference
	Merges      []*Merge // that it took part in, newest first
}

// Difference is an attribute of a live User that its account did not follow.
type Difference struct {
	ConnectionID, UserID string
	Attribute            string // email
	User, Account        string // the values
}

// The states of an account.
const (
	AccountIsActive    = "active"
	AccountIsSuspended = "suspended"
	AccountIsMerged    = "merged"
)

// accountViews puts together what belongs to accounts. The number of its
// statements does not grow with that of the accounts.
func (s *Service) accountViews(tx Tx, accounts []*Account) ([]*AccountView, error) {
	ids := make([]string, len(accounts))
	views := make([]*AccountView, len(accounts))
	byID := make(map[string]*AccountView, len(accounts))
	for i, a := range accounts {
		ids[i] = a.ID
		views[i] = &AccountView{Account: a, State: AccountIsActive}
		byID[a.ID] = views[i]
	}
	if len(ids) == 0 {
		return views, nil
	}
	for _, add := range []func(Tx, []string, map[string]*AccountView) error{
		s.viewHandles, s.viewMemberships, s.viewLinks, s.viewMerges,
	} {
		if err := add(tx, ids, byID); err != nil {
			return nil, err
		}
	}
	return views, nil
}

func (s *Service) viewHandles(tx Tx, ids []string, views map[string]*AccountView) error {
	now := s.clock()
	handles, err := tx.Handles(ids...)
	for _, h := range handles {
		if h.Until == nil || h.Until.After(now) {
			views[h.AccountID].Handles = append(views[h.AccountID].Handles, h)
		}
	}
	return err
}

// holds reports whether an account holds a handle, "" for any.
func (v *AccountView) holds(kind HandleKind, key string) bool {
	return key == "" || slices.ContainsFunc(v.Handles, func(h *Handle) bool { return h.Kind == kind && h.Key == key })
}

func (s *Service) viewMemberships(tx Tx, ids []string, views map[string]*AccountView) error {
	memberships, err := tx.MembershipsOf(ids...)
	if err != nil {
		return err
	}
	members, err := s.membersAnywhere(tx, memberships)
	if err != nil {
		return err
	}
	for _, member := range members {
		v := views[member.Membership.AccountID]
		member.Account = v.Account
		v.Memberships = append(v.Memberships, member)
	}
	for _, v := range views {
		v.State = v.state()
	}
	return nil
}

func (v *AccountView) state() string {
	isActive := func(m *OrganizationMember) bool { return m.Membership.State == MembershipActive }
	switch {
	case v.MergedInto != "":
		return AccountIsMerged
	case len(v.Memberships) > 0 && !slices.ContainsFunc(v.Memberships, isActive):
		return AccountIsSuspended
	}
	return AccountIsActive
}

// membersAnywhere adds roles to memberships of any organizations.
func (s *Service) membersAnywhere(tx Tx, memberships []*Membership) ([]*OrganizationMember, error) {
	organizationIDs, accountIDs := map[string]bool{}, map[string]bool{}
	for _, m := range memberships {
		organizationIDs[m.OrganizationID], accountIDs[m.AccountID] = true, true
	}
	if len(memberships) == 0 {
		return nil, nil
	}
	organizations, err := tx.OrganizationsNamed(slices.Collect(maps.Keys(organizationIDs)))
	if err != nil {
		return nil, err
	}
	mapped, err := tx.MappedGrants("", slices.Collect(maps.Keys(accountIDs)))
	if err != nil {
		return nil, err
	}
	type place struct{ organizationID, accountID string }
	grants := map[place][]RoleGrant{}
	for i := range mapped {
		if g := &mapped[i]; g.counts() {
			at := place{g.OrganizationID, g.AccountID}
			grants[at] = append(grants[at], g.grant())
		}
	}
	members := make([]*OrganizationMember, len(memberships))
	for i, m := range memberships {
		o := organizations[m.OrganizationID]
		roles := append([]RoleGrant{s.ownGrant(o, m)}, grants[place{m.OrganizationID, m.AccountID}]...)
		members[i] = s.member(o, m, nil, roles)
	}
	return members, nil
}

func (s *Service) viewLinks(tx Tx, ids []string, views map[string]*AccountView) error {
	links, err := tx.LinksOf(ids)
	if err != nil || len(links) == 0 {
		return err
	}
	accounts := make(map[[2]string]*Account, len(links))
	for _, l := range links {
		v := views[l.AccountID]
		v.Links = append(v.Links, l)
		v.LastSignIn, v.LastSignOut = latest(v.LastSignIn, l.LastSignIn), latest(v.LastSignOut, l.LastSignOut)
		if l.Ended == nil {
			accounts[[2]string{l.ConnectionID, l.UserID}] = v.Account
		}
	}
	users, err := tx.LinkedUsers(ids)
	if err != nil {
		return err
	}
	for _, user := range users {
		a := accounts[[2]string{user.ConnectionID, user.ID}]
		if a == nil {
			continue // linked a moment ago
		}
		difference, err := emailDifference(user, a)
		if err != nil {
			return err
		}
		if difference != nil {
			views[a.ID].NotFollowed = append(views[a.ID].NotFollowed, *difference)
		}
	}
	return nil
}

// emailDifference returns nil where the account has the User's email.
func emailDifference(user *Resource, a *Account) (*Difference, error) {
	doc, err := user.Document()
	if err != nil {
		return nil, err
	}
	email := primaryEmail(doc)
	if email == "" || scim.Fold(email) == scim.Fold(a.Email) {
		return nil, nil
	}
	return &Difference{ConnectionID: user.ConnectionID, UserID: user.ID, Attribute: "email", User: email, Account: a.Email}, nil
}

func latest(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

func (s *Service) viewMerges(tx Tx, ids []string, views map[string]*AccountView) error {
	merges, err := tx.MergesOf(ids...)
	for _, m := range merges {
		for _, id := range []string{m.SurvivorID, m.AbsorbedID} {
			if v := views[id]; v != nil {
				v.Merges = append(v.Merges, m)
			}
		}
	}
	return err
}
